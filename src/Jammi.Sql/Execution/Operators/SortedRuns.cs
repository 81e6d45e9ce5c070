using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Sorted parts of an input in temporary files, and their merge. Of rows with equal keys those of an earlier run come first.</summary>
internal sealed class SortedRuns(PlanSchema schema, RowSorter sorter, ExecutionContext context, OperatorMetrics? metrics) : IDisposable
{
    readonly List<SpillFile> files = [];

    public int Count => files.Count;

    /// <summary>Sorts rows and writes them.</summary>
    public void Add(List<ColumnBatch> batches)
    {
        ColumnBatch all = TakeKernels.Concat(batches);
        int[] rows = sorter.Order(all, context);
        var file = new SpillFile(schema, context.Memory, metrics);
        files.Add(file);
        for (int start = 0; start < rows.Length; start += context.BatchRows)
        {
            context.ThrowIfCancelled();
            file.Write(all, rows.AsSpan(start, Math.Min(context.BatchRows, rows.Length - start)));
        }
    }

    public IEnumerable<ColumnBatch> Merge()
    {
        var cursors = new List<Cursor>();
        try
        {
            var queue = new PriorityQueue<Cursor, Cursor>(Comparer<Cursor>.Create(Cursor.Compare));
            foreach (SpillFile file in files)
            {
                var cursor = new Cursor(cursors.Count, file.Read(), sorter, context);
                cursors.Add(cursor);
                if (cursor.NextBatch())
                {
                    queue.Enqueue(cursor, cursor);
                }
            }

            var picked = new List<int>(context.BatchRows);
            while (queue.TryDequeue(out Cursor? least, out _))
            {
                picked.Add(least.Number);
                least.Pick();
                bool ended = least.AtEnd;
                if (ended || picked.Count == context.BatchRows)
                {
                    context.ThrowIfCancelled();
                    yield return Gather(cursors, picked);
                    picked.Clear();
                }

                if (!ended || least.NextBatch())
                {
                    queue.Enqueue(least, least);
                }
            }

            if (picked.Count > 0)
            {
                yield return Gather(cursors, picked);
            }
        }
        finally
        {
            cursors.ForEach(c => c.Dispose());
        }
    }

    public void Dispose() => files.ForEach(f => f.Dispose());

    /// <summary>The rows that were picked, in the order in which they were: <paramref name="picked"/> tells of which run each is.</summary>
    static ColumnBatch Gather(List<Cursor> cursors, List<int> picked)
    {
        var parts = new List<ColumnBatch>();
        var next = new int[cursors.Count];
        int rows = 0;
        foreach (Cursor cursor in cursors)
        {
            ColumnBatch part = cursor.TakePicked();
            next[cursor.Number] = rows;
            rows += part.Count;
            if (part.Count > 0)
            {
                parts.Add(part);
            }
        }

        var order = new int[picked.Count];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = next[picked[i]]++;
        }

        return TakeKernels.Take(TakeKernels.Concat(parts), order);
    }

    /// <summary>Where the merge is in a run.</summary>
    sealed class Cursor(int number, IEnumerable<ColumnBatch> run, RowSorter sorter, ExecutionContext context) : IDisposable
    {
        readonly IEnumerator<ColumnBatch> batches = run.GetEnumerator();
        ColumnBatch batch = new([], 0);
        SortKeys keys = new([], [0]);
        int taken;
        int row;

        public int Number => number;

        public bool AtEnd => row == batch.Count;

        public static int Compare(Cursor? left, Cursor? right)
        {
            int order = left!.keys[left.row].SequenceCompareTo(right!.keys[right.row]);
            return order != 0 ? order : left.Number.CompareTo(right.Number);
        }

        /// <summary>Reads on; false at the end of the run.</summary>
        public bool NextBatch()
        {
            if (!batches.MoveNext())
            {
                batch = new([], 0);
                taken = row = 0;
                return false;
            }

            batch = batches.Current;
            keys = sorter.Encode(batch, context);
            taken = row = 0;
            return true;
        }

        public void Pick() => row++;

        /// <summary>The rows picked since it was asked last.</summary>
        public ColumnBatch TakePicked()
        {
            int start = taken;
            taken = row;
            return TakeKernels.Slice(batch, start, row - start);
        }

        public void Dispose() => batches.Dispose();
    }
}
