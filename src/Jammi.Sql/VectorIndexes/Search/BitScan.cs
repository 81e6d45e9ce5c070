using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>
/// Finds rows that may be among the k best from 1-bit codes. Every row's cosine is estimated; the int8 bounds of the rows with the best estimates give a score that k
/// rows are sure to have, first of a fixed number of them, then of all whose estimate reaches that score; rows whose estimate comes within <see cref="Certainty"/>
/// standard deviations of the result are bounded by their int8 codes. How many these are depends on the data: there is no fixed number that could be too small.
/// </summary>
internal static unsafe class BitScan
{
    /// <summary>The k-th best row is missed when its estimate is too low by more than so many standard deviations: once in 700, by the normal distribution, and better ones more seldom.</summary>
    public const float Certainty = 3;

    /// <summary>So many times k rows of the best estimates are bounded first.</summary>
    const int FirstPerResult = 4;
    const int LeastFirst = 64;

    /// <summary>An empty set for the best estimates of some parts.</summary>
    public static BestEstimates NewBest(int k) => new(Math.Max(LeastFirst, k * FirstPerResult));

    /// <summary>Estimates the rows of a part.</summary>
    public static void Estimate(BitPart part, BestEstimates best)
    {
        BitRun run = part.Run;
        EstimateTerms terms = run.Terms;
        float* estimates = stackalloc float[BitBlockKernel.BlockRows];
        using MemoryHandle pin = run.Sums.Pin();
        ushort* sums = (ushort*)pin.Pointer;
        for (int group = part.FirstGroup; group < part.FirstGroup + part.Groups; group++)
        {
            ulong live = run.Live[group];
            if (live == 0)
            {
                run.Highest[group] = float.NegativeInfinity;
                continue;
            }

            BitBlockKernel.Sum(run.Codes.Bits(group), run.Table.Start, run.Codes.BitGroups, sums + (group * BitBlockKernel.BlockRows));
            ulong reaching = EstimateGroup(run, terms, group, live, best.Threshold, sums, estimates, out run.Highest[group]);
            for (; reaching != 0; reaching &= reaching - 1)
            {
                int row = BitOperations.TrailingZeroCount(reaching);
                StoredRow place = run.At((group * BitBlockKernel.BlockRows) + row);
                best.Offer(estimates[row], place.Block, place.Row);
            }

            if (run.Spreads is { } spreads)
            {
                spreads[group] = Spread(run, group, estimates);
            }
        }
    }

    /// <summary>The rows of a part whose estimate reaches a score.</summary>
    public static ReadOnlySpan<StoredRow> Best(BitPart part, float score, StoredRow[] rows) => Rows(part, score, isWidened: false, float.PositiveInfinity, rows);

    /// <summary>The rows of a part that may reach a score, but for those whose estimate reaches <paramref name="known"/>.</summary>
    public static ReadOnlySpan<StoredRow> Survivors(BitPart part, float score, float known, StoredRow[] rows) => Rows(part, score, isWidened: true, known, rows);

    /// <summary>Groups that may have such rows are estimated again, from the sums that were kept.</summary>
    static ReadOnlySpan<StoredRow> Rows(BitPart part, float score, bool isWidened, float below, StoredRow[] rows)
    {
        BitRun run = part.Run;
        EstimateTerms terms = run.Terms;
        float* estimates = stackalloc float[BitBlockKernel.BlockRows];
        using MemoryHandle pin = run.Sums.Pin();
        ushort* sums = (ushort*)pin.Pointer;
        int count = 0;
        for (int group = part.FirstGroup; group < part.FirstGroup + part.Groups; group++)
        {
            if (run.Highest[group] < score || run.Live[group] == 0)
            {
                continue;
            }

            ulong reaching = EstimateGroup(run, terms, group, run.Live[group], score, sums, estimates, out _);
            if (isWidened)
            {
                reaching = EstimateKernel.Reaching(estimates, run.Codes.Errors(group), terms.Widening, score) & run.Live[group];
            }

            for (; reaching != 0; reaching &= reaching - 1)
            {
                int row = BitOperations.TrailingZeroCount(reaching);
                if (estimates[row] < below)
                {
                    rows[count++] = run.At((group * BitBlockKernel.BlockRows) + row);
                }
            }
        }

        return rows.AsSpan(0, count);
    }

    /// <returns>A bit for each row that may be found and whose estimate reaches the threshold.</returns>
    static ulong EstimateGroup(BitRun run, in EstimateTerms terms, int group, ulong live, float threshold, ushort* sums, float* estimates, out float highest)
    {
        BitCodes codes = run.Codes;
        return EstimateKernel.Run(sums + (group * BitBlockKernel.BlockRows), codes.Factors(group), codes.Errors(group), codes.Scores(group), terms, live, threshold, estimates, out highest);
    }

    /// <summary>Padding adds nothing.</summary>
    static GroupSpread Spread(BitRun run, int group, float* estimates)
    {
        const int Rows = BitBlockKernel.BlockRows;
        float* room = stackalloc float[Rows];
        var numbers = new Span<float>(room, Rows);
        TensorPrimitives.Subtract(new ReadOnlySpan<float>(estimates, Rows), run.Terms.Offset, numbers);
        float squares = DotKernel.Dot(room, room, Rows);
        float* errors = run.Codes.Errors(group);
        float length = run.Table.Length * run.Table.Length;
        float noise = DotKernel.Dot(errors, errors, Rows) * length;
        TensorPrimitives.Multiply(new ReadOnlySpan<float>(errors, Rows), new ReadOnlySpan<float>(errors, Rows), numbers);
        return new(squares, noise, DotKernel.Dot(room, room, Rows) * length * length);
    }
}
