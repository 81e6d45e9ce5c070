namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>
/// Rows that may be among the k best, of which only bounds are known: a row stays while its upper bound reaches the k-th best lower bound. What is left at the end
/// holds the k best whatever their true scores are, and does not depend on the order in which the rows came.
/// </summary>
internal sealed class CandidateSet(int k)
{
    const int InitialCapacity = 1024;

    readonly KthBest lowerBounds = new(k);
    Candidate[] candidates = new Candidate[InitialCapacity];
    int count;

    /// <summary>Rows whose upper bound is below this are out.</summary>
    public float Threshold { get; private set; } = k == 0 ? float.PositiveInfinity : float.NegativeInfinity;

    /// <summary>What is in so far.</summary>
    public ReadOnlySpan<Candidate> Candidates => candidates.AsSpan(0, count);

    /// <summary>Tells that k rows with at least this score are known to exist.</summary>
    public void Raise(float lowerBound) => Threshold = Math.Max(Threshold, lowerBound);

    public void Add(int block, int row, float lower, float upper)
    {
        if (upper < Threshold)
        {
            return;
        }

        lowerBounds.Offer(lower);
        Raise(lowerBounds.Value);
        Append(new(block, row, upper));
    }

    /// <summary>An empty set for other rows, which starts from what is known here.</summary>
    public CandidateSet Beside()
    {
        var other = new CandidateSet(k);
        other.Raise(Threshold);
        return other;
    }

    /// <summary>Adds the rows of another set of other rows.</summary>
    public void Add(CandidateSet other)
    {
        lowerBounds.Offer(other.lowerBounds);
        Raise(Math.Max(lowerBounds.Value, other.Threshold));
        foreach (Candidate candidate in other.Candidates)
        {
            if (candidate.Upper >= Threshold)
            {
                Append(candidate);
            }
        }
    }

    /// <summary>Drops the rows that are out by now.</summary>
    public ReadOnlySpan<Candidate> Settle()
    {
        Compact();
        return Candidates;
    }

    /// <summary>The same, those of the highest bounds first, ties in the order of the table.</summary>
    public ReadOnlySpan<Candidate> SettleByBound()
    {
        Compact();
        candidates.AsSpan(0, count).Sort((a, b) => a.Upper != b.Upper ? b.Upper.CompareTo(a.Upper) : (a.Block, a.Row).CompareTo((b.Block, b.Row)));
        return Candidates;
    }

    void Append(Candidate candidate)
    {
        if (count == candidates.Length)
        {
            Compact();
        }

        candidates[count++] = candidate;
    }

    void Compact()
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (candidates[i].Upper >= Threshold)
            {
                candidates[kept++] = candidates[i];
            }
        }

        count = kept;
        if (count > candidates.Length / 2)
        {
            Array.Resize(ref candidates, candidates.Length * 2);
        }
    }

    internal readonly record struct Candidate(int Block, int Row, float Upper);
}

/// <summary>The k-th largest of the numbers offered: a heap with the smallest on top.</summary>
internal sealed class KthBest(int k)
{
    readonly PriorityQueue<float, float> heap = new();

    /// <summary>The k-th largest, or negative infinity while there are fewer.</summary>
    public float Value { get; private set; } = float.NegativeInfinity;

    public void Offer(KthBest other)
    {
        foreach ((float number, _) in other.heap.UnorderedItems)
        {
            Offer(number);
        }
    }

    public void Offer(float number)
    {
        if (heap.Count < k)
        {
            heap.Enqueue(number, number);
        }
        else if (number > Value)
        {
            heap.EnqueueDequeue(number, number);
        }

        if (heap.Count == k && k > 0)
        {
            Value = heap.Peek();
        }
    }
}
