using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Kernels;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>
/// Bounds the scores of rows and keeps those that may be among the best. From int8 codes: with row = centre + codes * scale + residual, the product with the query is
/// known up to |query| |residual| (Cauchy-Schwarz) plus what the query lost to 16 bits. Rows without codes are computed, and bounded by the rounding errors alone.
/// </summary>
internal sealed unsafe class BoundScan(EncodedQuery query, Scoring scoring, CandidateSet candidates, ExecutionContext context)
{
    /// <summary>Below one passing row in so many, rows are fetched one by one.</summary>
    const int SparseRatio = 8;

    /// <summary>How many rows ahead memory is fetched.</summary>
    const int PrefetchDistance = 8;

    /// <summary>A row less its centre, as its codes give it, is no longer than this: at most 1.25 * (1 + 1).</summary>
    const float LongestCoded = 2.5f;

    readonly float rounding = (4 * DotKernel.RoundingError(query.Dimension)) + 1e-6f;

    /// <summary>Rows bounded by their codes.</summary>
    public long CodedRows { get; private set; }

    /// <summary>Rows computed in full.</summary>
    public long ComputedRows { get; private set; }

    /// <summary>Error of every cosine from int8 codes beside the row's residual.</summary>
    float CommonError => (query.Error * LongestCoded) + rounding;

    EncodedQuery Query => query;

    ExecutionContext Context => context;

    /// <summary>What is known of the rows that were bounded.</summary>
    public CandidateSet Candidates => candidates;

    /// <summary>All rows of a part that may be found.</summary>
    public void Scan(SearchPart part)
    {
        if (part.Block.Codes is null)
        {
            Compute(part);
        }
        else if (IsSparse(part))
        {
            int[] rows = RowWords.Rows(part.Block.Live.AsSpan(part.FirstGroup, part.Groups));
            for (int i = 0; i < rows.Length; i++)
            {
                rows[i] += part.FirstGroup * BitBlockKernel.BlockRows;
            }

            Bound(part.Block, part.BlockIndex, rows);
        }
        else
        {
            ScanDense(part, part.Block.Codes);
        }
    }

    /// <summary>Some rows of a block that has codes, in ascending order.</summary>
    public void Bound(SearchBlock block, int index, ReadOnlySpan<int> rows)
    {
        VectorCodes codes = block.Codes!;
        float centre = query.Product(codes.Centre);
        context.ThrowIfCancelled();
        for (int i = 0; i < rows.Length; i++)
        {
            if (i + PrefetchDistance < rows.Length)
            {
                Prefetch(codes, rows[i + PrefetchDistance]);
            }

            int row = rows[i];
            codes.Check(row / BitBlockKernel.BlockRows);
            Offer(codes, index, row, Int8DotKernel.Dot(query.Shorts, codes.Codes(row), codes.Layout.CodeBytes), centre);
        }

        CodedRows += rows.Length;
    }

    /// <summary>Some rows of blocks that have codes.</summary>
    public void Bound(IReadOnlyList<SearchBlock> blocks, ReadOnlySpan<StoredRow> rows)
    {
        int last = -1;
        float centre = 0;
        context.ThrowIfCancelled();
        for (int i = 0; i < rows.Length; i++)
        {
            if (i + PrefetchDistance < rows.Length)
            {
                Prefetch(blocks[rows[i + PrefetchDistance].Block].Codes!, rows[i + PrefetchDistance].Row);
            }

            (int block, int row) = rows[i];
            VectorCodes codes = blocks[block].Codes!;
            centre = block == last ? centre : query.Product(codes.Centre);
            last = block;
            codes.Check(row / BitBlockKernel.BlockRows);
            Offer(codes, block, row, Int8DotKernel.Dot(query.Shorts, codes.Codes(row), codes.Layout.CodeBytes), centre);
        }

        CodedRows += rows.Length;
    }

    /// <summary>A score that k of these rows are sure to have; negative infinity when they are fewer.</summary>
    public float SureScore(IReadOnlyList<SearchBlock> blocks, ReadOnlySpan<BestEstimates.Entry> rows, int k)
    {
        var lower = new KthBest(k);
        for (int i = 0; i < rows.Length; i++)
        {
            if (i + PrefetchDistance < rows.Length)
            {
                Prefetch(blocks[rows[i + PrefetchDistance].Block].Codes!, rows[i + PrefetchDistance].Row);
            }

            int row = rows[i].Row;
            VectorCodes codes = blocks[rows[i].Block].Codes!;
            codes.Check(row / BitBlockKernel.BlockRows);
            lower.Offer(Bounds(codes, row, Int8DotKernel.Dot(query.Shorts, codes.Codes(row), codes.Layout.CodeBytes), query.Product(codes.Centre)).Lower);
        }

        return lower.Value;
    }

    /// <summary>All rows of a part that may be found, for several queries at once: the codes are read once for four of them.</summary>
    public static void Scan(SearchPart part, IReadOnlyList<BoundScan> scans)
    {
        if (part.Block.Codes is not { } codes || IsSparse(part))
        {
            foreach (BoundScan scan in scans)
            {
                scan.Scan(part);
            }

            return;
        }

        const int Four = 4;
        int* products = stackalloc int[Four * BitBlockKernel.BlockRows];
        float[] centres = [.. scans.Select(s => s.Query.Product(codes.Centre))];
        scans[0].Context.ThrowIfCancelled();
        for (int group = part.FirstGroup; group < part.FirstGroup + part.Groups; group++)
        {
            if (part.Block.Live[group] == 0)
            {
                continue;
            }

            codes.Check(group);
            sbyte* rows = codes.Codes(group * BitBlockKernel.BlockRows);
            for (int i = 0; i < scans.Count; i += Four)
            {
                // Past the end the last query is done again, and forgotten.
                int last = scans.Count - 1;
                Int8DotKernel.DotFour(
                    scans[i].Query.Shorts,
                    scans[Math.Min(i + 1, last)].Query.Shorts,
                    scans[Math.Min(i + 2, last)].Query.Shorts,
                    scans[Math.Min(i + 3, last)].Query.Shorts,
                    rows,
                    codes.Layout.CodeBytes,
                    BitBlockKernel.BlockRows,
                    products);
                for (int q = i; q < Math.Min(i + Four, scans.Count); q++)
                {
                    scans[q].OfferGroup(part, codes, group, products + ((q - i) * BitBlockKernel.BlockRows), centres[q]);
                }
            }
        }
    }

