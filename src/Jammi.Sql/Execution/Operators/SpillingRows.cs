using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// The rows of an input, read by as many threads as the statement may use: in memory as long as they fit, and from then on all of them shared out among files by their keys.
/// </summary>
internal sealed class SpillingRows : IDisposable
{
    readonly Lock gate = new();
    readonly SortedDictionary<int, List<ColumnBatch>> held = [];
    readonly PlanSchema schema;
    readonly ValueList<Expression> keys;
    readonly MemoryLease lease;
    readonly ExecutionContext context;
    readonly OperatorMetrics? metrics;
    volatile SpillPartitions? files;

    SpillingRows(PlanSchema schema, ValueList<Expression> keys, MemoryLease lease, ExecutionContext context, OperatorMetrics? metrics)
    {
        this.schema = schema;
        this.keys = keys;
        this.lease = lease;
        this.context = context;
        this.metrics = metrics;
    }

    /// <summary>The partitions; null when all rows are in memory.</summary>
    public SpillPartitions? Files => files;

    /// <param name="input">The rows.</param>
    /// <param name="keys">Over the input; rows of equal keys go to the same file.</param>
    /// <param name="lease">Holds what is in memory.</param>
    /// <param name="context">The run.</param>
    /// <param name="metrics">Of the operator that the rows are for.</param>
    /// <param name="toFiles">Whether rows go to files from the start.</param>
    public static SpillingRows Read(PhysicalOperator input, ValueList<Expression> keys, MemoryLease lease, ExecutionContext context, OperatorMetrics? metrics, bool toFiles = false)
    {
        var rows = new SpillingRows(input.Schema, keys, lease, context, metrics);
        try
        {
            if (toFiles)
            {
                rows.GoToFiles();
            }

            if (context.Threads > 1 && keys.All(ExpressionColumns.MayRunInParts) && ParallelInput.Split(input, context) is { } parts)
            {
                foreach (bool _ in parts.Read(rows.Read))
                {
                }
            }
            else
            {
                using BatchReader reader = input.Open(context);
                rows.Read(0, reader, context);
            }

            rows.WriteHeld();
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>What is in memory, in the order of the input.</summary>
    public ColumnBatch InMemory()
    {
        List<ColumnBatch> all = [.. held.Values.SelectMany(b => b)];
        held.Clear();
        return all.Count == 0 ? InputRows.Empty(schema) : InputRows.Concat(all, context);
    }

    public void Dispose() => files?.Dispose();

    bool Read(int piece, BatchReader reader, ExecutionContext own)
    {
        Evaluator[] evaluators = ExpressionCompiler.CompileAll(keys);
        var batches = new List<ColumnBatch>();
        lock (gate)
        {
            held.Add(piece, batches);
        }

        SpillPartitions.Writer? writer = null;
        while (reader.Next() is { } batch)
        {
            if (files is null && TryHold(batch))
            {
                batches.Add(batch);
                continue;
            }

            writer ??= Write(batches, GoToFiles().Open(piece), evaluators, own);
            writer.Add(batch, InputRows.Columns(evaluators, batch, own));
        }

        writer?.Flush();
        return true;
    }

    /// <summary>What is held of pieces that were read to their end before memory was used up.</summary>
    void WriteHeld()
    {
        if (files is { } target)
        {
            Evaluator[] evaluators = ExpressionCompiler.CompileAll(keys);
            foreach ((int piece, List<ColumnBatch> batches) in held)
            {
                Write(batches, target.Open(piece), evaluators, context).Flush();
            }

            held.Clear();
            lease.Clear();
        }
    }

    static SpillPartitions.Writer Write(List<ColumnBatch> batches, SpillPartitions.Writer writer, Evaluator[] evaluators, ExecutionContext own)
    {
        foreach (ColumnBatch batch in batches)
        {
            own.ThrowIfCancelled();
            writer.Add(batch, InputRows.Columns(evaluators, batch, own));
        }

        batches.Clear();
        return writer;
    }

    /// <summary>Put together, rows are there twice for a moment. Measuring a batch also gathers it: what it was chosen from may be much larger.</summary>
    bool TryHold(ColumnBatch batch)
    {
        long bytes = 2 * Storage.Segments.SegmentWriter.SizeOf(batch);
        lock (gate)
        {
            return lease.TryGrow(bytes);
        }
    }

    SpillPartitions GoToFiles()
    {
        lock (gate)
        {
            return files ??= new SpillPartitions(schema, 0, context, metrics);
        }
    }
}
