using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Groups rows by hashed keys and aggregates column by column. Every grouping set has its own table; without keys there is one group, even of no rows.</summary>
internal sealed class HashAggregateOperator(PhysicalOperator input, LogicalAggregate plan) : PhysicalOperator(plan.Schema, input)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        Evaluator[] keys = ExpressionCompiler.CompileAll(plan.Keys);
        Grouping[] groupings = plan.GroupingSets.Count == 0
            ? [new Grouping(plan, [.. Enumerable.Range(0, keys.Length)])]
            : [.. plan.GroupingSets.Select(set => new Grouping(plan, [.. set]))];
        using (BatchReader reader = Children[0].Open(context))
        {
            while (reader.Next() is { } batch)
            {
                IArrowArray[] keyColumns = InputRows.Columns(keys, batch, context);
                foreach (Grouping grouping in groupings)
                {
                    grouping.Add(batch, keyColumns, context);
                }
            }
        }

        foreach (Grouping grouping in groupings)
        {
            grouping.Complete(context);
            for (int start = 0; start < grouping.Count; start += context.BatchRows)
            {
                yield return grouping.Finish(start, Math.Min(context.BatchRows, grouping.Count - start));
            }
        }
    }

    /// <summary>One grouping set of a run.</summary>
    sealed class Grouping(LogicalAggregate plan, int[] set)
    {
        readonly GroupTable table = new(set.Select(k => plan.Keys[k].Type));
        readonly AggregateAccumulator[] aggregates = [.. plan.Aggregates.Select(a => new AggregateAccumulator(a))];
        int[] groups = [];

        public int Count => set.Length == 0 ? 1 : table.Count;

        public void Add(ColumnBatch batch, IArrowArray[] keyColumns, ExecutionContext context)
        {
            if (groups.Length < batch.Count)
            {
                groups = new int[batch.Count];
            }

            if (set.Length > 0)
            {
                table.FindOrAdd(System.Array.ConvertAll(set, k => keyColumns[k]), batch.Count, groups);
            }

            foreach (AggregateAccumulator aggregate in aggregates)
            {
                aggregate.Add(batch, groups, Count, context);
            }
        }

        public void Complete(ExecutionContext context)
        {
            foreach (AggregateAccumulator aggregate in aggregates)
            {
                aggregate.Complete(Count, context);
            }
        }

        public ColumnBatch Finish(int start, int count)
        {
            var columns = new List<IArrowArray>();
            for (int k = 0; k < plan.Keys.Count; k++)
            {
                int place = System.Array.IndexOf(set, k);
                columns.Add(place < 0 ? ColumnFactory.Nulls(plan.Keys[k].Type, count) : TakeKernels.Slice(table.Key(place), start, count));
            }

            columns.AddRange(aggregates.Select(a => a.Finish(start, count)));
            if (plan.GroupingSets.Count > 0)
            {
                int[] bits = new int[count];
                bits.AsSpan().Fill(GroupingBits());
                columns.Add(IntegerColumn.Create(bits));
            }

            return new ColumnBatch([.. columns], count);
        }

        /// <summary>A bit for each key, the first key's the most significant, set when the key is not in this set.</summary>
        int GroupingBits()
        {
            int bits = 0;
            for (int k = 0; k < plan.Keys.Count; k++)
            {
                bits = (bits << 1) | (System.Array.IndexOf(set, k) < 0 ? 1 : 0);
            }

            return bits;
        }
    }
}
