using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// The sort of an input whose parts may be read side by side, in limited memory. A part keeps its rows as long as there is memory; then parts that have been read to their end are
/// sorted and written, and after them what the part itself holds. Runs are merged in the order of the parts, so equal rows stay in the order of the input.
/// </summary>
internal sealed class SpillingSort(PlanSchema schema, ValueList<SortKey> keys, ExecutionContext context, OperatorMetrics? metrics) : IDisposable
{
    /// <summary>A run has some rows in any case: others may hold the memory.</summary>
    const int MinimumRunRows = 16_384;

    readonly Lock gate = new();
    readonly List<Part> parts = [];

    /// <summary>Takes all rows of a part; may be called for several at once.</summary>
    public void Read(int number, BatchReader reader, ExecutionContext own)
    {
        var part = new Part(number, new MemoryLease(context.Memory, metrics));
        lock (gate)
        {
            parts.Add(part);
        }

        int rows = 0;
        bool full = false;
        while (reader.Next() is { } batch)
        {
            // Put together they are there twice for a moment.
            long bytes = 2 * SegmentWriter.SizeOf(batch);
            full |= !part.Lease.TryGrow(bytes) && !(WriteEnded(own) && part.Lease.TryGrow(bytes));
            part.Held.Add(batch);
            rows += batch.Count;
            if (full && rows >= MinimumRunRows)
            {
                Write(part, own);
                rows = 0;
                full = false;
            }
        }

        lock (gate)
        {
            part.Ended = true;
        }
    }

    /// <summary>All rows in order, after all parts have been read.</summary>
    public IEnumerable<ColumnBatch> Sorted()
    {
        parts.Sort((a, b) => a.Number.CompareTo(b.Number));
        if (parts.TrueForAll(p => p.Runs.Count == 0))
        {
            List<ColumnBatch> held = [.. parts.SelectMany(p => p.Held)];
            parts.ForEach(p => p.Held.Clear());
            ColumnBatch all = held.Count == 0 ? InputRows.Empty(schema) : InputRows.Concat(held, context);
            return InputRows.InOrder(all, new RowSorter(keys).Order(all, context), 0, all.Count, context);
        }

        parts.ForEach(p => Write(p, context));
        return new SortedRuns([.. parts.SelectMany(p => p.Runs)], new RowSorter(keys), context).Merge();
    }

    public void Dispose() => parts.ForEach(p => p.Dispose());

    /// <summary>Writes parts that were read to their end; false when there is none.</summary>
    bool WriteEnded(ExecutionContext own)
    {
        Part[] ended;
        lock (gate)
        {
            ended = [.. parts.Where(p => p.Ended && p.Held.Count > 0)];
            System.Array.ForEach(ended, p => p.Ended = false);
        }

        System.Array.ForEach(ended, p => Write(p, own));
        return ended.Length > 0;
    }

    void Write(Part part, ExecutionContext own)
    {
        if (part.Held.Count == 0)
        {
            return;
        }

        ColumnBatch all = TakeKernels.Concat(part.Held);
        int[] rows = new RowSorter(keys).Order(all, own);
        var file = new SpillFile(schema, context.Memory, metrics);
        part.Runs.Add(file);
        for (int start = 0; start < rows.Length; start += context.BatchRows)
        {
            own.ThrowIfCancelled();
            file.Write(all, rows.AsSpan(start, Math.Min(context.BatchRows, rows.Length - start)));
        }

        part.Held.Clear();
        part.Lease.Clear();
    }

    sealed class Part(int number, MemoryLease lease) : IDisposable
    {
        public int Number => number;

        public MemoryLease Lease => lease;

        public List<ColumnBatch> Held { get; } = [];

        public List<SpillFile> Runs { get; } = [];

        /// <summary>Whether nobody adds to it any more, so that another thread may write what it holds.</summary>
        public bool Ended { get; set; }

        public void Dispose()
        {
            Runs.ForEach(r => r.Dispose());
            lease.Dispose();
        }
    }
}
