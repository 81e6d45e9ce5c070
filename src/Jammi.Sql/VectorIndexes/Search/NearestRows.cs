using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>A row that a search found.</summary>
/// <param name="Block">Index of its block in the table.</param>
/// <param name="Row">Its index in the block.</param>
internal readonly record struct FoundRow(float Score, int Block, int Row);

/// <summary>
/// The k best rows seen so far, as a heap with the worst on top. Order: higher score first, then the smaller key, then the earlier row: the
/// result depends neither on how the rows are cut into blocks nor on the order in which they come.
/// </summary>
/// <param name="keyOrder">Compares keys.</param>
/// <param name="keys">The key column of every block.</param>
internal sealed class NearestRows(int k, CellComparer keyOrder, IReadOnlyList<IArrowArray> keys)
{
    readonly List<FoundRow> heap = new(Math.Min(k, 1024));

    /// <summary>Rows below this score cannot enter any more.</summary>
    public float Threshold { get; private set; } = k == 0 ? float.PositiveInfinity : float.NegativeInfinity;

    public void Offer(FoundRow row)
    {
        if (k == 0 || row.Score < Threshold)
        {
            return;
        }

        if (heap.Count < k)
        {
            heap.Add(row);
            Rise(heap.Count - 1);
        }
        else if (IsBetter(row, heap[0]))
        {
            heap[0] = row;
            Sink(0);
        }

        Threshold = heap.Count == k ? heap[0].Score : Threshold;
    }

    /// <summary>The rows, best first.</summary>
    public IReadOnlyList<FoundRow> Sorted()
    {
        var sorted = new List<FoundRow>(heap);
        sorted.Sort((a, b) => IsBetter(a, b) ? -1 : IsBetter(b, a) ? 1 : 0);
        return sorted;
    }

    bool IsBetter(FoundRow a, FoundRow b)
    {
        if (a.Score != b.Score)
        {
            return a.Score > b.Score;
        }

        int order = keyOrder.Compare(keys[a.Block], a.Row, keys[b.Block], b.Row);
        return order < 0 || (order == 0 && (a.Block, a.Row).CompareTo((b.Block, b.Row)) < 0);
    }

    void Rise(int index)
    {
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (!IsBetter(heap[parent], heap[index]))
            {
                return;
            }

            (heap[parent], heap[index]) = (heap[index], heap[parent]);
            index = parent;
        }
    }

    void Sink(int index)
    {
        while (true)
        {
            int worst = index;
            for (int child = (index * 2) + 1; child <= (index * 2) + 2 && child < heap.Count; child++)
            {
                worst = IsBetter(heap[worst], heap[child]) ? child : worst;
            }

            if (worst == index)
            {
                return;
            }

            (heap[worst], heap[index]) = (heap[index], heap[worst]);
            index = worst;
        }
    }
}
