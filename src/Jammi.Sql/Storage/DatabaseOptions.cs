namespace Jammi.Sql.Storage;

/// <summary>How a database is opened.</summary>
internal sealed record DatabaseOptions
{
    public bool CreateIfMissing { get; init; } = true;

    public bool ReadOnly { get; init; }

    /// <summary>Replaced in tests of faults.</summary>
    public FileSystem FileSystem { get; init; } = FileSystem.Default;
}
