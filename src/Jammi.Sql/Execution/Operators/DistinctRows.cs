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

/// <summary>
/// Lets the first row of every key pass, as soon as it comes. When memory is used up, rows of keys that have not been met go to files by their hash, and each file is then done by
/// itself.
/// </summary>
/// <param name="schema">Of the rows.</param>
/// <param name="on">The key; empty for the whole row.</param>
/// <param name="maySpill">Not where the order of the rows matters.</param>
/// <param name="context">The run.</param>
/// <param name="metrics">Of the operator.</param>
/// <param name="level">How often the rows have been shared out.</param>
internal sealed class DistinctRows(PlanSchema schema, ValueList<Expression> on, bool maySpill, ExecutionContext context, OperatorMetrics? metrics, int level = 0) : IDisposable
{
    const int MinimumKeys = 4_096;

    /// <summary>A part of an input in which most of so many rows have keys of their own is not worth a table of its own.</summary>
    const int RowsToJudgeBy = 32_768;

    readonly Evaluator[] evaluators = ExpressionCompiler.CompileAll(on);
    readonly MemoryLease lease = new(context.Memory, metrics);
    GroupTable? seen = CreateTable(schema, on, context);
    SpillPartitions? spilled;

    /// <summary>The distinct rows of an input, in its order; to be followed by other inputs, or <see cref="Rest"/>.</summary>
    public IEnumerable<ColumnBatch> Read(PhysicalOperator input)
    {
        if (context.Threads > 1 && on.All(ExpressionColumns.MayRunInParts) && ParallelInput.Split(input, context) is { } parts)
        {
            bool fits = true;
            using var held = new PartLeases(context.Memory, metrics);
            foreach ((List<ColumnBatch>? part, MemoryLease own) in parts.Read((_, reader, own) => ReadPart(reader, held.New(), own), ahead: 2 * context.Threads))
            {
                if (part is null)
                {
                    fits = false;
                    break;
                }

                foreach (ColumnBatch batch in part)
                {
                    yield return Fresh(batch);
                }

                own.Clear();
            }

            held.Clear();
            if (fits)
            {
                yield break;
            }
        }

        // After parts that did not fit: their rows that have been given already are known.
        using BatchReader whole = input.Open(context);
        while (whole.Next() is { } batch)
        {
            yield return Fresh(batch);
        }
    }

    /// <summary>The rows that went to files.</summary>
    public IEnumerable<ColumnBatch> Rest()
    {
        lease.Note(seen!.Bytes);
        seen = null;
        lease.Clear();
        for (int i = 0; spilled is not null && i < spilled.Count; i++)
        {
            using var part = new DistinctRows(schema, on, level + 1 < SpillPartitions.MostLevels, context, metrics, level + 1);
            foreach (ColumnBatch batch in spilled[i].Read())
            {
                yield return part.Fresh(batch);
            }

            foreach (ColumnBatch batch in part.Rest())
            {
                yield return batch;
            }
        }
    }

    public void Dispose()
    {
        spilled?.Dispose();
        lease.Dispose();
    }

    static GroupTable CreateTable(PlanSchema schema, ValueList<Expression> on, ExecutionContext context) =>
        new(on.Count == 0 ? schema.Columns.Select(c => c.Type) : on.Select(e => e.Type), context.Cancellation);

    static IArrowArray[] Keys(ColumnBatch batch, Evaluator[] evaluators, ExecutionContext context) =>
        evaluators.Length == 0 ? batch.Columns : InputRows.Columns(evaluators, batch, context);

    ColumnBatch Fresh(ColumnBatch batch)
    {
        IArrowArray[] keys = Keys(batch, evaluators, context);
        if (spilled is not null)
        {
            Spill(batch, keys);
            return InputRows.Empty(schema);
        }

        int[] first = seen!.AddNew(keys, batch.Count);
        if (maySpill && context.Memory.IsLimited && seen.Count >= MinimumKeys && !lease.TryGrowTo(seen.Bytes))
        {
            spilled = new SpillPartitions(schema, level, context, metrics);
        }

        return first.Length == batch.Count ? batch : TakeKernels.Take(batch, first);
    }

    void Spill(ColumnBatch batch, IArrowArray[] keys)
    {
        var numbers = new int[batch.Count];
        seen!.Find(keys, numbers.Length, numbers);
        var unknown = new List<int>();
        for (int row = 0; row < numbers.Length; row++)
        {
            if (numbers[row] < 0)
            {
                unknown.Add(row);
            }
        }

        int[] rows = [.. unknown];
        spilled!.Add(TakeKernels.Take(batch, rows), System.Array.ConvertAll(keys, k => TakeKernels.Take(k, rows)));
    }

    /// <summary>A part's rows without those whose key it has met before; null when they do not fit in memory.</summary>
    (List<ColumnBatch>? Rows, MemoryLease Held) ReadPart(BatchReader reader, MemoryLease held, ExecutionContext own)
    {
        Evaluator[] ownEvaluators = ExpressionCompiler.CompileAll(on);
        GroupTable? known = CreateTable(schema, on, own);
        var fresh = new List<ColumnBatch>();
        long bytes = 0;
        for (int read = 0; reader.Next() is { } batch; read += batch.Count)
        {
            if (known is not null && read >= RowsToJudgeBy && known.Count > read / 4 * 3)
            {
                known = null;
            }

            int[]? first = known?.AddNew(Keys(batch, ownEvaluators, own), batch.Count);
            ColumnBatch kept = first is null || first.Length == batch.Count ? batch : TakeKernels.Take(batch, first);
            if (kept.Count > 0)
            {
                // What the rows were chosen from may be much larger than what is kept of it.
                _ = kept.Columns;
                fresh.Add(kept);
            }

            bytes += own.Memory.IsLimited ? Storage.Segments.SegmentWriter.SizeOf(kept) : 0;
            if (!held.TryGrowTo(bytes + (known?.Bytes ?? 0)))
            {
                return (null, held);
            }
        }

        return (fresh, held);
    }

    /// <summary>What the parts hold until their rows have been taken; parts that nobody takes any more give it back together.</summary>
    sealed class PartLeases(MemoryBudget budget, OperatorMetrics? metrics) : IDisposable
    {
        readonly List<MemoryLease> leases = [];

        public MemoryLease New()
        {
            var lease = new MemoryLease(budget, metrics);
            lock (leases)
            {
                leases.Add(lease);
            }

            return lease;
        }

        public void Clear() => leases.ForEach(l => l.Clear());

        public void Dispose() => leases.ForEach(l => l.Dispose());
    }
}
