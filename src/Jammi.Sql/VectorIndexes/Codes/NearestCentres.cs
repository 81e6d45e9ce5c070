using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>Finds the nearest of some centres for sixteen rows at a time: the one with the largest x c - |c|^2 / 2, of equal ones the first.</summary>
internal sealed unsafe class NearestCentres
{
    /// <summary>Rows that are looked at together, their elements side by side.</summary>
    public const int Rows = 16;

    const int PanelCentres = PanelKernel.LeftRows;

    readonly int dimension;
    readonly float[] panels;
    readonly float[] halfSquares;

    /// <param name="centres">One after another.</param>
    public NearestCentres(ReadOnlySpan<float> centres, int dimension)
    {
        this.dimension = dimension;
        int count = centres.Length / dimension;
        int panelCount = (count + PanelCentres - 1) / PanelCentres;
        panels = new float[panelCount * PanelCentres * dimension];
        halfSquares = new float[panelCount * PanelCentres];
        halfSquares.AsSpan().Fill(float.PositiveInfinity);
        for (int c = 0; c < count; c++)
        {
            ReadOnlySpan<float> centre = centres.Slice(c * dimension, dimension);
            halfSquares[c] = DotKernel.Dot(centre, centre) / 2;
            Span<float> panel = panels.AsSpan(c / PanelCentres * PanelCentres * dimension);
            for (int i = 0; i < dimension; i++)
            {
                panel[(i * PanelCentres) + (c % PanelCentres)] = centre[i];
            }
        }
    }

    /// <param name="rows">Sixteen rows, element by element.</param>
    /// <param name="nearest">Receives the number of each row's centre.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Find(ReadOnlySpan<float> rows, Span<int> nearest)
    {
        float* products = stackalloc float[PanelCentres * Rows];
        Vector512<float> best = Vector512.Create(float.NegativeInfinity);
        Vector512<int> found = Vector512<int>.Zero;
        fixed (float* panel = panels, row = rows)
        {
            for (int c = 0; c < halfSquares.Length; c += PanelCentres)
            {
                PanelKernel.Multiply(panel + ((long)c * dimension), PanelCentres, row, dimension, products);
                for (int i = 0; i < PanelCentres; i++)
                {
                    Vector512<float> score = Vector512.Load(products + (i * Rows)) - Vector512.Create(halfSquares[c + i]);
                    Vector512<float> better = Vector512.GreaterThan(score, best);
                    best = Vector512.ConditionalSelect(better, score, best);
                    found = Vector512.ConditionalSelect(better.AsInt32(), Vector512.Create(c + i), found);
                }
            }
        }

        found.CopyTo(nearest);
    }
}
