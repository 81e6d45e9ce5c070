using System.Numerics;
using System.Runtime.CompilerServices;
using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>
/// Finds rows that may be among the k best from 1-bit codes. Every row's cosine is estimated; the int8 bounds of the rows with the best estimates give a score that k
/// rows are sure to have, first of a fixed number of them, then of all whose estimate reaches that score; rows whose estimate comes within <see cref="Certainty"/>
/// standard deviations of the result are bounded by their int8 codes. How many these are depends on the data: there is no fixed number that could be too small.
/// </summary>
internal sealed unsafe class BitScan
{
    /// <summary>The k-th best row is missed when its estimate is too low by more than so many standard deviations: once in 700, by the normal distribution, and better ones more seldom.</summary>
    const float Certainty = 3;

    /// <summary>So many times k rows of the best estimates are bounded first.</summary>
    const int FirstPerResult = 4;
    const int LeastFirst = 64;

    readonly EncodedQuery query;
    readonly int k;
    readonly BitTables?[] tables;

    /// <summary>By block and group of 64 rows: how high a row that may be found comes, with its estimate raised by <see cref="Certainty"/> standard deviations.</summary>
    readonly float[]?[] highest;

    /// <param name="blocks">Of the table.</param>
    public BitScan(EncodedQuery query, int k, IReadOnlyList<SearchBlock> blocks)
    {
        this.query = query;
        this.k = k;
        tables = new BitTables?[blocks.Count];
        highest = new float[]?[blocks.Count];
        for (int i = 0; i < blocks.Count; i++)
        {
            if (blocks[i].Codes is { } codes)
            {
                tables[i] = query.Tables(codes.Axis);
                highest[i] = new float[blocks[i].Live.Length];
            }
        }
    }

    /// <summary>An empty set for the best estimates of some parts.</summary>
    public BestEstimates NewBest() => new(Math.Max(LeastFirst, k * FirstPerResult));

    /// <summary>Estimates the rows of a part that has codes.</summary>
    public void Estimate(SearchPart part, BestEstimates best)
    {
        VectorCodes codes = part.Block.Codes!;
        EstimateTerms terms = TermsOf(part);
        byte* table = tables[part.BlockIndex]!.Start;
        Span<float> groups = highest[part.BlockIndex];
        float* estimates = stackalloc float[BitBlockKernel.BlockRows];
        for (int group = part.FirstGroup; group < part.FirstGroup + part.Groups; group++)
        {
            ulong live = part.Block.Live[group];
            if (live == 0)
            {
                groups[group] = float.NegativeInfinity;
                continue;
            }

            int first = group * BitBlockKernel.BlockRows;
            ulong reaching = EstimateGroup(codes, table, terms, group, live, best.Threshold, estimates, out groups[group]);
            for (; reaching != 0; reaching &= reaching - 1)
            {
                int row = BitOperations.TrailingZeroCount(reaching);
                best.Offer(estimates[row], part.BlockIndex, first + row);
            }
        }
    }

    /// <summary>The numbers of the rows of a part whose estimate reaches a score.</summary>
    public ReadOnlySpan<int> Best(SearchPart part, float score, int[] rows) => Rows(part, score, isWidened: false, float.PositiveInfinity, rows);

    /// <summary>The numbers of the rows of a part that may reach a score, but for those whose estimate reaches <paramref name="known"/>.</summary>
    public ReadOnlySpan<int> Survivors(SearchPart part, float score, float known, int[] rows) => Rows(part, score, isWidened: true, known, rows);

    /// <summary>Few groups have such rows: estimating these again costs less than keeping all estimates did.</summary>
    ReadOnlySpan<int> Rows(SearchPart part, float score, bool isWidened, float below, int[] rows)
    {
        VectorCodes codes = part.Block.Codes!;
        EstimateTerms terms = TermsOf(part);
        byte* table = tables[part.BlockIndex]!.Start;
        ReadOnlySpan<float> groups = highest[part.BlockIndex];
        float* estimates = stackalloc float[BitBlockKernel.BlockRows];
        int count = 0;
        for (int group = part.FirstGroup; group < part.FirstGroup + part.Groups; group++)
        {
            if (groups[group] < score)
            {
                continue;
            }

            int first = group * BitBlockKernel.BlockRows;
            ulong live = part.Block.Live[group];
            ulong reaching = EstimateGroup(codes, table, terms, group, live, score, estimates, out _);
            if (isWidened)
            {
                reaching = EstimateKernel.Reaching(estimates, codes.Errors + first, terms.Widening, score) & live;
            }

            for (; reaching != 0; reaching &= reaching - 1)
            {
                int row = BitOperations.TrailingZeroCount(reaching);
                if (estimates[row] < below)
                {
                    rows[count++] = first + row;
                }
            }
        }

        return rows.AsSpan(0, count);
    }

    EstimateTerms TermsOf(SearchPart part)
    {
        VectorCodes codes = part.Block.Codes!;
        BitTables table = tables[part.BlockIndex]!;
        return new(table.Scale, table.Shift, query.Product(codes.Centre), codes.Axis is null ? 0 : table.AxisProduct * *codes.ScoreScale, Certainty * table.Length);
    }

    /// <returns>A bit for each row that may be found and whose estimate reaches the threshold.</returns>
    [SkipLocalsInit]
    static ulong EstimateGroup(VectorCodes codes, byte* table, in EstimateTerms terms, int group, ulong live, float threshold, float* estimates, out float highest)
    {
        ushort* sums = stackalloc ushort[BitBlockKernel.BlockRows];
        int first = group * BitBlockKernel.BlockRows;
        BitBlockKernel.Sum(codes.Bits(group), table, codes.Layout.BitGroups, sums);
        return EstimateKernel.Run(sums, codes.Factors + first, codes.Errors + first, codes.Axis is null ? null : codes.Scores + first, terms, live, threshold, estimates, out highest);
    }
}
