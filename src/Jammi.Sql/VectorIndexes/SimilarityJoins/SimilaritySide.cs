using System.Numerics.Tensors;
using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Kernels;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes.SimilarityJoins;

/// <summary>
/// What bounds the cosines of pairs. With both directions less a common centre c, a = c + a', the cosine is |c|^2 + c a' + c b' + a' b', and where a' is rotated and cut into its
/// first elements a1 and the others a2, a' b' is at most a1 b1 + |a2||b2| (Cauchy-Schwarz). The rotation spreads a' evenly, so that few first elements say much.
/// </summary>
/// <param name="Centre">Not rotated.</param>
/// <param name="RotatedCentre">Rotated.</param>
/// <param name="Prefix">How many first elements are compared.</param>
internal sealed record SimilarityFrame(float[] Centre, float[] RotatedCentre, int Prefix)
{
    const int CentreRows = 4096;

    /// <summary>Prefixes below this would hardly say anything.</summary>
    const int LeastPrefix = 32;

    /// <summary>How far below the limit the bound of an ordinary pair should be for a prefix to be long enough: some standard deviations of a1 b1.</summary>
    const float Room = 0.06f;

    /// <summary>Squares of other lengths might not be floats.</summary>
    const float Shortest = 1e-15f;
    const float Longest = 1e15f;

    public int Dimension => Centre.Length;

    /// <summary>The frame for pairs with the rows of a column, and for a limit of the cosine.</summary>
    public static SimilarityFrame For(IArrowArray vectors, int dimension, float least)
    {
        float[] centre = new float[dimension];
        int step = Math.Max(1, vectors.Length / CentreRows);
        var sample = new List<float[]>();
        for (int row = 0; row < vectors.Length; row += step)
        {
            if (!vectors.IsNull(row) && Direction(ColumnFactory.VectorAt(vectors, row)) is { } direction)
            {
                TensorPrimitives.Add(centre, direction, centre);
                sample.Add(direction);
            }
        }

        TensorPrimitives.Multiply(centre, 1f / Math.Max(1, sample.Count), centre);
        float[] rotated = [.. centre];
        Rotation.Of(dimension).Apply(rotated);
        double rest = sample.Count == 0 ? 0 : sample.Average(v => 1 - TensorPrimitives.Dot<float>(v, v) + TensorPrimitives.Distance(v, centre) * TensorPrimitives.Distance(v, centre));
        float common = TensorPrimitives.SumOfSquares(centre);
        int prefix = dimension / 4 & -DotKernel.Lanes;
        while (prefix < dimension && (prefix < LeastPrefix || common + (rest * (dimension - prefix) / dimension) + Room > least))
        {
            prefix = Math.Min(dimension, Math.Max(prefix * 2, LeastPrefix));
        }

        return new(centre, rotated, prefix);
    }

    /// <summary>The vector brought to length 1; null when it has no direction, or none that could be relied on.</summary>
    public static float[]? Direction(ReadOnlySpan<float> vector)
    {
        float norm = TensorPrimitives.Norm(vector);
        if (!(norm is >= Shortest and <= Longest))
        {
            return null;
        }

        float[] direction = new float[vector.Length];
        TensorPrimitives.Divide(vector, norm, direction);
        return direction;
    }
}

/// <summary>
/// The rows of one side of a similarity join in their frame, in panels of <see cref="PanelRows"/> rows: element by element, each row's side by side. Rows without a vector pair with
/// none; rows without direction pair with all, for the condition to say what is wrong with them.
/// </summary>
internal sealed class SimilaritySide
{
    public const int PanelRows = 16;

    readonly SimilarityFrame frame;

    public SimilaritySide(SimilarityFrame frame, IArrowArray vectors, ExecutionContext context)
    {
        this.frame = frame;
        Vectors = vectors;
        Panels = (vectors.Length + PanelRows - 1) / PanelRows;
        Prefixes = new float[(long)Panels * PanelRows * frame.Prefix];
        Offsets = new float[Panels * PanelRows];
        Rests = new float[Panels * PanelRows];
        Offsets.AsSpan().Fill(float.NegativeInfinity);
        Parallel.For(0, Panels, new ParallelOptions { CancellationToken = context.Cancellation, MaxDegreeOfParallelism = context.Threads }, Fill);
    }

    public IArrowArray Vectors { get; }

    public int Panels { get; }

    /// <summary>First elements: panel, element, row.</summary>
    public float[] Prefixes { get; }

    /// <summary>Product of the centre with each row less the centre; negative infinity for no vector, positive for no direction.</summary>
    public float[] Offsets { get; }

    /// <summary>Length of each row's elements after the prefix.</summary>
    public float[] Rests { get; }

    void Fill(int panel)
    {
        Rotation rotation = Rotation.Of(frame.Dimension);
        for (int lane = 0; lane < PanelRows; lane++)
        {
            int row = (panel * PanelRows) + lane;
            if (row >= Vectors.Length || Vectors.IsNull(row))
            {
                continue;
            }

            if (SimilarityFrame.Direction(ColumnFactory.VectorAt(Vectors, row)) is not { } direction)
            {
                Offsets[row] = float.PositiveInfinity;
                continue;
            }

            Offsets[row] = TensorPrimitives.Dot<float>(direction, frame.Centre) - TensorPrimitives.SumOfSquares(frame.Centre);
            rotation.Apply(direction);
            TensorPrimitives.Subtract(direction, frame.RotatedCentre, direction);
            Rests[row] = frame.Prefix == frame.Dimension ? 0 : TensorPrimitives.Norm<float>(direction.AsSpan(frame.Prefix));
            Span<float> target = Prefixes.AsSpan(panel * PanelRows * frame.Prefix, PanelRows * frame.Prefix);
            for (int i = 0; i < frame.Prefix; i++)
            {
                target[(i * PanelRows) + lane] = direction[i];
            }
        }
    }
}
