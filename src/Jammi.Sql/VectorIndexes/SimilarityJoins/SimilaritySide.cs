using System.Numerics.Tensors;
using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Kernels;
using Jammi.Sql.VectorIndexes.Search;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes.SimilarityJoins;

/// <summary>
/// What bounds the similarities of pairs: of their directions for cosines, of the vectors themselves for products and distances. With both less a common centre c, a = c + a', the product
/// is |c|^2 + c a' + c b' + a' b', and minus half the squared distance is a' b' - |a'|^2 / 2 - |b'|^2 / 2. Where a' is rotated and cut into its first elements a1 and the others a2, a' b'
/// is at most a1 b1 + |a2||b2| (Cauchy-Schwarz). The rotation spreads a' evenly, so that few first elements say much.
/// </summary>
/// <param name="Centre">Not rotated.</param>
/// <param name="RotatedCentre">Rotated.</param>
/// <param name="Prefix">How many first elements are compared.</param>
internal sealed record SimilarityFrame(VectorMeasure Measure, float[] Centre, float[] RotatedCentre, int Prefix)
{
    const int CentreRows = 4096;

    /// <summary>Prefixes below this would hardly say anything.</summary>
    const int LeastPrefix = 32;

    /// <summary>How far below the limit the bound of an ordinary pair should be for a prefix to be long enough, in mean squared lengths: some standard deviations of a1 b1.</summary>
    const float Room = 0.06f;

    /// <summary>Squares of other lengths might not be floats.</summary>
    const float Shortest = 1e-15f;
    const float Longest = 1e15f;

    public int Dimension => Centre.Length;

    /// <summary>Part of every pair's similarity.</summary>
    public float Common => Measure == VectorMeasure.Euclidean ? 0 : DotKernel.Dot(Centre, Centre);

    /// <summary>The frame for pairs with the rows of a column, and for a limit.</summary>
    public static SimilarityFrame For(VectorMeasure measure, IArrowArray vectors, int dimension, float least)
    {
        float[] centre = new float[dimension];
        int step = Math.Max(1, vectors.Length / CentreRows);
        var sample = new List<float[]>();
        for (int row = 0; row < vectors.Length; row += step)
        {
            if (!vectors.IsNull(row) && Framed(measure, ColumnFactory.VectorAt(vectors, row)) is { } framed)
            {
                TensorPrimitives.Add(centre, framed, centre);
                sample.Add(framed);
            }
        }

        TensorPrimitives.Multiply(centre, 1f / Math.Max(1, sample.Count), centre);
        float[] rotated = [.. centre];
        Rotation.Of(dimension).Apply(rotated);
        double rest = sample.Count == 0 ? 0 : sample.Average(v => (double)TensorPrimitives.Distance(v, centre) * TensorPrimitives.Distance(v, centre));
        double square = TensorPrimitives.SumOfSquares(centre);
        double ordinary = measure == VectorMeasure.Euclidean ? -rest : square;
        int prefix = dimension / 4 & -DotKernel.Lanes;
        while (prefix < dimension && (prefix < LeastPrefix || ordinary + (rest * (dimension - prefix) / dimension) + (Room * (square + rest)) > least))
        {
            prefix = Math.Min(dimension, Math.Max(prefix * 2, LeastPrefix));
        }

        return new(measure, centre, rotated, prefix);
    }

    /// <summary>What is compared of a vector: itself, or for cosines its direction. Null when it has none, or none that could be relied on.</summary>
    public static float[]? Framed(VectorMeasure measure, ReadOnlySpan<float> vector)
    {
        float norm = TensorPrimitives.Norm(vector);
        if (!(norm <= Longest) || (measure == VectorMeasure.Cosine && norm < Shortest))
        {
            return null;
        }

        float[] framed = vector.ToArray();
        if (measure == VectorMeasure.Cosine)
        {
            TensorPrimitives.Divide(framed, norm, framed);
        }

        return framed;
    }
}

/// <summary>
/// The rows of one side of a similarity join in their frame, in panels of <see cref="PanelRows"/> rows: element by element, each row's side by side. Rows without a vector pair with
/// none; rows that cannot be compared (without direction, or too long) pair with all, for the condition to say what is so with them.
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

    /// <summary>A row's own part of its similarities, raised by what rounding may take from it; negative infinity for no vector, positive for one that is not compared.</summary>
    public float[] Offsets { get; }

    /// <summary>Length of each row's elements after the prefix.</summary>
    public float[] Rests { get; }

    void Fill(int panel)
    {
        Rotation rotation = Rotation.Of(frame.Dimension);
        float centreSquare = TensorPrimitives.SumOfSquares<float>(frame.Centre);
        float rounding = 1e-5f + (8 * DotKernel.RoundingError(frame.Dimension));
        for (int lane = 0; lane < PanelRows; lane++)
        {
            int row = (panel * PanelRows) + lane;
            if (row >= Vectors.Length || Vectors.IsNull(row))
            {
                continue;
            }

            if (SimilarityFrame.Framed(frame.Measure, ColumnFactory.VectorAt(Vectors, row)) is not { } direction)
            {
                Offsets[row] = float.PositiveInfinity;
                continue;
            }

            // 2 |a||b| is at most |a|^2 + |b|^2, and so is what rounding takes from a pair shared out among its rows.
            float square = TensorPrimitives.SumOfSquares<float>(direction) + centreSquare;
            float along = frame.Measure == VectorMeasure.Euclidean ? 0 : TensorPrimitives.Dot<float>(direction, frame.Centre) - centreSquare;
            rotation.Apply(direction);
            TensorPrimitives.Subtract(direction, frame.RotatedCentre, direction);
            float own = frame.Measure == VectorMeasure.Euclidean ? -TensorPrimitives.SumOfSquares<float>(direction) / 2 : along;
            Offsets[row] = own + (square * rounding);
            Rests[row] = frame.Prefix == frame.Dimension ? 0 : TensorPrimitives.Norm<float>(direction.AsSpan(frame.Prefix));
            Span<float> target = Prefixes.AsSpan(panel * PanelRows * frame.Prefix, PanelRows * frame.Prefix);
            for (int i = 0; i < frame.Prefix; i++)
            {
                target[(i * PanelRows) + lane] = direction[i];
            }
        }
    }
}
