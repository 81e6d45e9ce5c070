using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;
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

    const int StateBytes = 32;
    const int MinimumGroups = 4_096;

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        Grouping[]? groupings = null;
        using var lease = new MemoryLease(context.Memory, context.Metrics?.For(this));
        if (MayMerge(context) && ParallelInput.Split(Children[0], context) is { } parts)
        {
            groupings = ReadParts(parts, lease);
        }

        if (groupings is not null)
        {
            foreach (ColumnBatch batch in Finish(groupings, lease, context))
            {
                yield return batch;
            }

            yield break;
        }

        bool fits = true;
        using (BatchReader reader = Children[0].Open(context))
        {
            foreach (ColumnBatch batch in AggregateInMemory(reader, Sets, lease, 0, () => fits = false, context))
            {
                yield return batch;
            }
        }

        for (int i = 0; !fits && i < Sets.Length; i++)
        {
            using BatchReader again = Children[0].Open(context);
            foreach (ColumnBatch batch in AggregateInMemory(again, [Sets[i]], lease, 0, NoRoom, context))
            {
                yield return batch;
            }
        }
    }

    static void NoRoom() => throw new SqlException(SqlErrorCode.Internal, "A grouping set by itself found no room.");

    /// <summary>Null when the groups of the parts do not fit in memory side by side.</summary>
    Grouping[]? ReadParts(ParallelInput parts, MemoryLease lease)
    {
        Grouping[]? groupings = null;
        foreach (Grouping[] part in parts.Read((reader, own) => Aggregate(reader, own)))
        {
            if (!lease.TryGrow(part.Sum(g => g.Bytes)))
            {
                lease.Clear();
                return null;
            }

            groupings = Merge(groupings, part);
        }

        return groupings;
    }

    /// <summary>
    /// Aggregates with what memory there is. When it is used up, rows of the groups so far still go to them; those of new groups are shared out among files, each of
    /// which is then aggregated by itself. Several grouping sets that do not fit together give nothing and are to be done one after the other, each reading the input anew.
    /// </summary>
    IEnumerable<ColumnBatch> AggregateInMemory(BatchReader reader, int[][] sets, MemoryLease lease, int level, Action noRoom, ExecutionContext context)
    {
        Evaluator[] keys = ExpressionCompiler.CompileAll(plan.Keys);
        Grouping[] groupings = CreateGroupings(sets, context);
        bool maySpill = context.Memory.IsLimited && groupings.Length == 1 && sets[0].Length > 0 && level < SpillPartitions.MostLevels;
        SpillPartitions? spilled = null;
        try
        {
            while (reader.Next() is { } batch)
            {
                IArrowArray[] keyColumns = InputRows.Columns(keys, batch, context);
                if (spilled is not null)
                {
                    groupings[0].AddKnown(batch, keyColumns, spilled, context);
                    continue;
                }

                foreach (Grouping grouping in groupings)
                {
                    grouping.Add(batch, keyColumns, context);
                }

                if (groupings.Length > 1 && context.Memory.IsLimited && groupings.Max(g => g.Count) >= MinimumGroups && !lease.TryGrowTo(groupings.Sum(g => g.Bytes)))
                {
                    lease.Clear();
                    noRoom();
                    yield break;
                }

                if (maySpill && groupings[0].Count >= MinimumGroups && !lease.TryGrowTo(groupings[0].Bytes))
                {
                    spilled = new SpillPartitions(Children[0].Schema, level, context, context.Metrics?.For(this));
                }
            }

            foreach (ColumnBatch batch in Finish(groupings, lease, context))
            {
                yield return batch;
            }

            groupings = [];
            lease.Clear();
            for (int i = 0; spilled is not null && i < spilled.Count; i++)
            {
                using var part = new EnumeratedReader(spilled[i].Read());
                foreach (ColumnBatch batch in AggregateInMemory(part, sets, lease, level + 1, noRoom, context))
                {
                    yield return batch;
                }
            }
        }
        finally
        {
            spilled?.Dispose();
        }
    }

    static IEnumerable<ColumnBatch> Finish(Grouping[] groupings, MemoryLease lease, ExecutionContext context)
    {
        lease.Note(groupings.Sum(g => g.Bytes));
        foreach (Grouping grouping in groupings)
        {
            context.ThrowIfCancelled();
            grouping.Complete(context);
            for (int start = 0; start < grouping.Count; start += context.BatchRows)
            {
                yield return grouping.Finish(start, Math.Min(context.BatchRows, grouping.Count - start), context.Cancellation);
            }
        }
    }

    /// <summary>The keys that each grouping set has; all, where there are none.</summary>
    int[][] Sets => plan.GroupingSets.Count == 0 ? [[.. Enumerable.Range(0, plan.Keys.Count)]] : [.. plan.GroupingSets.Select(set => set.ToArray())];

    Grouping[] CreateGroupings(int[][] sets, ExecutionContext context) => System.Array.ConvertAll(sets, set => new Grouping(plan, set, context.Cancellation));

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
        Grouping[] groupings = CreateGroupings(Sets, context);
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
    sealed class Grouping(LogicalAggregate plan, int[] set, CancellationToken cancellation)
    {
        readonly GroupTable table = new(set.Select(k => plan.Keys[k].Type), cancellation);
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

        /// <summary>Bytes that its groups hold, taking a state for one or two numbers.</summary>
        public long Bytes => table.Bytes + ((long)Count * aggregates.Length * StateBytes);

        /// <summary>Adds the rows of groups that are there; the others go to the files.</summary>
        public void AddKnown(ColumnBatch batch, IArrowArray[] keyColumns, SpillPartitions spilled, ExecutionContext context)
        {
            var numbers = new int[batch.Count];
            keyColumns = System.Array.ConvertAll(set, k => keyColumns[k]);
            table.Find(keyColumns, batch.Count, numbers);
            var known = new List<int>();
            var unknown = new List<int>();
            for (int row = 0; row < numbers.Length; row++)
            {
                (numbers[row] >= 0 ? known : unknown).Add(row);
            }

            int[] rest = [.. unknown];
            spilled.Add(TakeKernels.Take(batch, rest), System.Array.ConvertAll(keyColumns, k => TakeKernels.Take(k, rest)));
            if (known.Count > 0)
            {
                int[] rows = [.. known];
                ColumnBatch own = TakeKernels.Take(batch, rows);
                int[] ownGroups = System.Array.ConvertAll(rows, row => numbers[row]);
                foreach (AggregateAccumulator aggregate in aggregates)
                {
                    aggregate.Add(own, ownGroups, Count, context);
                }
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

        public ColumnBatch Finish(int start, int count, CancellationToken cancellation)
        {
            var columns = new List<IArrowArray>();
            for (int k = 0; k < plan.Keys.Count; k++)
            {
                int place = System.Array.IndexOf(set, k);
                columns.Add(place < 0 ? ColumnFactory.Nulls(plan.Keys[k].Type, count) : TakeKernels.Slice(table.Key(place), start, count));
            }

            columns.AddRange(aggregates.Select(a => a.Finish(start, count, cancellation)));
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
