using System.Runtime.CompilerServices;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>
/// The rows with the c best estimates, ties by the earlier row. Rows are kept up to twice that number and then cut back by quickselect, so that offering costs little.
/// </summary>
internal sealed class BestEstimates(int c)
{
    readonly Entry[] entries = new Entry[2 * c];
    int count;

    /// <summary>Estimates below this are not among the best.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    public void Offer(float estimate, int block, int row) => Offer(new Entry(estimate, block, row));

    /// <summary>Offers the rows of another set.</summary>
    public void Offer(BestEstimates other)
    {
        foreach (Entry entry in other.entries.AsSpan(0, other.count))
        {
            Offer(entry);
        }
    }

    void Offer(Entry entry)
    {
        entries[count++] = entry;
        if (count == entries.Length)
        {
            Cut();
        }
    }

    /// <summary>The rows with the best estimates, in no order.</summary>
    public ReadOnlySpan<Entry> Settle()
    {
        Cut();
        return entries.AsSpan(0, count);
    }

    void Cut()
    {
        if (count <= c)
        {
            return;
        }

        // Quickselect: afterwards the c best come first.
        int low = 0;
        int high = count - 1;
        while (low < high)
        {
            Entry pivot = entries[(low + high) / 2];
            int i = low;
            int j = high;
            while (i <= j)
            {
                while (entries[i].IsBefore(pivot))
                {
                    i++;
                }

                while (pivot.IsBefore(entries[j]))
                {
                    j--;
                }

                if (i <= j)
                {
                    (entries[i], entries[j]) = (entries[j], entries[i]);
                    i++;
                    j--;
                }
            }

            if (c - 1 <= j)
            {
                high = j;
            }
            else if (c - 1 >= i)
            {
                low = i;
            }
            else
            {
                break;
            }
        }

        count = c;
        Threshold = float.PositiveInfinity;
        for (int i = 0; i < c; i++)
        {
            Threshold = Math.Min(Threshold, entries[i].Estimate);
        }
    }

    internal readonly record struct Entry(float Estimate, int Block, int Row)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool IsBefore(in Entry other) => Estimate != other.Estimate ? Estimate > other.Estimate
            : Block != other.Block ? Block < other.Block
            : Row < other.Row;
    }
}
