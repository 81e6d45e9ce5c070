using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Evaluation;

internal sealed class ColumnEvaluator(int index) : Evaluator
{
    public override ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context) => ColumnarValue.Column(batch.Column(index));
}

/// <summary>The value of the enclosing query's current row: constant within a run of the inner plan.</summary>
internal sealed class OuterColumnEvaluator(int depth, int index) : Evaluator
{
    public override ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context)
    {
        OuterRow outer = context.OuterRows[^depth];
        return ColumnarValue.Constant(TakeKernels.Slice(outer.Batch.Column(index), outer.Row, 1));
    }
}

internal sealed class ConstantValueEvaluator(ScalarValue value) : Evaluator
{
    public override ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context) => ColumnarValue.Constant(value);
}

internal sealed class ParameterEvaluator(int slot, SqlType type) : Evaluator
{
    ScalarValue? value;

    public override ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context)
    {
        if (value is null)
        {
            ScalarValue given = context.Parameters[slot];
            value = given.Type == type ? given
                : given.IsNull ? ScalarValue.NullOf(type)
                : new ScalarValue(type, CastKernels.Cast(ColumnarValue.Constant(given), given.Type, type, tryCast: false, 1));
        }

        return ColumnarValue.Constant(value);
    }
}

internal sealed class CastEvaluator(Evaluator operand, SqlType from, SqlType to, bool tryCast) : Evaluator
{
    public override ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context)
    {
        ColumnarValue value = operand.Evaluate(batch, context);
        if (from == to)
        {
            return value;
        }

        IArrowArray result = from.Kind == SqlTypeKind.Null
            ? ColumnFactory.Nulls(to, value.IsConstant ? 1 : batch.Count)
            : CastKernels.Cast(value, from, to, tryCast, value.IsConstant ? 1 : batch.Count);
        return value.IsConstant ? ColumnarValue.Constant(result) : ColumnarValue.Column(result);
    }
}