    static bool IsSparse(SearchPart part) => RowWords.PopCount(part.Block.Live.AsSpan(part.FirstGroup, part.Groups)) < part.Groups * BitBlockKernel.BlockRows / SparseRatio;

    void ScanDense(SearchPart part, VectorCodes codes)
    {
        float centre = query.Product(codes.Centre);
        short* shorts = query.Shorts;
        int* products = stackalloc int[BitBlockKernel.BlockRows];
        context.ThrowIfCancelled();
        for (int group = part.FirstGroup; group < part.FirstGroup + part.Groups; group++)
        {
            if (part.Block.Live[group] != 0)
            {
                codes.Check(group);
                Products(shorts, codes.Codes(group * BitBlockKernel.BlockRows), codes.Layout.CodeBytes, products);
                OfferGroup(part, codes, group, products, centre);
            }
        }
    }

    void OfferGroup(SearchPart part, VectorCodes codes, int group, int* products, float centre)
    {
        ulong live = part.Block.Live[group];
        CodedRows += BitOperations.PopCount(live);
        int first = group * BitBlockKernel.BlockRows;
        ulong reaching = scoring.IsCosine ? Reaching(codes, first, products, centre) & live : live;
        for (; reaching != 0; reaching &= reaching - 1)
        {
            int row = first + BitOperations.TrailingZeroCount(reaching);
            Offer(codes, part.BlockIndex, row, products[row - first], centre);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Products(short* shorts, sbyte* codes, int length, int* products)
    {
        for (int i = 0; i < BitBlockKernel.BlockRows; i++)
        {
            // Past the end of a page the processor does not fetch ahead by itself.
            Prefetch(codes + (PrefetchDistance * length), length);
            products[i] = Int8DotKernel.Dot(shorts, codes, length);
            codes += length;
        }
    }

    /// <summary>A bit for each row whose upper bound reaches the threshold, computed as <see cref="Bounds"/> does.</summary>
    ulong Reaching(VectorCodes codes, int first, int* products, float centre)
    {
        ulong reaching = 0;
        Vector256<float> scale = Vector256.Create(query.Scale);
        Vector256<float> offset = Vector256.Create(centre);
        Vector256<float> common = Vector256.Create(CommonError);
        Vector256<float> threshold = Vector256.Create(candidates.Threshold);
        for (int i = 0; i < BitBlockKernel.BlockRows; i += Vector256<float>.Count)
        {
            Vector256<float> factor = Vector256.Load(codes.Scales + first + i) * scale;
            Vector256<float> cosine = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(Vector256.Load(products + i)), factor, offset);
            Vector256<float> upper = cosine + (Vector256.Load(codes.Residuals + first + i) + common);
            reaching |= (ulong)Vector256.GreaterThanOrEqual(upper, threshold).ExtractMostSignificantBits() << i;
        }

        return reaching;
    }

    void Offer(VectorCodes codes, int index, int row, int product, float centre)
    {
        (float lower, float upper) = Bounds(codes, row, product, centre);
        candidates.Add(index, row, lower, upper);
    }

    (float Lower, float Upper) Bounds(VectorCodes codes, int row, int product, float centre)
    {
        float cosine = MathF.FusedMultiplyAdd(product, codes.Scales[row] * query.Scale, centre);
        return scoring.Bounds(cosine, codes.Residuals[row] + CommonError, codes.Norms[row]);
    }

    /// <summary>Rows without direction are bounded by nothing: whoever asked decides what they mean.</summary>
    void Compute(SearchPart part)
    {
        SearchBlock block = part.Block;
        float[] room = block.Vectors.NewRoom();
        context.ThrowIfCancelled();
        for (int group = part.FirstGroup; group < part.FirstGroup + part.Groups; group++)
        {
            for (ulong live = block.Live[group]; live != 0; live &= live - 1)
            {
                int row = (group * BitBlockKernel.BlockRows) + BitOperations.TrailingZeroCount(live);
                float* vector = block.Vectors.Read(row, room);
                float norm = VectorEncoder.Norm(vector, query.Dimension);
                bool regular = norm > 0 && float.IsFinite(norm);
                (float lower, float upper) = regular
                    ? scoring.Bounds(DotKernel.Dot(query.Values, vector, query.Dimension) / norm, rounding, norm)
                    : (float.NegativeInfinity, float.PositiveInfinity);
                candidates.Add(part.BlockIndex, row, lower, upper);
                ComputedRows++;
            }
        }
    }

    static void Prefetch(VectorCodes codes, int row) => Prefetch(codes.Codes(row), codes.Layout.CodeBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Prefetch(sbyte* start, int length)
    {
        if (Sse.IsSupported)
        {
            for (int i = 0; i < length; i += 64)
            {
                Sse.Prefetch0(start + i);
            }
        }
    }
}
