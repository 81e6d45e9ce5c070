using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Groups rows by hashed keys and aggregates column by column. Every grouping set has its own table; without keys there is one group, even of no rows.</summary>
internal sealed class HashAggregateOperator(PhysicalOperator input, LogicalAggregate plan) : PhysicalOperator(plan.Schema, input)
{
    public override (TableScanOperator Scan, int Column)? Origin(int column) =>
        plan.GroupingSets.Count == 0 && column < plan.Keys.Count && plan.Keys[column] is ColumnExpression key ? Children[0].Origin(key.Index) : null;

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        Grouping[]? groupings = null;
        if (MayMerge(context) && ParallelInput.Split(Children[0], context) is { } parts)
        {
            foreach (Grouping[] part in parts.Read(Aggregate))
            {
                groupings = Merge(groupings, part);
            }
        }

        if (groupings is null)
        {
            using BatchReader reader = Children[0].Open(context);
            groupings = Aggregate(reader, context);
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

    /// <summary>
    /// Parts are aggregated by themselves and put together in order. One thread has nothing to gain by it, but floating-point sums are to be the same for any number.
    /// </summary>
    bool MayMerge(ExecutionContext context) =>
        plan.Aggregates.All(a => !a.Distinct && a.OrderBy.Count == 0 && a.Arguments.All(ExpressionColumns.MayRunInParts) && (a.Filter is null || ExpressionColumns.MayRunInParts(a.Filter)))
        && plan.Keys.All(ExpressionColumns.MayRunInParts)
        && (context.Threads > 1 || !plan.Aggregates.All(a => a.Binding.MergesExactly));

    Grouping[] Aggregate(BatchReader reader, ExecutionContext context)
    {
        Evaluator[] keys = ExpressionCompiler.CompileAll(plan.Keys);
        Grouping[] groupings = plan.GroupingSets.Count == 0
            ? [new Grouping(plan, [.. Enumerable.Range(0, keys.Length)])]
            : [.. plan.GroupingSets.Select(set => new Grouping(plan, [.. set]))];
        while (reader.Next() is { } batch)
        {
            IArrowArray[] keyColumns = InputRows.Columns(keys, batch, context);
            foreach (Grouping grouping in groupings)
            {
                grouping.Add(batch, keyColumns, context);
            }
        }

        return groupings;
    }

    static Grouping[] Merge(Grouping[]? groupings, Grouping[] next)
    {
        if (groupings is null)
        {
            return next;
        }

        for (int i = 0; i < groupings.Length; i++)
        {
            groupings[i].Merge(next[i]);
        }

        return groupings;
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

        /// <summary>Adds the groups of later rows.</summary>
        public void Merge(Grouping later)
        {
            var numbers = new int[later.Count];
            if (set.Length > 0)
            {
                table.FindOrAdd([.. Enumerable.Range(0, set.Length).Select(later.table.Key)], numbers.Length, numbers);
            }

            for (int i = 0; i < aggregates.Length; i++)
            {
                aggregates[i].Merge(later.aggregates[i], numbers, Count);
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
