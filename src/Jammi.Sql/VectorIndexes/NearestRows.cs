using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.VectorIndexes;

/// <summary>
/// The k best rows seen so far, as a heap with the worst on top. Order: higher score first, then the smaller key, then the earlier row: the
/// result does not depend on how the rows are cut into blocks.
/// </summary>
internal sealed class NearestRows(int k, CellComparer keyOrder)
{
    readonly List<Candidate> heap = [];

    /// <summary>Rows below this score cannot enter any more.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    /// <param name="keys">The key column of the block that the row is in.</param>
    public void Offer(float score, IArrowArray keys, int row)
    {
        if (k == 0 || score < Threshold)
        {
            return;
        }

        var candidate = new Candidate(score, keys, row);
        if (heap.Count < k)
        {
            heap.Add(candidate);
            Rise(heap.Count - 1);
        }
        else if (IsBetter(candidate, heap[0]))
        {
            heap[0] = candidate;
            Sink(0);
        }

        Threshold = heap.Count == k ? heap[0].Score : Threshold;
    }

    /// <summary>The rows, best first.</summary>
    public IReadOnlyList<Candidate> Sorted()
    {
        var sorted = new List<Candidate>(heap);
        sorted.Sort((a, b) => IsBetter(a, b) ? -1 : IsBetter(b, a) ? 1 : 0);
        return sorted;
    }

    bool IsBetter(Candidate a, Candidate b)
    {
        if (a.Score != b.Score)
        {
            return a.Score > b.Score;
        }

        int order = keyOrder.Compare(a.Keys, a.Row, b.Keys, b.Row);
        return order < 0 || (order == 0 && ReferenceEquals(a.Keys, b.Keys) && a.Row < b.Row);
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

    internal readonly record struct Candidate(float Score, IArrowArray Keys, int Row);
}
