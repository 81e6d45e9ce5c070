using System.Globalization;
using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// Groups rows by hashed keys and aggregates column by column. Every grouping set has its own table; without keys there is one group, even of no rows. Groups that do not fit in memory
/// are shared out among files by their keys; each file is then aggregated by itself, by all threads side by side. Several grouping sets that do not fit together are done one after the
/// other, each reading the input anew.
/// </summary>
internal sealed class HashAggregateOperator(PhysicalOperator input, LogicalAggregate plan) : PhysicalOperator(plan.Schema, input)
{
    readonly bool mayRunInParts =
        plan.Aggregates.All(a => a.Arguments.All(ExpressionColumns.MayRunInParts) && a.OrderBy.All(k => ExpressionColumns.MayRunInParts(k.Expression)) && (a.Filter is null || ExpressionColumns.MayRunInParts(a.Filter)))
        && plan.Keys.All(ExpressionColumns.MayRunInParts);

    public override (TableScanOperator Scan, int Column)? Origin(int column) =>
        plan.GroupingSets.Count == 0 && column < plan.Keys.Count && plan.Keys[column] is ColumnExpression key ? Children[0].Origin(key.Index) : null;

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context) => Aggregate(Sets, context);

    /// <summary>The keys that each grouping set has; all, where there are none.</summary>
    int[][] Sets => plan.GroupingSets.Count == 0 ? [[.. Enumerable.Range(0, plan.Keys.Count)]] : [.. plan.GroupingSets.Select(set => set.ToArray())];

    /// <summary>
    /// Parts are aggregated by themselves and put together in order. One thread has nothing to gain by it, but floating-point sums are to be the same for any number.
    /// </summary>
    bool MayMerge(ExecutionContext context) =>
        mayRunInParts && plan.Aggregates.All(a => !a.Distinct && a.OrderBy.Count == 0) && (context.Threads > 1 || !plan.Aggregates.All(a => a.Binding.MergesExactly));

    IEnumerable<ColumnBatch> Aggregate(int[][] sets, ExecutionContext context)
    {
        bool fits = true;
        using (var lease = new MemoryLease(context.Memory, context.Metrics?.For(this)))
        {
            foreach (ColumnBatch batch in MayMerge(context) && ParallelInput.Split(Children[0], context) is { } parts
                ? AggregateParts(parts, sets, lease, () => fits = false, context)
                : AggregateWhole(sets, lease, () => fits = false, context))
            {
                yield return batch;
            }
        }

        if (fits)
        {
            yield break;
        }

        foreach (ColumnBatch batch in sets.Length == 1 ? AggregateInFiles(sets[0], context) : sets.SelectMany(set => Aggregate([set], context)))
        {
            yield return batch;
        }
    }

    IEnumerable<ColumnBatch> AggregateWhole(int[][] sets, MemoryLease lease, Action noRoom, ExecutionContext context)
    {
        using BatchReader reader = Children[0].Open(context);
        foreach (ColumnBatch batch in AggregateInMemory(reader, sets, lease, 0, noRoom, context))
        {
            yield return batch;
        }
    }

    IEnumerable<ColumnBatch> AggregateParts(ParallelInput parts, int[][] sets, MemoryLease lease, Action noRoom, ExecutionContext context)
    {
        Grouping[]? groupings = null;
        using (var held = new PartLeases(context.Memory, context.Metrics?.For(this)))
        {
            int? ahead = context.Memory.IsLimited ? 2 * context.Threads : null;
            foreach ((Grouping[]? part, MemoryLease own) in parts.Read((_, reader, own) => ReadPart(sets, reader, held.New(), own), ahead))
            {
                groupings = part is null ? null : Merge(groupings, part);
                own.Clear();
                if (groupings is null || !Hold(groupings, lease))
                {
                    groupings = null;
                    break;
                }
            }
        }

        if (groupings is null)
        {
            noRoom();
            yield break;
        }

        foreach (ColumnBatch batch in Finish(groupings, lease, context))
        {
            yield return batch;
        }
    }

    /// <summary>The groups of a part; null when they do not fit in memory.</summary>
    (Grouping[]? Groupings, MemoryLease Held) ReadPart(int[][] sets, BatchReader reader, MemoryLease held, ExecutionContext own)
    {
        Evaluator[] keys = ExpressionCompiler.CompileAll(plan.Keys);
        Grouping[] groupings = CreateGroupings(sets, own);
        while (reader.Next() is { } batch)
        {
            Add(groupings, batch, keys, own);
            if (!Hold(groupings, held))
            {
                return (null, held);
            }
        }

        return (groupings, held);
    }

    /// <summary>
    /// Aggregates with what memory there is. When it is used up, rows of the groups so far still go to them; those of new groups are shared out among files. Where that
    /// is of no use, because groups grow with their rows, nothing is given.
    /// </summary>
    IEnumerable<ColumnBatch> AggregateInMemory(BatchReader reader, int[][] sets, MemoryLease lease, int level, Action noRoom, ExecutionContext context)
    {
        Evaluator[] keys = ExpressionCompiler.CompileAll(plan.Keys);
        Grouping[] groupings = CreateGroupings(sets, context);
        bool maySpill = sets is [{ Length: > 0 }] && groupings[0].Collector is null && level < SpillPartitions.MostLevels;
        SpillPartitions? spilled = null;
        try
        {
            while (reader.Next() is { } batch)
            {
                if (spilled is not null)
                {
                    groupings[0].AddKnown(batch, InputRows.Columns(keys, batch, context), spilled, context);
                    continue;
                }

                Add(groupings, batch, keys, context);
                if (Hold(groupings, lease))
                {
                    continue;
                }

                if (!maySpill)
                {
                    noRoom();
                    yield break;
                }

                spilled = new SpillPartitions(Children[0].Schema, level, context, context.Metrics?.For(this));
            }

            if (!System.Array.TrueForAll(groupings, g => g.Complete(() => lease.TryGrowTo(groupings.Sum(h => h.Bytes)), context)))
            {
                noRoom();
                yield break;
            }

            foreach (ColumnBatch batch in Finish(groupings, lease, context))
            {
                yield return batch;
            }

            System.Array.ForEach(groupings, g => g.Dispose());
            groupings = [];
            lease.Clear();
            if (spilled is not null)
            {
                foreach (ColumnBatch batch in AggregatePartitions(spilled, sets[0], level + 1, long.MaxValue, context))
                {
                    yield return batch;
                }
            }
        }
        finally
        {
            System.Array.ForEach(groupings, g => g.Dispose());
            spilled?.Dispose();
        }
    }

    /// <summary>Shares all rows out among files by their keys.</summary>
    IEnumerable<ColumnBatch> AggregateInFiles(int[] set, ExecutionContext context)
    {
        if (set.Length == 0)
        {
            Refuse(context);
        }

        OperatorMetrics? metrics = context.Metrics?.For(this);
        using var lease = new MemoryLease(context.Memory, metrics);
        using SpillingRows rows = SpillingRows.Read(Children[0], [.. set.Select(k => plan.Keys[k])], lease, context, metrics, toFiles: true);
        foreach (ColumnBatch batch in AggregatePartitions(rows.Files!, set, 1, long.MaxValue, context))
        {
            yield return batch;
        }
    }

    IEnumerable<ColumnBatch> AggregatePartitions(SpillPartitions partitions, int[] set, int level, long before, ExecutionContext context) =>
        new PartitionWork(Schema, (i, own) => AggregatePartition(partitions[i], set, level, before, own), context, context.Metrics?.For(this))
            .Run(partitions.Count, mayRunInParts ? context.FreeThreads : 1);

    /// <summary>Aggregates the rows of a file. If they do not fit either they are shared out once more, unless that has not made the last file smaller.</summary>
    IEnumerable<ColumnBatch> AggregatePartition(SpillFile rows, int[] set, int level, long before, ExecutionContext context)
    {
        OperatorMetrics? metrics = context.Metrics?.For(this);
        bool fits = true;
        using (var lease = new MemoryLease(context.Memory, metrics))
        using (var reader = new EnumeratedReader(rows.Read()))
        {
            foreach (ColumnBatch batch in AggregateInMemory(reader, [set], lease, level, () => fits = false, context))
            {
                yield return batch;
            }
        }

        if (fits)
        {
            yield break;
        }

        if (level >= SpillPartitions.MostLevels || rows.Bytes >= before / 4 * 3)
        {
            Refuse(context);
        }

        using var partitions = new SpillPartitions(Children[0].Schema, level, context, metrics);
        Evaluator[] keys = ExpressionCompiler.CompileAll([.. set.Select(k => plan.Keys[k])]);
        foreach (ColumnBatch batch in rows.Read())
        {
            context.ThrowIfCancelled();
            partitions.Add(batch, InputRows.Columns(keys, batch, context));
        }

        foreach (ColumnBatch batch in AggregatePartitions(partitions, set, level + 1, rows.Bytes, context))
        {
            yield return batch;
        }
    }

    static IEnumerable<ColumnBatch> Finish(Grouping[] groupings, MemoryLease lease, ExecutionContext context)
    {
        lease.Note(groupings.Sum(g => g.Bytes));
        foreach (Grouping grouping in groupings)
        {
            context.ThrowIfCancelled();
            for (int start = 0; start < grouping.Count; start += context.BatchRows)
            {
                yield return grouping.Finish(start, Math.Min(context.BatchRows, grouping.Count - start), context.Cancellation);
            }
        }
    }

    /// <summary>Says which aggregate holds too much of one group.</summary>
    void Refuse(ExecutionContext context)
    {
        using var lease = new MemoryLease(context.Memory, metrics: null);
        using var grouping = new Grouping(plan, [], context, metrics: null);
        string what = grouping.Collector is { } name
            ? string.Create(CultureInfo.InvariantCulture, $"{name} holds the values of a group as a whole. Aggregate fewer rows or columns at a time, or by more keys.")
            : "the groups do not fit. Group by fewer keys.";
        lease.Demand((context.Memory.Limit ?? 0) + 1, what);
    }

    Grouping[] CreateGroupings(int[][] sets, ExecutionContext context) => System.Array.ConvertAll(sets, set => new Grouping(plan, set, context, context.Metrics?.For(this)));

    static void Add(Grouping[] groupings, ColumnBatch batch, Evaluator[] keys, ExecutionContext context)
    {
        IArrowArray[] keyColumns = InputRows.Columns(keys, batch, context);
        foreach (Grouping grouping in groupings)
        {
            grouping.Add(batch, keyColumns, context);
        }
    }

    /// <summary>Whether there is memory for the groups.</summary>
    static bool Hold(Grouping[] groupings, MemoryLease lease) =>
        !lease.IsLimited || !System.Array.Exists(groupings, g => g.Counts) || lease.TryGrowTo(groupings.Sum(g => g.Bytes));

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
}
