using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
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

    const int RowsBetweenChecks = 16_384;

    /// <summary>How many rows ahead memory is fetched.</summary>
    const int PrefetchDistance = 4;

    /// <summary>A row less its centre, as its codes give it, is no longer than this: at most 1.25 * (1 + 1).</summary>
    const float LongestCoded = 2.5f;

    readonly float rounding = (4 * DotKernel.RoundingError(query.Dimension)) + 1e-6f;

    /// <summary>Rows bounded by their codes.</summary>
    public long CodedRows { get; private set; }

    /// <summary>Rows computed in full.</summary>
    public long ComputedRows { get; private set; }

    /// <summary>Error of every cosine from int8 codes beside the row's residual.</summary>
    float CommonError => (query.Error * LongestCoded) + rounding;

    /// <summary>All rows of a block that may be found.</summary>
    public void Scan(SearchBlock block, int index)
    {
        if (block.Codes is null)
        {
            Compute(block, index);
        }
        else if (block.LiveCount < block.Rows / SparseRatio)
        {
            int[] rows = new int[block.LiveCount];
            int count = 0;
            for (int group = 0; group < block.Live.Length; group++)
            {
                for (ulong live = block.Live[group]; live != 0; live &= live - 1)
                {
                    rows[count++] = (group * BitBlockKernel.BlockRows) + BitOperations.TrailingZeroCount(live);
                }
            }

            Bound(block, index, rows);
        }
        else
        {
            ScanDense(block, block.Codes, index);
        }
    }

    /// <summary>Some rows of a block that has codes, in ascending order.</summary>
    public void Bound(SearchBlock block, int index, ReadOnlySpan<int> rows)
    {
        VectorCodes codes = block.Codes!;
        float centre = query.Product(codes.Centre);
        for (int i = 0; i < rows.Length; i++)
        {
            if (i % RowsBetweenChecks == 0)
            {
                context.ThrowIfCancelled();
            }

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

    /// <summary>The lower bound of one row's score.</summary>
    public float LowerBound(VectorCodes codes, int row)
    {
        codes.Check(row / BitBlockKernel.BlockRows);
        int product = Int8DotKernel.Dot(query.Shorts, codes.Codes(row), codes.Layout.CodeBytes);
        (float lower, _) = Bounds(codes, row, product, query.Product(codes.Centre));
        return lower;
    }

    void ScanDense(SearchBlock block, VectorCodes codes, int index)
    {
        float centre = query.Product(codes.Centre);
        short* shorts = query.Shorts;
        int length = codes.Layout.CodeBytes;
        int* products = stackalloc int[BitBlockKernel.BlockRows];
        for (int group = 0; group < block.Live.Length; group++)
        {
            if (group % (RowsBetweenChecks / BitBlockKernel.BlockRows) == 0)
            {
                context.ThrowIfCancelled();
            }

            ulong live = block.Live[group];
            if (live == 0)
            {
                continue;
            }

            codes.Check(group);
            int first = group * BitBlockKernel.BlockRows;
            Products(shorts, codes.Codes(first), length, products);
            ulong reaching = scoring.IsCosine ? Reaching(codes, first, products, centre) & live : live;
            for (; reaching != 0; reaching &= reaching - 1)
            {
                int row = first + BitOperations.TrailingZeroCount(reaching);
                Offer(codes, index, row, products[row - first], centre);
            }
        }

        CodedRows += block.LiveCount;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Products(short* shorts, sbyte* codes, int length, int* products)
    {
        for (int i = 0; i < BitBlockKernel.BlockRows; i++)
        {
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
    void Compute(SearchBlock block, int index)
    {
        int computed = 0;
        for (int group = 0; group < block.Live.Length; group++)
        {
            for (ulong live = block.Live[group]; live != 0; live &= live - 1)
            {
                int row = (group * BitBlockKernel.BlockRows) + BitOperations.TrailingZeroCount(live);
                float* vector = block.Vector(row);
                float norm = VectorEncoder.Norm(vector, query.Dimension);
                bool regular = norm > 0 && float.IsFinite(norm);
                (float lower, float upper) = regular
                    ? scoring.Bounds(DotKernel.Dot(query.Values, vector, query.Dimension) / norm, rounding, norm)
                    : (float.NegativeInfinity, float.PositiveInfinity);
                candidates.Add(index, row, lower, upper);
                if (++computed % RowsBetweenChecks == 0)
                {
                    context.ThrowIfCancelled();
                }
            }
        }

        ComputedRows += computed;
    }

    static void Prefetch(VectorCodes codes, int row)
    {
        if (Sse.IsSupported)
        {
            sbyte* start = codes.Codes(row);
            for (int i = 0; i < codes.Layout.CodeBytes; i += 64)
            {
                Sse.Prefetch0(start + i);
            }
        }
    }
}
