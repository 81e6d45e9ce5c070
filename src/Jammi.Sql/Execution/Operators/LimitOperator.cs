using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Skips rows, then gives a number of rows and stops reading; WITH TIES also the rows equal to the last in the sort keys.</summary>
internal sealed class LimitOperator(PhysicalOperator input, Expression? limit, Expression? offset, ValueList<SortKey> tiesKeys) : PhysicalOperator(input.Schema, input)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        long skip = ConstantEvaluator.EvaluateCount(offset, "OFFSET", context) ?? 0;
        long left = ConstantEvaluator.EvaluateCount(limit, "LIMIT", context) ?? long.MaxValue;
        if (left == 0)
        {
            yield break;
        }

        using BatchReader reader = Children[0].Open(context);
        IArrowArray[]? lastKeys = null;
        while (reader.Next() is { } batch)
        {
            int start = (int)Math.Min(skip, batch.Count);
            skip -= start;
            int count = (int)Math.Min(left, batch.Count - start);
            if (left > 0 && count > 0)
            {
                left -= count;
                if (left == 0 && tiesKeys.Count > 0)
                {
                    lastKeys = Keys(TakeKernels.Slice(batch, start + count - 1, 1), context);
                    count += Ties(TakeKernels.Slice(batch, start + count, batch.Count - start - count), lastKeys, context, out bool ended);
                    yield return TakeKernels.Slice(batch, start, count);
                    if (ended)
                    {
                        yield break;
                    }

                    continue;
                }

                yield return TakeKernels.Slice(batch, start, count);
            }
            else if (lastKeys is not null)
            {
                int ties = Ties(batch, lastKeys, context, out bool ended);
                yield return TakeKernels.Slice(batch, 0, ties);
                if (ended)
                {
                    yield break;
                }
            }

            if (left == 0 && lastKeys is null)
            {
                yield break;
            }
        }
    }

    IArrowArray[] Keys(ColumnBatch batch, ExecutionContext context) =>
        [.. tiesKeys.Select(k => TakeKernels.Materialize(ExpressionCompiler.Compile(k.Expression).Evaluate(batch, context), batch.Count))];

    int Ties(ColumnBatch batch, IArrowArray[] lastKeys, ExecutionContext context, out bool ended)
    {
        ended = false;
        if (batch.Count == 0)
        {
            return 0;
        }

        IArrowArray[] keys = Keys(batch, context);
        for (int row = 0; row < batch.Count; row++)
        {
            for (int k = 0; k < keys.Length; k++)
            {
                bool isNull = keys[k].IsNull(row);
                if (isNull != lastKeys[k].IsNull(0)
                    || (!isNull && CellComparer.For(tiesKeys[k].Expression.Type).Compare(keys[k], row, lastKeys[k], 0) != 0))
                {
                    ended = true;
                    return row;
                }
            }
        }

        return batch.Count;
    }
}
