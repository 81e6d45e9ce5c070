using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Evaluation;

internal sealed class ComparisonEvaluator(ComparisonOperator op, SqlType type, Evaluator left, Evaluator right) : Evaluator
{
    public override ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context)
    {
        ColumnarValue a = left.Evaluate(batch, context);
        ColumnarValue b = right.Evaluate(batch, context);
        return a.IsConstant && b.IsConstant
            ? ColumnarValue.Constant(CompareKernels.Compare(op, type, a, b, 1))
            : ColumnarValue.Column(CompareKernels.Compare(op, type, a, b, batch.Count));
    }
}

internal sealed class NotEvaluator(Evaluator operand) : Evaluator
{
    public override ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context)
    {
        ColumnarValue value = operand.Evaluate(batch, context);
        int count = value.Array.Length;
        byte[] bits = new byte[ColumnFactory.BitmapBytes(count)];
        Validity.CopyBits(value.Array.Data.Buffers[1].Span, value.Array.Data.Offset, bits, 0, count);
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = (byte)~bits[i];
        }

        IArrowArray result = BooleanColumn.Create(count, bits, CompareKernels.CombineValidity(value, value, count));
        return value.IsConstant ? ColumnarValue.Constant(result) : ColumnarValue.Column(result);
    }
}

internal sealed class IsNullEvaluator(Evaluator operand, bool negated) : Evaluator
{
    public override ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context)
    {
        ColumnarValue value = operand.Evaluate(batch, context);
        int count = value.Array.Length;
        byte[] bits = new byte[ColumnFactory.BitmapBytes(count)];
        for (int i = 0; i < count; i++)
        {
            if ((value.Array is NullArray || value.Array.IsNull(i)) != negated)
            {
                Validity.Set(bits, i);
            }
        }

        IArrowArray result = BooleanColumn.Create(count, bits, validity: null);
        return value.IsConstant ? ColumnarValue.Constant(result) : ColumnarValue.Column(result);
    }
}

/// <summary>AND and OR, three-valued. Each operand sees only the rows that the ones before left undecided, so that it cannot fail for rows that do not need it.</summary>
internal sealed class LogicalEvaluator(bool isAnd, Evaluator[] operands) : Evaluator
{
    public override ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context)
    {
        // Per row: the neutral value, unknown, or decided (FALSE for AND, TRUE for OR).
        var unknown = new bool[batch.Count];
        var decided = new bool[batch.Count];
        ColumnBatch open = batch;
        int[]? openRows = null;
        foreach (Evaluator operand in operands)
        {
            if (open.Count == 0)
            {
                break;
            }

            ColumnarValue value = operand.Evaluate(open, context);
            var still = new List<int>(open.Count);
            for (int i = 0; i < open.Count; i++)
            {
                int row = openRows is null ? i : openRows[i];
                int index = value.IndexOf(i);
                if (value.Array is NullArray || value.Array.IsNull(index))
                {
                    unknown[row] = true;
                }
                else if (BooleanColumn.IsTrue(value.Array, index) != isAnd)
                {
                    decided[row] = true;
                    continue;
                }

                still.Add(i);
            }

            if (still.Count < open.Count)
            {
                int[] keep = [.. still];
                openRows = openRows is null ? keep : System.Array.ConvertAll(keep, i => openRows[i]);
                open = TakeKernels.Take(open, keep);
            }
        }

        byte[] bits = new byte[ColumnFactory.BitmapBytes(batch.Count)];
        byte[] validity = new byte[bits.Length];
        for (int row = 0; row < batch.Count; row++)
        {
            if (decided[row] ? !isAnd : isAnd && !unknown[row])
            {
                Validity.Set(bits, row);
            }

            if (decided[row] || !unknown[row])
            {
                Validity.Set(validity, row);
            }
        }

        return ColumnarValue.Column(BooleanColumn.Create(batch.Count, bits, validity));
    }
}

/// <summary>Membership: constants through a hash set, the rest compared one by one; three-valued.</summary>
internal sealed class InListEvaluator : Evaluator
{
    readonly Evaluator operand;
    readonly Evaluator[] items;
    readonly SqlType type;
    readonly bool negated;

    public InListEvaluator(InListExpression expression)
    {
        operand = ExpressionCompiler.Compile(expression.Operand);
        items = ExpressionCompiler.CompileAll(expression.Items);
        type = expression.Operand.Type;
        negated = expression.Negated;
    }

    public override ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context)
    {
        ColumnarValue value = operand.Evaluate(batch, context);
        var found = new bool[batch.Count];
        var unknown = new bool[batch.Count];
        var constants = new List<IArrowArray>();
        foreach (Evaluator item in items)
        {
            ColumnarValue candidate = item.Evaluate(batch, context);
            if (candidate.IsConstant)
            {
                constants.Add(candidate.Array);
                continue;
            }

            IArrowArray equal = CompareKernels.Compare(ComparisonOperator.Equal, type, value, candidate, batch.Count);
            for (int i = 0; i < batch.Count; i++)
            {
                unknown[i] |= equal.IsNull(i);
                found[i] |= BooleanColumn.IsTrue(equal, i);
            }
        }

        if (constants.Count > 0)
        {
            MatchConstants(value, constants, found, unknown, batch.Count);
        }

        byte[] bits = new byte[ColumnFactory.BitmapBytes(batch.Count)];
        byte[] validity = new byte[bits.Length];
        for (int i = 0; i < batch.Count; i++)
        {
            if (found[i] != negated)
            {
                Validity.Set(bits, i);
            }

            if (found[i] || !unknown[i])
            {
                Validity.Set(validity, i);
            }
        }

        return ColumnarValue.Column(BooleanColumn.Create(batch.Count, bits, validity));
    }

    void MatchConstants(ColumnarValue value, List<IArrowArray> constants, bool[] found, bool[] unknown, int count)
    {
        foreach (IArrowArray constant in constants)
        {
            IArrowArray equal = CompareKernels.Compare(ComparisonOperator.Equal, type, value, ColumnarValue.Constant(constant), count);
            for (int i = 0; i < count; i++)
            {
                unknown[i] |= equal.IsNull(i);
                found[i] |= BooleanColumn.IsTrue(equal, i);
            }
        }
    }
}
