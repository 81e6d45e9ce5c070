using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>
/// Where the parts of a segment's cells lie, in bytes from their start: a directory, the unit of the scores, all centres, then a section for each cell. Sections begin at multiples of a
/// cache line; their rows are padded to groups of 64 with zeros.
/// </summary>
internal readonly struct CellLayout
{
    public const int EntryBytes = 24;

    const int CacheLine = 64;

    public CellLayout(int cells, int dimension, bool hasAxis)
    {
        Cells = cells;
        Dimension = dimension;
        HasAxis = hasAxis;
        BitGroups = BitBlockKernel.GroupsOf(dimension);
        ScoreScale = Align((long)cells * EntryBytes);
        Centres = ScoreScale + CacheLine;
        Sections = Align(Centres + ((long)cells * dimension * sizeof(float)));
    }

    public int Cells { get; }

    public int Dimension { get; }

    public bool HasAxis { get; }

    /// <summary>Groups of 24 dimensions of the 1-bit codes.</summary>
    public int BitGroups { get; }

    /// <summary>A float: what a unit of a row's score along the axis is.</summary>
    public long ScoreScale { get; }

    /// <summary>A vector a cell.</summary>
    public long Centres { get; }

    /// <summary>Where the cells' sections begin; what comes before is checked when the cells are opened.</summary>
    public long Sections { get; }

    public static int GroupsOf(int rows) => (rows + BitBlockKernel.BlockRows - 1) / BitBlockKernel.BlockRows;

    /// <summary>The section of a cell: factors, errors, places of the rows, scores, 1-bit codes.</summary>
    public SectionLayout SectionOf(int rows)
    {
        long padded = (long)GroupsOf(rows) * BitBlockKernel.BlockRows;
        long errors = padded * sizeof(float);
        long places = 2 * errors;
        long scores = 3 * errors;
        long bits = scores + (HasAxis ? padded * sizeof(short) : 0);
        return new(errors, places, scores, bits, bits + ((long)GroupsOf(rows) * BitGroups * BitBlockKernel.GroupBytes));
    }

    static long Align(long position) => (position + CacheLine - 1) & -CacheLine;

    /// <summary>Offsets within a section; its factors come first.</summary>
    internal readonly record struct SectionLayout(long Errors, long Places, long Scores, long Bits, long Length);
}
