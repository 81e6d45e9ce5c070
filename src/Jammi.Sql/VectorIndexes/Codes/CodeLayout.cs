using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>
/// Where the parts of the codes of one block of rows lie, in bytes from their start. Everything but the int8 codes comes first, so that it can be checked
/// and read as one; all parts start at multiples of a cache line. Rows are padded to groups of 64 with zeros.
/// </summary>
internal readonly struct CodeLayout
{
    const int CacheLine = 64;

    /// <param name="hasAxis">Whether rows have a score along an axis that was taken out of their 1-bit codes.</param>
    public CodeLayout(int rows, int dimension, bool hasAxis = false)
    {
        Rows = rows;
        Dimension = dimension;
        Groups = (rows + BitBlockKernel.BlockRows - 1) / BitBlockKernel.BlockRows;
        BitGroups = BitBlockKernel.GroupsOf(dimension);
        CodeBytes = Int8DotKernel.PaddedLength(dimension);
        long perRow = (long)Groups * BitBlockKernel.BlockRows * sizeof(float);
        Centre = 0;
        Factors = Align(Centre + ((long)dimension * sizeof(float)));
        Errors = Factors + perRow;
        Scales = Errors + perRow;
        Residuals = Scales + perRow;
        Norms = Residuals + perRow;
        ScoreScale = Norms + perRow;
        Scores = ScoreScale + (hasAxis ? CacheLine : 0);
        Bits = Scores + (hasAxis ? perRow / sizeof(float) * sizeof(short) : 0);
        Checksums = Bits + ((long)Groups * BitGroups * BitBlockKernel.GroupBytes);
        Codes = Align(Checksums + ((long)Groups * sizeof(ulong)));
        Length = Codes + ((long)Groups * BitBlockKernel.BlockRows * CodeBytes);
    }

    public int Rows { get; }

    public int Dimension { get; }

    /// <summary>Groups of 64 rows.</summary>
    public int Groups { get; }

    /// <summary>Groups of 24 dimensions of the 1-bit codes.</summary>
    public int BitGroups { get; }

    /// <summary>Bytes of a row's int8 codes.</summary>
    public int CodeBytes { get; }

    /// <summary>The vector that was subtracted from every row's direction: float a dimension.</summary>
    public long Centre { get; }

    /// <summary>What a row's sum of signed query elements is multiplied with: a float a row, as are all up to <see cref="Norms"/>.</summary>
    public long Factors { get; }

    /// <summary>Standard deviation of a row's 1-bit estimate for a query of length 1.</summary>
    public long Errors { get; }

    public long Scales { get; }

    /// <summary>Length of what a row's int8 codes leave out, never too small.</summary>
    public long Residuals { get; }

    /// <summary>Length of the row itself: codes are of its direction.</summary>
    public long Norms { get; }

    /// <summary>A float: what a unit of <see cref="Scores"/> is. Only where there is an axis.</summary>
    public long ScoreScale { get; }

    /// <summary>Product of each row less the centre with the axis: a 16-bit number a row.</summary>
    public long Scores { get; }

    /// <summary>1-bit codes by groups of rows: see <see cref="BitBlockKernel"/>.</summary>
    public long Bits { get; }

    /// <summary>XxHash3 of each group's int8 codes.</summary>
    public long Checksums { get; }

    public long Codes { get; }

    public long Length { get; }

    static long Align(long position) => (position + CacheLine - 1) & -CacheLine;
}
