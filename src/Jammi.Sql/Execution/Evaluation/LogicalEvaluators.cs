using System.Numerics.Tensors;
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
        // The rows that no operand has decided yet (null means all of the batch), and those of them that an operand left unknown.
        ColumnBatch open = batch;
        int[]? openRows = null;
        bool[]? unknown = null;
        foreach (Evaluator operand in operands)
        {
            if (open.Count == 0)
            {
                break;
            }

            ColumnarValue value = operand.Evaluate(open, context);
            int[] still = Undecided(value, open.Count);
            if (value.Array is NullArray || value.Array.NullCount > 0)
            {
                unknown ??= new bool[batch.Count];
                foreach (int i in still)
                {
                    unknown[openRows is null ? i : openRows[i]] |= Cells.IsNull(value.Array, value.IndexOf(i));
                }
            }

            if (still.Length < open.Count)
            {
                openRows = openRows is null ? still : System.Array.ConvertAll(still, i => openRows[i]);
                open = TakeKernels.Take(open, still);
            }
        }

        return ColumnarValue.Column(Result(batch.Count, openRows, unknown));
    }

    int[] Undecided(ColumnarValue value, int count) =>
        value.Array is NullArray ? BooleanColumn.AllRows(count)
        : !value.IsConstant ? BooleanColumn.Undecided(value.Array, count, inverted: !isAnd)
        : value.Array.IsNull(0) || BooleanColumn.IsTrue(value.Array, 0) == isAnd ? BooleanColumn.AllRows(count)
        : [];

    /// <summary>Rows that stayed open have the neutral value, or are unknown; all others the opposite.</summary>
    IArrowArray Result(int count, int[]? openRows, bool[]? unknown)
    {
        byte[] bits = new byte[ColumnFactory.BitmapBytes(count)];
        if (openRows is null ? isAnd : !isAnd)
        {
            bits.AsSpan().Fill(byte.MaxValue);
        }

        if (openRows is not null)
        {
            foreach (int row in openRows)
            {
                bits[row >> 3] ^= (byte)(1 << (row & 7));
            }
        }

        if (unknown is null)
        {
            return BooleanColumn.Create(count, bits, validity: null);
        }

        byte[] validity = new byte[bits.Length];
        validity.AsSpan().Fill(byte.MaxValue);
        foreach (int row in openRows ?? BooleanColumn.AllRows(count))
        {
            if (unknown[row])
            {
                Validity.Clear(validity, row);
            }
        }

        return BooleanColumn.Create(count, bits, validity);
    }
}

/// <summary>Membership: the items are compared one by one, each with the whole column; three-valued.</summary>
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
        byte[] found = new byte[ColumnFactory.BitmapBytes(batch.Count)];
        bool[]? unknown = null;
        foreach (Evaluator item in items)
        {
            IArrowArray equal = CompareKernels.Compare(ComparisonOperator.Equal, type, value, item.Evaluate(batch, context), batch.Count);
            if (equal.NullCount == 0)
            {
                TensorPrimitives.BitwiseOr(found, equal.Data.Buffers[1].Span[..found.Length], found);
                continue;
            }

            unknown ??= new bool[batch.Count];
            for (int i = 0; i < batch.Count; i++)
            {
                if (equal.IsNull(i))
                {
                    unknown[i] = true;
                }
                else if (Cells.Bit(equal, i))
                {
                    Validity.Set(found, i);
                }
            }
        }

        byte[]? validity = null;
        if (unknown is not null)
        {
            validity = new byte[found.Length];
            for (int i = 0; i < batch.Count; i++)
            {
                if (!unknown[i] || Validity.Get(found, i))
                {
                    Validity.Set(validity, i);
                }
            }
        }

        if (negated)
        {
            TensorPrimitives.OnesComplement(found, found);
        }

        return ColumnarValue.Column(BooleanColumn.Create(batch.Count, found, validity));
    }
}
