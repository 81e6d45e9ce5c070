using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Memory;

/// <summary>Rows to be read later: in memory as long as there is room, and from then on in a file. Added by one thread, then read as often as one likes, by several threads too.</summary>
internal sealed class KeptRows(PlanSchema schema, ExecutionContext context, OperatorMetrics? metrics) : IDisposable
{
    readonly MemoryLease lease = new(context.Memory, metrics);
    readonly List<ColumnBatch> held = [];
    SpillFile? file;

    public void Add(ColumnBatch batch)
    {
        // Gathered: what a batch was chosen from may be much larger than what is kept of it.
        _ = batch.Columns;
        if (file is null && lease.TryGrow(context.Memory.IsLimited ? Storage.Segments.SegmentWriter.SizeOf(batch) : 0))
        {
            held.Add(batch);
            return;
        }

        file ??= new SpillFile(schema, context.Memory, metrics);
        file.Write(batch, [.. Enumerable.Range(0, batch.Count)]);
    }

    /// <summary>All rows, in the order in which they were added.</summary>
    public IEnumerable<ColumnBatch> Read() => file is null ? held : held.Concat(file.Read());

    public void Dispose()
    {
        held.Clear();
        file?.Dispose();
        lease.Dispose();
    }
}
