using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>
/// Which cells a search reads: those nearest to the query, and then, in rounds, all that may hold a row as good as the k-th best that is known. How far the products of a cell's rows with
/// the query lie from that of its centre is measured in the cells that were read; a cell is left out when its rows would have to lie more than <see cref="Certainty"/>
/// standard deviations off. While fewer than k rows are known no cell is left out. Everything is in the order of the cells, so that threads change nothing.
/// </summary>
internal sealed unsafe class CellProbes
{
    /// <summary>More than the normal distribution asks for: of a mixed cell few rows may be of the query's own kind, and lie far off. Measured; see docs/vector-search.md.</summary>
    const float Certainty = 7;

    /// <summary>No row's squared distance from its cell's centre is more than so many times what the cell says: <see cref="VectorCells.Entry.MeanSquare"/>.</summary>
    public const int LargestSquare = 4;

    /// <summary>The square root of that, and a little for rounding: further than so many times the cell's measure no product lies off, whatever was measured elsewhere.</summary>
    const float Farthest = 2.001f;

    /// <summary>Standard deviations of the sum of squared errors, and the share of it that the formula of errors may be wrong by.</summary>
    const double NoiseCertainty = 3;
    const double NoiseShare = 0.05;

    /// <summary>One cell in so many is read first, but at least <see cref="LeastFirst"/>.</summary>
    const int FirstShare = 32;
    const int LeastFirst = 8;

    readonly EncodedQuery query;
    readonly SumRoom room;
    readonly Candidate[] cells;
    readonly bool[] taken;
    readonly List<Candidate> read = [];
    int probed;
    double spread;
    double noise;
    double noiseSquares;
    double squares;

    public CellProbes(EncodedQuery query, IReadOnlyList<SearchCells> partitions, SumRoom room)
    {
        this.query = query;
        this.room = room;
        var found = new List<Candidate>();
        foreach (SearchCells part in partitions.Where(p => p.PassingRows > 0))
        {
            ReadOnlySpan<VectorCells.Entry> directory = part.Cells.Directory;
            for (int cell = 0; cell < directory.Length; cell++)
            {
                if (directory[cell].Rows > 0)
                {
                    found.Add(new(part, cell, DotKernel.Dot(query.Values, part.Cells.Centre(cell), query.Dimension), directory[cell].Rows, directory[cell].MeanSquare));
                }
            }
        }

        float[] order = [.. found.Select(c => -c.Product)];
        int[] numbers = [.. Enumerable.Range(0, found.Count)];
        Array.Sort(order, numbers);
        cells = [.. numbers.Select(n => found[n])];
        taken = new bool[cells.Length];
    }

    public int Count => cells.Length;

    public int Probed => probed;

    /// <summary>The cells to read next; none when those that were read suffice.</summary>
    /// <param name="known">A score that k rows are known to have.</param>
    public IReadOnlyList<BitRun> Next(float known)
    {
        int most = probed == 0 ? Math.Max(LeastFirst, cells.Length / FirstShare) : probed;
        float deviation = squares > 0 ? Math.Min(Farthest, Certainty * (float)Math.Sqrt(LargestSpread() / squares)) : Farthest;
        var runs = new List<BitRun>();
        for (int i = 0; i < cells.Length && runs.Count < most; i++)
        {
            Candidate cell = cells[i];
            if (!taken[i] && !(cell.Product + (deviation * MathF.Sqrt(cell.MeanSquare)) < known))
            {
                taken[i] = true;
                runs.Add(new BitRun(query, cell.Cells, cell.Cell, cell.Product, room));
                read.Add(cell);
            }
        }

        probed += runs.Count;
        return runs;
    }

    /// <summary>Takes in how far the rows of the cells that <see cref="Next"/> gave lie from their centres, once these were estimated; groups of which no row may be found were not.</summary>
    public void Learn(IReadOnlyList<BitRun> runs)
    {
        for (int i = 0; i < runs.Count; i++)
        {
            Candidate cell = read[i];
            for (int group = 0; group < runs[i].Groups; group++)
            {
                if (runs[i].Live[group] != 0 && float.IsFinite(cell.MeanSquare))
                {
                    GroupSpread seen = runs[i].Spreads![group];
                    spread += seen.Squares;
                    noise += seen.Noise;
                    noiseSquares += seen.NoiseSquares;
                    squares += (double)cell.MeanSquare * Math.Min(BitBlockKernel.BlockRows, cell.Rows - (group * BitBlockKernel.BlockRows));
                }
            }
        }

        read.Clear();
    }

    /// <summary>
    /// What the differences may be at most without the errors of the estimates. Of tightly packed rows these are most of what is seen, so that what is left after taking them off says little: as much as they
    /// may be off, in number and by the formula, is left in.
    /// </summary>
    double LargestSpread() => Math.Max(0, spread - noise) + (NoiseCertainty * Math.Sqrt(2 * noiseSquares)) + (NoiseShare * noise);

    readonly record struct Candidate(SearchCells Cells, int Cell, float Product, int Rows, float MeanSquare);
}
