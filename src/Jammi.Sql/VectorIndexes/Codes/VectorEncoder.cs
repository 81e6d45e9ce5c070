using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>
/// Makes the codes of a block of rows: a pure function of the rows. Each row is brought to length 1, the block's mean direction is taken off, and what is left is
/// coded twice: as int8 with a scale and the length of the rest, and, rotated, as signs (RaBitQ).
/// </summary>
internal sealed unsafe class VectorEncoder
{
    /// <summary>With fewer rows a block is searched as it is: its codes would be larger than what they save.</summary>
    public const int MinimumRows = 256;

    public const int MinimumDimension = 32;
    public const int MaximumDimension = 4096;

    /// <summary>So many rows, evenly spread, give the centre.</summary>
    const int CentreRows = 4096;

    /// <summary>Lengths are taken for 1 when they are this near.</summary>
    const float UnitTolerance = 1e-6f;

    /// <summary>Residuals are raised by this, far above the rounding errors of computing them, so that the bound holds.</summary>
    const float ResidualMargin = 1.0001f;

    readonly int dimension;
    readonly Rotation rotation;
    readonly SimdLevel level;
    readonly float[]? axis;
    readonly float[] scores;
    readonly float[] centred;
    readonly float[] work;
    readonly float[] ones;
    readonly float[] room;

    /// <summary>An encoder of single rows.</summary>
    public VectorEncoder(int dimension, float[]? axis)
        : this(dimension, [], axis, [], SimdLevels.Best)
    {
    }

    VectorEncoder(VectorRows vectors, float[]? axis, float[] scores, SimdLevel level)
        : this(vectors.Dimension, vectors.NewRoom(), axis, scores, level)
    {
    }

    VectorEncoder(int dimension, float[] room, float[]? axis, float[] scores, SimdLevel level)
    {
        this.dimension = dimension;
        this.room = room;
        this.axis = axis;
        this.scores = scores;
        this.level = level;
        rotation = Rotation.Of(dimension);
        centred = new float[BitBlockKernel.GroupsOf(dimension) * BitBlockKernel.GroupDimensions];
        work = new float[dimension];
        ones = new float[dimension];
        ones.AsSpan().Fill(1);
    }

    /// <summary>Whether blocks of such a column have codes at all.</summary>
    public static bool CanEncode(int rows, int dimension) => rows >= MinimumRows && dimension is >= MinimumDimension and <= MaximumDimension;

    /// <summary>Codes of all rows, on all processors; null when a row has no direction (length 0, infinite or NaN), so that it cannot be ranked by codes.</summary>
    /// <param name="axis">A direction to keep out of the 1-bit codes, of length 1: see <see cref="VectorAxis"/>.</param>
    public static VectorCodes? Encode(VectorRows vectors, int rows, Func<int, bool> isNull, float[]? axis = null, CancellationToken cancellation = default) =>
        Encode(vectors, rows, isNull, axis, SimdLevels.Best, cancellation);

    internal static VectorCodes? Encode(VectorRows vectors, int rows, Func<int, bool> isNull, float[]? axis, SimdLevel level, CancellationToken cancellation)
    {
        var layout = new CodeLayout(rows, vectors.Dimension, axis is not null);
        VectorCodes codes = VectorCodes.Allocate(layout, axis);
        float[] scores = new float[axis is null ? 0 : rows];
        Centre(vectors, rows, isNull, level).CopyTo(codes.Centre);
        bool regular = true;
        Parallel.For(
            0,
            layout.Groups,
            new ParallelOptions { CancellationToken = cancellation },
            () => new VectorEncoder(vectors, axis, scores, level),
            (group, state, encoder) =>
            {
                if (!encoder.EncodeGroup(vectors, rows, isNull, codes, group))
                {
                    Volatile.Write(ref regular, false);
                    state.Stop();
                }

                return encoder;
            },
            _ => { });
        KeepScores(scores, codes);
        return regular ? codes : null;
    }

