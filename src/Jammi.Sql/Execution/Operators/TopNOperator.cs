using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// The first rows of an ordering without sorting all of them: keeps the rows that beat the worst of the best n so far, and prunes when they
/// have become too many. Rows with equal keys keep their order. Where the first rows are too many for memory, everything is sorted in files.
/// </summary>
internal sealed class TopNOperator(PhysicalOperator input, ValueList<SortKey> keys, Expression limit, Expression? offset) : PhysicalOperator(input.Schema, input)
{
    /// <summary>Pruning costs a sort; with few rows wanted it waits for some batches' worth of candidates.</summary>
    const int MinimumCandidates = 4096;

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        long skip = ConstantEvaluator.EvaluateCount(offset, "OFFSET", context) ?? 0;
        long take = ConstantEvaluator.EvaluateCount(limit, "LIMIT", context) ?? long.MaxValue;
        if (take == 0)
        {
            yield break;
        }

        long wanted = take > long.MaxValue - skip ? long.MaxValue : skip + take;
        using var lease = new MemoryLease(context.Memory, context.Metrics?.For(this));
        List<ColumnBatch>? candidates = BestOfAll(wanted, lease, context);
        if (candidates is null)
        {
            lease.Clear();
            foreach (ColumnBatch batch in Limited(skip, take, context))
            {
                yield return batch;
            }

            yield break;
        }

        if (candidates.Count == 0)
        {
            yield break;
        }

        ColumnBatch all = TakeKernels.Concat(candidates);
        int[] rows = new RowSorter(keys).Order(all, context);
        int start = (int)Math.Min(skip, rows.Length);
        foreach (ColumnBatch batch in InputRows.InOrder(all, rows, start, (int)Math.Min(take, rows.Length - start), context))
        {
            yield return batch;
        }
    }

    /// <summary>The candidates of the whole input; null when they do not fit in memory.</summary>
    List<ColumnBatch>? BestOfAll(long wanted, MemoryLease lease, ExecutionContext context)
    {
        if (context.Threads == 1 || ParallelInput.Split(Children[0], context) is not { } parts)
        {
            using BatchReader reader = Children[0].Open(context);
            return Best(reader, wanted, lease, context);
        }

        var candidates = new List<ColumnBatch>();
        foreach (List<ColumnBatch>? part in parts.Read((reader, own) => Best(reader, wanted, lease, own)))
        {
            if (part is null)
            {
                return null;
            }

            candidates.AddRange(part);
        }

        return candidates;
    }

    /// <summary>The wanted rows of all rows, sorted as a statement with ORDER BY and no LIMIT would sort them.</summary>
    IEnumerable<ColumnBatch> Limited(long skip, long take, ExecutionContext context)
    {
        using BatchReader reader = new SortOperator(Children[0], keys) { Owner = this }.Open(context);
        while (take > 0 && reader.Next() is { } batch)
        {
            int start = (int)Math.Min(skip, batch.Count);
            int count = (int)Math.Min(take, batch.Count - start);
            skip -= start;
            take -= count;
            if (count > 0)
            {
                yield return TakeKernels.Slice(batch, start, count);
            }
        }
    }

    /// <summary>The rows of an input that may be among the wanted ones, in its order; null when they do not fit in memory.</summary>
    List<ColumnBatch>? Best(BatchReader reader, long wanted, MemoryLease lease, ExecutionContext context)
    {
        long held = 0;
        long reserved = 0;
        var sorter = new RowSorter(keys);
        var candidates = new List<ColumnBatch>();
        long candidateRows = 0;
        byte[]? threshold = null;
        while (reader.Next() is { } batch)
        {
            ColumnBatch better = threshold is null ? batch : Better(batch, sorter.Encode(batch, context), threshold);
            if (better.Count == 0)
            {
                continue;
            }

            // What the rows were chosen from may be much larger than what is kept of it.
            _ = better.Columns;
            candidates.Add(better);
            candidateRows += better.Count;
            if (context.Memory.IsLimited)
            {
                // Put together for pruning they are there twice.
                held += 2 * Storage.Segments.SegmentWriter.SizeOf(better);
                lock (lease)
                {
                    if (held > reserved && !lease.TryGrow(held - reserved))
                    {
                        return null;
                    }
                }

                reserved = Math.Max(reserved, held);
            }

            if (candidateRows >= Math.Max(MinimumCandidates, wanted > long.MaxValue / 2 ? long.MaxValue : wanted * 2))
            {
                threshold = Prune(candidates, sorter, (int)wanted, context);
                candidateRows = wanted;
                held = context.Memory.IsLimited ? 2 * Storage.Segments.SegmentWriter.SizeOf(candidates[0]) : 0;
            }
        }

        return candidates;
    }

    /// <summary>The rows below the threshold: one that equals it came later and loses.</summary>
    static ColumnBatch Better(ColumnBatch batch, SortKeys encoded, ReadOnlySpan<byte> threshold)
    {
        var rows = new int[batch.Count];
        int found = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            rows[found] = row;
            found += encoded[row].SequenceCompareTo(threshold) < 0 ? 1 : 0;
        }

        return found == batch.Count ? batch : TakeKernels.Take(batch, rows.AsSpan(0, found));
    }

    /// <summary>Leaves the best <paramref name="wanted"/> candidates, in input order, and returns the key of the worst of them.</summary>
    static byte[] Prune(List<ColumnBatch> candidates, RowSorter sorter, int wanted, ExecutionContext context)
    {
        ColumnBatch all = TakeKernels.Concat(candidates);
        SortKeys encoded = sorter.Encode(all, context);
        int[] best = encoded.Order(context.FreeThreads, context.Cancellation)[..wanted];
        byte[] threshold = encoded[best[^1]].ToArray();
        System.Array.Sort(best);
        candidates.Clear();
        candidates.Add(TakeKernels.Take(all, best));
        return threshold;
    }
}
