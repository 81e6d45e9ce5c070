using System.Buffers;
using System.Numerics;
using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>
/// Finds rows that may be among the k best from 1-bit codes. Every row's cosine is estimated; the int8 bounds of the rows with the best estimates give a score that k
/// rows are sure to have, first of a fixed number of them, then of all whose estimate reaches that score; rows whose estimate comes within <see cref="Certainty"/>
/// standard deviations of the result are bounded by their int8 codes. How many these are depends on the data: there is no fixed number that could be too small.
/// </summary>
internal sealed unsafe class BitScan : IDisposable
{
    /// <summary>The k-th best row is missed when its estimate is too low by more than so many standard deviations: once in 700, by the normal distribution, and better ones more seldom.</summary>
    const float Certainty = 3;

    /// <summary>So many times k rows of the best estimates are bounded first.</summary>
    const int FirstPerResult = 4;
    const int LeastFirst = 64;

    readonly EncodedQuery query;
    readonly int k;
    readonly float[]?[] estimates;
    readonly BitTables?[] tables;

    /// <param name="blocks">Of the table.</param>
    public BitScan(EncodedQuery query, int k, IReadOnlyList<SearchBlock> blocks)
    {
        this.query = query;
        this.k = k;
        tables = new BitTables?[blocks.Count];
        estimates = new float[]?[blocks.Count];
        for (int i = 0; i < estimates.Length; i++)
        {
            if (blocks[i].Codes is { } codes)
            {
                tables[i] = query.Tables(codes.Axis);
                estimates[i] = ArrayPool<float>.Shared.Rent(blocks[i].Live.Length * BitBlockKernel.BlockRows);
            }
        }
    }

    /// <summary>An empty set for the best estimates of some parts.</summary>
    public BestEstimates NewBest() => new(Math.Max(LeastFirst, k * FirstPerResult));

    /// <summary>Estimates the rows of a part that has codes.</summary>
    public void Estimate(SearchPart part, BestEstimates best)
    {
        VectorCodes codes = part.Block.Codes!;
        BitTables table = tables[part.BlockIndex]!;
        float centre = query.Product(codes.Centre);
        float perScore = codes.Axis is null ? 0 : table.AxisProduct * *codes.ScoreScale;
        ushort* sums = stackalloc ushort[BitBlockKernel.BlockRows];
        fixed (float* start = estimates[part.BlockIndex])
        {
            for (int group = part.FirstGroup; group < part.FirstGroup + part.Groups; group++)
            {
                ulong live = part.Block.Live[group];
                if (live == 0)
                {
                    continue;
                }

                int first = group * BitBlockKernel.BlockRows;
                BitBlockKernel.Sum(codes.Bits(group), table.Start, codes.Layout.BitGroups, sums);
                ulong reaching = EstimateKernel.Estimate(sums, codes.Factors + first, table.Scale, table.Shift, centre, start + first, best.Threshold) & live;
                if (codes.Axis is not null)
                {
                    reaching = EstimateKernel.Add(codes.Scores + first, perScore, start + first, best.Threshold) & live;
                }

                for (; reaching != 0; reaching &= reaching - 1)
                {
                    int row = first + BitOperations.TrailingZeroCount(reaching);
                    best.Offer(start[row], part.BlockIndex, row);
                }
            }
        }
    }

    /// <summary>The numbers of the rows of a part whose estimate reaches a score.</summary>
    public ReadOnlySpan<int> Best(SearchPart part, float score, int[] rows) => Rows(part, score, certainty: 0, float.PositiveInfinity, rows);

    /// <summary>The numbers of the rows of a part that may reach a score, but for those whose estimate reaches <paramref name="known"/>.</summary>
    public ReadOnlySpan<int> Survivors(SearchPart part, float score, float known, int[] rows) => Rows(part, score, Certainty, known, rows);

    ReadOnlySpan<int> Rows(SearchPart part, float score, float certainty, float below, int[] rows)
    {
        float* errors = part.Block.Codes!.Errors;
        certainty *= tables[part.BlockIndex]!.Length;
        int count = 0;
        fixed (float* start = estimates[part.BlockIndex])
        {
            for (int group = part.FirstGroup; group < part.FirstGroup + part.Groups; group++)
            {
                int first = group * BitBlockKernel.BlockRows;
                ulong live = part.Block.Live[group];
                ulong reaching = live == 0 ? 0 : EstimateKernel.Reaching(start + first, errors + first, certainty, score) & live;
                for (; reaching != 0; reaching &= reaching - 1)
                {
                    int row = first + BitOperations.TrailingZeroCount(reaching);
                    if (start[row] < below)
                    {
                        rows[count++] = row;
                    }
                }
            }
        }

        return rows.AsSpan(0, count);
    }

    public void Dispose()
    {
        for (int i = 0; i < estimates.Length; i++)
        {
            if (estimates[i] is { } rented)
            {
                ArrayPool<float>.Shared.Return(rented);
                estimates[i] = null;
            }
        }
    }
}
