using System.Collections.Concurrent;
using Jammi.Sql.Execution.Memory;

namespace Jammi.Sql.Execution;

/// <summary>The tables of WITH that a run computes once, by their id. They are read as far as somebody needs their rows; what does not fit in memory is in files.</summary>
internal sealed class SharedRows : IDisposable
{
    readonly ConcurrentDictionary<int, Table> tables = new();

    public SharedRows(ExecutionContext context) => Context = context.With(this);

    /// <summary>Where they are computed: outside every part of the run that reads them.</summary>
    public ExecutionContext Context { get; }

    /// <summary>The rows of a table, from the first.</summary>
    /// <param name="id">Of the table.</param>
    /// <param name="source">Computes it, if it is the first that asks.</param>
    /// <param name="metrics">Of the operator that asks.</param>
    public IEnumerable<ColumnBatch> Read(int id, PhysicalOperator source, OperatorMetrics? metrics)
    {
        Table table = tables.GetOrAdd(id, _ => new Table(source, Context, metrics));
        int next = 0;
        while (table.Held(next) is { } batch)
        {
            next++;
            yield return batch;
        }

        foreach (ColumnBatch batch in table.Spilled())
        {
            yield return batch;
        }
    }

    public void Dispose()
    {
        foreach (Table table in tables.Values)
        {
            table.Dispose();
        }
    }

    sealed class Table(PhysicalOperator source, ExecutionContext context, OperatorMetrics? metrics) : IDisposable
    {
        readonly Lock gate = new();
        readonly List<ColumnBatch> held = [];
        readonly MemoryLease lease = new(context.Memory, metrics);
        BatchReader? reader;
        SpillFile? file;
        bool ended;

        /// <summary>The batch of this number; null when those in memory have ended.</summary>
        public ColumnBatch? Held(int number)
        {
            lock (gate)
            {
                if (number == held.Count && !ended)
                {
                    Advance();
                }

                return number < held.Count ? held[number] : null;
            }
        }

        /// <summary>The rows after those in memory.</summary>
        public IEnumerable<ColumnBatch> Spilled() => file?.Read() ?? [];

        public void Dispose()
        {
            reader?.Dispose();
            file?.Dispose();
            lease.Dispose();
        }

        void Advance()
        {
            reader ??= source.Open(context);
            if (reader.Next() is { } batch)
            {
                // Gathered: what a batch was chosen from may be much larger, and several threads may read it.
                _ = batch.Columns;
                if (lease.TryGrow(context.Memory.IsLimited ? Storage.Segments.SegmentWriter.SizeOf(batch) : 0))
                {
                    held.Add(batch);
                    return;
                }

                file = new SpillFile(source.Schema, context.Memory, metrics);
                for (ColumnBatch? rest = batch; rest is not null; rest = reader.Next())
                {
                    file.Write(rest, [.. Enumerable.Range(0, rest.Count)]);
                }
            }

            ended = true;
            reader.Dispose();
        }
    }
}
