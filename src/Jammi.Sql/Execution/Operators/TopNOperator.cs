using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// The first rows of an ordering without sorting all of them: keeps the rows that beat the worst of the best n so far, and prunes when they
/// have become too many. Rows with equal keys keep their order.
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
        List<ColumnBatch> candidates;
        if (context.Threads > 1 && ParallelInput.Split(Children[0], context) is { } parts)
        {
            candidates = [.. parts.Read((reader, own) => Best(reader, wanted, own)).SelectMany(c => c)];
        }
        else
        {
            using BatchReader reader = Children[0].Open(context);
            candidates = Best(reader, wanted, context);
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

    /// <summary>The rows of an input that may be among the wanted ones, in its order.</summary>
    List<ColumnBatch> Best(BatchReader reader, long wanted, ExecutionContext context)
    {
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
            if (candidateRows >= Math.Max(MinimumCandidates, wanted > long.MaxValue / 2 ? long.MaxValue : wanted * 2))
            {
                threshold = Prune(candidates, sorter, (int)wanted, context);
                candidateRows = wanted;
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
