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

    delegate void Find(ReadOnlySpan<IArrowArray> columns, int count, Span<int> groups);

    readonly Evaluator[] evaluators = ExpressionCompiler.CompileAll(on);
    readonly MemoryLease lease = new(context.Memory, metrics);
    GroupTable? seen = CreateTable(schema, on, context);
    SpillPartitions? spilled;

    /// <summary>The distinct rows of an input, in its order; to be followed by other inputs, or <see cref="Rest"/>.</summary>
    public IEnumerable<ColumnBatch> Read(PhysicalOperator input)
    {
        bool inParts = context.Threads > 1 && on.All(ExpressionColumns.MayRunInParts);
        if (inParts && ParallelInput.Split(input, context) is { } parts)
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
                if (spilled is not null)
                {
                    fits = false;
                    break;
                }
            }

            held.Clear();
            if (fits)
            {
                yield break;
            }

            // The rows that have been given already are known.
            if (maySpill && ParallelInput.Split(input, context) is { } again)
            {
                SpillPartitions files = GoToFiles();
                foreach (bool _ in again.Read((piece, reader, own) => SpillPart(piece, reader, files, own)))
                {
                }

                yield break;
            }
        }

        using BatchReader whole = input.Open(context);
        while (whole.Next() is { } batch)
        {
            yield return Fresh(batch);
        }
    }

    /// <summary>The rows of a batch whose keys have not been met before; none when they go to files.</summary>
    public ColumnBatch Fresh(ColumnBatch batch)
    {
        IArrowArray[] keys = Keys(batch, evaluators, context);
        if (spilled is not null)
        {
            int[] rows = Unknown(seen!.Find, keys, batch.Count);
            spilled.Add(TakeKernels.Take(batch, rows), System.Array.ConvertAll(keys, k => TakeKernels.Take(k, rows)));
            return InputRows.Empty(schema);
        }

        int[] first = seen!.AddNew(keys, batch.Count);
        if (context.Memory.IsLimited && seen.Count >= MinimumKeys && !lease.TryGrowTo(seen.Bytes))
        {
            if (maySpill)
            {
                GoToFiles();
            }
            else
            {
                lease.Demand(seen.Bytes - lease.Held, "DISTINCT ON with an ORDER BY that does not begin with its expressions holds all of their values. Begin the ORDER BY with them.");
            }
        }

        return first.Length == batch.Count ? batch : TakeKernels.Take(batch, first);
    }

    /// <summary>The rows that went to files; nothing is added any more.</summary>
    public IEnumerable<ColumnBatch> Rest()
    {
        lease.Note(seen!.Bytes);
        seen = null;
        lease.Clear();
        return spilled is { } files ? new PartitionWork(schema, (i, own) => RestOf(files[i], own), context, metrics).Run(files.Count, context.FreeThreads) : [];
    }

    IEnumerable<ColumnBatch> RestOf(SpillFile rows, ExecutionContext own)
    {
        using var part = new DistinctRows(schema, on, level + 1 < SpillPartitions.MostLevels, own, metrics, level + 1);
        foreach (ColumnBatch batch in rows.Read())
        {
            yield return part.Fresh(batch);
        }

        foreach (ColumnBatch batch in part.Rest())
        {
            yield return batch;
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

    /// <summary>From now on no key is added to those that were met.</summary>
    SpillPartitions GoToFiles() => spilled ??= new SpillPartitions(schema, level, context, metrics);

    /// <summary>Writes the rows of a part whose keys have not been met, next to other threads.</summary>
    bool SpillPart(int piece, BatchReader reader, SpillPartitions files, ExecutionContext own)
    {
        Evaluator[] ownEvaluators = ExpressionCompiler.CompileAll(on);
        GroupTable known = seen!;
        var scratch = new GroupTable.Scratch();
        SpillPartitions.Writer writer = files.Open(piece);
        while (reader.Next() is { } batch)
        {
            IArrowArray[] keys = Keys(batch, ownEvaluators, own);
            int[] rows = Unknown((columns, count, numbers) => known.Find(columns, count, numbers, scratch), keys, batch.Count);
            writer.Add(TakeKernels.Take(batch, rows), System.Array.ConvertAll(keys, k => TakeKernels.Take(k, rows)));
        }

        writer.Flush();
        return true;
    }

    static int[] Unknown(Find find, IArrowArray[] keys, int count)
    {
        var numbers = new int[count];
        find(keys, count, numbers);
        var unknown = new List<int>();
        for (int row = 0; row < numbers.Length; row++)
        {
            if (numbers[row] < 0)
            {
                unknown.Add(row);
            }
        }

        return [.. unknown];
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
}
