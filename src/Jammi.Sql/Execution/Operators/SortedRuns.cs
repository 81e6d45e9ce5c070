using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;

namespace Jammi.Sql.Execution.Operators;

/// <summary>The merge of sorted parts of an input in temporary files. Of rows with equal keys those of an earlier run come first.</summary>
internal sealed class SortedRuns(IReadOnlyList<SpillFile> files, RowSorter sorter, ExecutionContext context)
{
    public IEnumerable<ColumnBatch> Merge()
    {
        var cursors = new List<Cursor>();
        try
        {
            foreach (SpillFile file in files)
            {
                cursors.Add(new Cursor(cursors.Count, file.Read(), sorter, context));
            }

            // A heap: the least cursor is the first, and only that one moves.
            Cursor[] heap = [.. cursors.Where(c => c.NextBatch())];
            int count = heap.Length;
            for (int place = count / 2; place >= 0; place--)
            {
                Sink(heap.AsSpan(0, count), place);
            }

            var picked = new List<int>(context.BatchRows);
            while (count > 0)
            {
                Cursor least = heap[0];
                picked.Add(least.Number);
                least.Pick();
                bool ended = least.AtEnd;
                if (ended || picked.Count == context.BatchRows)
                {
                    context.ThrowIfCancelled();
                    yield return Gather(cursors, picked);
                    picked.Clear();
                }

                if (ended && !least.NextBatch())
                {
                    heap[0] = heap[--count];
                }

                Sink(heap.AsSpan(0, count), 0);
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

    /// <summary>Moves a cursor to behind those that come before it.</summary>
    static void Sink(Span<Cursor> heap, int place)
    {
        while (true)
        {
            int least = (2 * place) + 1;
            if (least >= heap.Length)
            {
                return;
            }

            least += least + 1 < heap.Length && Cursor.Compare(heap[least + 1], heap[least]) < 0 ? 1 : 0;
            if (Cursor.Compare(heap[place], heap[least]) <= 0)
            {
                return;
            }

            (heap[place], heap[least]) = (heap[least], heap[place]);
            place = least;
        }
    }

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
        ulong part;
        int taken;
        int row;

        public int Number => number;

        public bool AtEnd => row == batch.Count;

        public static int Compare(Cursor left, Cursor right)
        {
            if (left.part != right.part)
            {
                return left.part < right.part ? -1 : 1;
            }

            int order = left.keys[left.row].SequenceCompareTo(right.keys[right.row]);
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
            part = keys.Part(0, 0);
            return true;
        }

        public void Pick()
        {
            row++;
            part = AtEnd ? 0 : keys.Part(row, 0);
        }

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
