namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>Which segments have their vectors parted into cells, and into how many. Smaller segments are scanned as fast as cells would be looked for.</summary>
internal static class CellPolicy
{
    /// <summary>Segments of so many rows have cells.</summary>
    public const int DefaultRows = 131_072;

    static readonly AsyncLocal<int> Lowered = new();

    public static int MinimumRows => Lowered.Value > 0 ? Lowered.Value : DefaultRows;

    /// <summary>The number of cells for so many rows: as many as a cell has rows.</summary>
    public static int CellsFor(int rows) => Math.Max(1, (int)Math.Sqrt(rows));

    /// <summary>Lets smaller segments have cells until it is disposed, for the present flow of control: for tests.</summary>
    public static IDisposable Lower(int rows)
    {
        Lowered.Value = rows;
        return new Restorer();
    }

    sealed class Restorer : IDisposable
    {
        public void Dispose() => Lowered.Value = 0;
    }
}
