using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Kernels;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>
/// Finds rows that may be among the k best from 1-bit codes. Every row's cosine is estimated; the int8 bounds of the rows with the best estimates give a score that k
/// rows are sure to have; rows whose estimate comes within <see cref="Certainty"/> standard deviations of it are bounded by their int8 codes. How many these are
/// depends on the data: there is no fixed number that could be too small.
/// </summary>
internal sealed unsafe class BitScan(EncodedQuery query, int k, BoundScan bounds, CandidateSet candidates, ExecutionContext context) : IDisposable
{
    /// <summary>A row among the best is missed when its estimate is further off than so many standard deviations: for one row in 30,000, by the normal distribution.</summary>
    const float Certainty = 4;

    /// <summary>So many times k rows of the best estimates are bounded first.</summary>
    const int FirstPerResult = 4;
    const int LeastFirst = 64;

    const int GroupsBetweenChecks = 1024;

    readonly BestEstimates best = new(Math.Max(LeastFirst, k * FirstPerResult));
    readonly List<(SearchBlock Block, int Index, float[] Estimates)> scanned = [];

    /// <summary>Rows whose estimates reached the threshold.</summary>
    public long Survivors { get; private set; }

    /// <summary>Estimates the rows of a block that has codes.</summary>
    public void Estimate(SearchBlock block, int index)
    {
        float[] estimates = ArrayPool<float>.Shared.Rent(block.Live.Length * BitBlockKernel.BlockRows);
        scanned.Add((block, index, estimates));
        fixed (float* start = estimates)
        {
            Estimate(block, block.Codes!, scanned.Count - 1, start);
        }
    }

    /// <summary>Gives the rows that may be among the best to the candidates.</summary>
    public void Finish()
    {
        var lower = new KthBest(k);
        foreach ((int position, int row) in best.Settle())
        {
            lower.Offer(bounds.LowerBound(scanned[position].Block.Codes!, row));
        }

        candidates.Raise(lower.Value);
        float threshold = candidates.Threshold;
        foreach ((SearchBlock block, int index, float[] estimates) in scanned)
        {
            int[] rows = ArrayPool<int>.Shared.Rent(block.LiveCount);
            int count = Survive(block, estimates, threshold, rows);
            Survivors += count;
            bounds.Bound(block, index, rows.AsSpan(0, count));
            ArrayPool<int>.Shared.Return(rows);
        }
    }

    public void Dispose()
    {
        foreach ((_, _, float[] estimates) in scanned)
        {
            ArrayPool<float>.Shared.Return(estimates);
        }

        scanned.Clear();
    }

    void Estimate(SearchBlock block, VectorCodes codes, int position, float* estimates)
    {
        byte* tables = query.Tables;
        float scale = query.TableScale;
        float shift = query.TableShift;
        float centre = query.Product(codes.Centre);
        int bitGroups = codes.Layout.BitGroups;
        ushort* sums = stackalloc ushort[BitBlockKernel.BlockRows];
        for (int group = 0; group < block.Live.Length; group++, estimates += BitBlockKernel.BlockRows)
        {
            if (group % GroupsBetweenChecks == 0)
            {
                context.ThrowIfCancelled();
            }

            ulong live = block.Live[group];
            if (live == 0)
            {
                continue;
            }

            int first = group * BitBlockKernel.BlockRows;
            BitBlockKernel.Sum(codes.Bits(group), tables, bitGroups, sums);
            EstimateKernel.Estimate(sums, codes.Factors + first, scale, shift, centre, estimates);
            ulong reaching = EstimateKernel.Reaching(estimates, codes.Errors + first, widening: 0, best.Threshold) & live;
            for (; reaching != 0; reaching &= reaching - 1)
            {
                int row = BitOperations.TrailingZeroCount(reaching);
                best.Offer(estimates[row], position, first + row);
            }
        }
    }

    static int Survive(SearchBlock block, float[] estimates, float threshold, int[] rows)
    {
        VectorCodes codes = block.Codes!;
        int count = 0;
        fixed (float* start = estimates)
        {
            for (int group = 0; group < block.Live.Length; group++)
            {
                int first = group * BitBlockKernel.BlockRows;
                ulong live = block.Live[group];
                ulong reaching = live == 0 ? 0 : EstimateKernel.Reaching(start + first, codes.Errors + first, Certainty, threshold) & live;
                for (; reaching != 0; reaching &= reaching - 1)
                {
                    rows[count++] = first + BitOperations.TrailingZeroCount(reaching);
                }
            }
        }

        return count;
    }
}

/// <summary>
/// The rows with the c best estimates, ties by the earlier row. Rows are kept up to twice that number and then cut back by quickselect, so that offering costs little.
/// </summary>
internal sealed class BestEstimates(int c)
{
    readonly Entry[] entries = new Entry[2 * c];
    int count;

    /// <summary>Estimates below this are not among the best.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    /// <param name="position">Of the block in the scan.</param>
    public void Offer(float estimate, int position, int row)
    {
        entries[count++] = new(estimate, position, row);
        if (count == entries.Length)
        {
            Cut();
        }
    }

    /// <summary>The rows with the best estimates, in no order.</summary>
    public IEnumerable<(int Position, int Row)> Settle()
    {
        Cut();
        return entries.Take(count).Select(e => (e.Position, e.Row));
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

    readonly record struct Entry(float Estimate, int Position, int Row)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool IsBefore(in Entry other) => Estimate != other.Estimate ? Estimate > other.Estimate
            : Position != other.Position ? Position < other.Position
            : Row < other.Row;
    }
}
