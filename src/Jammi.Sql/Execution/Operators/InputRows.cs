using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>What operators that need their whole input have in common.</summary>
internal static class InputRows
{
    /// <summary>Batches that a thread gathers at a time.</summary>
    const int GatheredBatches = 16;

    /// <summary>All remaining rows as one batch; one without rows when there are none.</summary>
    /// <param name="reader">Of the rows.</param>
    /// <param name="schema">Their columns.</param>
    /// <param name="hold">Is told of each batch that is kept; may refuse it by an exception.</param>
    public static ColumnBatch ReadAll(BatchReader reader, PlanSchema schema, Action<ColumnBatch>? hold = null)
    {
        var batches = new List<ColumnBatch>();
        while (reader.Next() is { } batch)
        {
            if (batches.Count == 1)
            {
                _ = batches[0].Columns;
            }

            // What a batch was chosen from may be much larger than what is kept of it. A single small one may stay as it is: many of its columns may never be read.
            if (batches.Count > 0)
            {
                _ = batch.Columns;
            }
            else
            {
                batch.LetGoOfSources();
            }

            hold?.Invoke(batch);
            batches.Add(batch);
        }

        return batches.Count == 0 ? Empty(schema) : TakeKernels.Concat(batches);
    }

    /// <summary>All rows of an input as one batch, read by as many threads as the statement may use.</summary>
    public static ColumnBatch ReadAll(PhysicalOperator input, ExecutionContext context) => ReadAll(input, context, hold: null);

    /// <summary>The same for rows that cannot go on in files.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="lease">Holds them.</param>
    /// <param name="what">A sentence that says why they are held, and how to do without.</param>
    /// <param name="context">The run.</param>
    /// <exception cref="SqlException">They do not fit in memory.</exception>
    public static ColumnBatch ReadHeld(PhysicalOperator input, MemoryLease lease, string what, ExecutionContext context)
    {
        if (!context.Memory.IsLimited)
        {
            ColumnBatch all = ReadAll(input, context);
            if (lease.IsReported)
            {
                lease.Note(Storage.Segments.SegmentWriter.SizeOf(all));
            }

            return all;
        }

        return ReadAll(input, context, batch =>
        {
            // Put together they are there twice for a moment.
            lock (lease)
            {
                lease.Demand(2 * Storage.Segments.SegmentWriter.SizeOf(batch), what);
            }
        });
    }

    static ColumnBatch ReadAll(PhysicalOperator input, ExecutionContext context, Action<ColumnBatch>? hold)
    {
        if (context.Threads > 1 && ParallelInput.Split(input, context) is { } parts)
        {
            List<ColumnBatch> read = [.. parts.Read((reader, _) => ReadAll(reader, input.Schema, hold)).Where(b => b.Count > 0)];
            return read.Count == 0 ? Empty(input.Schema) : Concat(read, context);
        }

        using BatchReader whole = input.Open(context);
        return ReadAll(whole, input.Schema, hold);
    }

    /// <summary>Puts batches together, columns side by side.</summary>
    public static ColumnBatch Concat(IReadOnlyList<ColumnBatch> batches, ExecutionContext context)
    {
        var columns = new IArrowArray[batches[0].ColumnCount];
        SideBySide.Run(columns.Length, context.FreeThreads, (c, _) => columns[c] = TakeKernels.Concat([.. batches.Select(b => b.Column(c))]), context.Cancellation);
        return new(columns, batches.Sum(b => b.Count));
    }

    public static ColumnBatch Empty(PlanSchema schema) => new([.. schema.Columns.Select(c => ColumnFactory.Nulls(c.Type, 0))], 0);

    /// <summary>Hands out rows of a batch in a given order, in batches of the usual size, gathered by all threads a little ahead of who takes them.</summary>
    public static IEnumerable<ColumnBatch> InOrder(ColumnBatch all, int[] rows, int start, int count, ExecutionContext context)
    {
        ColumnBatch Batch(int number)
        {
            int first = start + (number * context.BatchRows);
            return TakeKernels.Take(all, rows.AsSpan(first, Math.Min(context.BatchRows, start + count - first)));
        }

        int batches = (int)(((long)count + context.BatchRows - 1) / context.BatchRows);
        if (context.FreeThreads == 1 || batches <= GatheredBatches)
        {
            for (int i = 0; i < batches; i++)
            {
                yield return Batch(i);
            }

            yield break;
        }

        ColumnBatch[] Gather(int piece, CancellationToken cancellation)
        {
            var gathered = new ColumnBatch[Math.Min(GatheredBatches, batches - (piece * GatheredBatches))];
            for (int i = 0; i < gathered.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                gathered[i] = Batch((piece * GatheredBatches) + i);
                _ = gathered[i].Columns;
            }

            return gathered;
        }

        int pieces = (batches + GatheredBatches - 1) / GatheredBatches;
        using var work = new OrderedWork<ColumnBatch[]>(pieces, context.Threads, Gather, context.Cancellation, ahead: 2 * context.Threads);
        foreach (ColumnBatch[] gathered in work.InOrder())
        {
            foreach (ColumnBatch batch in gathered)
            {
                yield return batch;
            }
        }
    }

    /// <summary>Hands out a batch in pieces of the usual size.</summary>
    public static IEnumerable<ColumnBatch> InPieces(ColumnBatch all, ExecutionContext context)
    {
        for (int start = 0; start < all.Count; start += context.BatchRows)
        {
            yield return TakeKernels.Slice(all, start, Math.Min(context.BatchRows, all.Count - start));
        }
    }

    /// <summary>Evaluates expressions into columns of the batch's length.</summary>
    public static IArrowArray[] Columns(Evaluator[] evaluators, ColumnBatch batch, ExecutionContext context)
    {
        var columns = new IArrowArray[evaluators.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = TakeKernels.Materialize(evaluators[i].Evaluate(batch, context), batch.Count);
        }

        return columns;
    }
}