    static void KeepScores(float[] scores, VectorCodes codes)
    {
        if (scores.Length == 0)
        {
            return;
        }

        float scale = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(scores)) / short.MaxValue;
        *codes.ScoreScale = scale;
        for (int i = 0; i < scores.Length && scale > 0; i++)
        {
            codes.Scores[i] = (short)MathF.Round(scores[i] / scale);
        }
    }

    static float[] Centre(VectorRows vectors, int rows, Func<int, bool> isNull, SimdLevel level)
    {
        int dimension = vectors.Dimension;
        float[] room = vectors.NewRoom();
        float[] sum = new float[dimension];
        int step = Math.Max(1, rows / CentreRows);
        int taken = 0;
        for (int row = 0; row < rows; row += step)
        {
            float* vector = vectors.Read(row, room);
            float norm = isNull(row) ? 0 : Norm(vector, dimension, level);
            if (norm > 0 && float.IsFinite(norm))
            {
                TensorPrimitives.MultiplyAdd(new ReadOnlySpan<float>(vector, dimension), 1 / norm, sum, sum);
                taken++;
            }
        }

        TensorPrimitives.Multiply(sum, 1f / Math.Max(1, taken), sum);
        return sum;
    }

    /// <summary>Length of a vector; 1 where it is so near that the difference is rounding.</summary>
    public static float Norm(float* vector, int dimension) => Norm(vector, dimension, SimdLevels.Best);

    static float Norm(float* vector, int dimension, SimdLevel level)
    {
        float norm = MathF.Sqrt(DotKernel.Dot(vector, vector, dimension, level));
        return MathF.Abs(norm - 1) <= UnitTolerance ? 1 : norm;
    }

    bool EncodeGroup(VectorRows vectors, int rows, Func<int, bool> isNull, VectorCodes codes, int group)
    {
        int first = group * BitBlockKernel.BlockRows;
        for (int row = first; row < Math.Min(rows, first + BitBlockKernel.BlockRows); row++)
        {
            if (!isNull(row) && !EncodeRow(vectors.Read(row, room), codes, row))
            {
                return false;
            }
        }

        codes.SetChecksum(group);
        return true;
    }

    bool EncodeRow(float* vector, VectorCodes codes, int row)
    {
        float norm = Norm(vector, dimension, level);
        if (norm <= 0 || !float.IsFinite(norm))
        {
            return false;
        }

        codes.Norms[row] = norm;
        Span<float> rest = TakeOutCentre(new ReadOnlySpan<float>(vector, dimension), norm, codes.Centre);
        EncodeInt8(rest, codes, row);
        BitCode code = EncodeRest(rest, codes.Bits(row / BitBlockKernel.BlockRows) + (row % BitBlockKernel.BlockRows));
        (codes.Factors[row], codes.Errors[row]) = (code.Factor, code.Error);
        if (axis is not null)
        {
            scores[row] = code.Score;
        }

        return true;
    }

    /// <summary>The 1-bit code of a row about any centre.</summary>
    /// <param name="norm">The row's length.</param>
    /// <param name="planes">Where its bytes go: see <see cref="BitBlockKernel"/>.</param>
    public BitCode EncodeBits(ReadOnlySpan<float> vector, float norm, ReadOnlySpan<float> centre, byte* planes) => EncodeRest(TakeOutCentre(vector, norm, centre), planes);

    Span<float> TakeOutCentre(ReadOnlySpan<float> vector, float norm, ReadOnlySpan<float> centre)
    {
        Span<float> rest = centred.AsSpan(0, dimension);
        if (norm == 1)
        {
            TensorPrimitives.Subtract(vector, centre, rest);
        }
        else
        {
            TensorPrimitives.Multiply(vector, 1 / norm, rest);
            TensorPrimitives.Subtract(rest, centre, rest);
        }

        return rest;
    }

    BitCode EncodeRest(Span<float> rest, byte* planes)
    {
        float square = Square(rest);
        float score = 0;
        if (axis is not null)
        {
            fixed (float* values = rest, direction = axis)
            {
                score = DotKernel.Dot(values, direction, dimension, level);
            }

            TensorPrimitives.FusedMultiplyAdd(axis, -score, rest, rest);
        }

        (float factor, float error) = EncodeSigns(rest, planes);
        return new(factor, error, score, square);
    }

    float Square(ReadOnlySpan<float> rest)
    {
        fixed (float* values = rest)
        {
            return DotKernel.Dot(values, values, dimension, level);
        }
    }

    /// <summary>rest = scale * codes + residual.</summary>
    void EncodeInt8(ReadOnlySpan<float> rest, VectorCodes codes, int row)
    {
        float largest = MathF.Abs(TensorPrimitives.MaxMagnitude(rest));
        float scale = largest / Int8DotKernel.CodeLimit;
        if (scale == 0 || !float.IsNormal(1 / scale))
        {
            // A row that is the centre, or next to it: all codes are zero, and everything is residual.
            codes.Residuals[row] = largest * MathF.Sqrt(dimension);
            return;
        }

        TensorPrimitives.Multiply(rest, 1 / scale, work);
        TensorPrimitives.Round(work, work);
        Narrow(work, new Span<sbyte>(codes.Codes(row), dimension));
        TensorPrimitives.FusedMultiplyAdd(work, -scale, rest, work);
        codes.Scales[row] = scale;
        fixed (float* residual = work)
        {
            codes.Residuals[row] = MathF.Sqrt(DotKernel.Dot(residual, residual, dimension, level)) * ResidualMargin;
        }
    }

    static void Narrow(ReadOnlySpan<float> values, Span<sbyte> narrow)
    {
        fixed (float* from = values)
        fixed (sbyte* to = narrow)
        {
            int i = 0;
            for (; i <= values.Length - 16; i += 16)
            {
                Vector128<short> low = Vector128.Narrow(Vector128.ConvertToInt32(Vector128.Load(from + i)), Vector128.ConvertToInt32(Vector128.Load(from + i + 4)));
                Vector128<short> high = Vector128.Narrow(Vector128.ConvertToInt32(Vector128.Load(from + i + 8)), Vector128.ConvertToInt32(Vector128.Load(from + i + 12)));
                Vector128.Narrow(low, high).Store(to + i);
            }

            for (; i < values.Length; i++)
            {
                to[i] = (sbyte)from[i];
            }
        }
    }

    /// <summary>
    /// Signs of the rotated rest v, of length |v| and sum of magnitudes m. A query's product with v is estimated as its product with the signs times |v|^2 / m; the
    /// estimate is free of bias, and with c = m / (|v| sqrt(n)), the cosine between v and its signs, its standard deviation is |v| sqrt((1 - c^2) / c^2 / (n - 1)).
    /// </summary>
    (float Factor, float Error) EncodeSigns(Span<float> rest, byte* planes)
    {
        rotation.Apply(rest, level);
        float square = Square(rest);
        float magnitudes;
        TensorPrimitives.Abs(rest, work);
        fixed (float* absolute = work, one = ones)
        {
            magnitudes = DotKernel.Dot(absolute, one, dimension, level);
        }

        if (magnitudes == 0)
        {
            return (0, 0);
        }

        double cosine = magnitudes / Math.Sqrt((double)square * dimension);
        PackSigns(planes);
        return (square / magnitudes, (float)Math.Sqrt(Math.Max(0, square * (1 - (cosine * cosine)) / (cosine * cosine) / (dimension - 1))));
    }

    void PackSigns(byte* planes)
    {
        fixed (float* values = centred)
        {
            for (int i = 0; i < centred.Length; i += BitBlockKernel.GroupDimensions, planes += BitBlockKernel.GroupBytes)
            {
                uint signs = Positive(values + i) | (Positive(values + i + 8) << 8) | (Positive(values + i + 16) << 16);
                uint fourth = signs >> 18;
                planes[0] = (byte)((signs & 0x3F) | ((fourth & 3) << 6));
                planes[BitBlockKernel.BlockRows] = (byte)(((signs >> 6) & 0x3F) | (((fourth >> 2) & 3) << 6));
                planes[2 * BitBlockKernel.BlockRows] = (byte)(((signs >> 12) & 0x3F) | ((fourth >> 4) << 6));
            }
        }
    }

    static uint Positive(float* eight) => Vector256.GreaterThan(Vector256.Load(eight), Vector256<float>.Zero).ExtractMostSignificantBits();

    /// <summary>What is kept of a row beside its signs.</summary>
    /// <param name="Factor">What the sum of signed query elements is multiplied with.</param>
    /// <param name="Error">Standard deviation of the estimate for a query of length 1.</param>
    /// <param name="Score">Product with the axis; 0 without one.</param>
    /// <param name="Square">Squared distance of the row from the centre.</param>
    internal readonly record struct BitCode(float Factor, float Error, float Score, float Square);
}
