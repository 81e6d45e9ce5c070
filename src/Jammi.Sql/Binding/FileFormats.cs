namespace Jammi.Sql.Binding;

/// <summary>File formats by the ending of a path.</summary>
internal static class FileFormats
{
    static readonly (string Format, string[] Endings)[] Known =
    [
        ("csv", [".csv", ".tsv", ".txt"]),
        ("parquet", [".parquet", ".pq"]),
        ("arrow", [".arrow", ".feather", ".ipc"]),
        ("json", [".json", ".jsonl", ".ndjson"]),
        ("images", [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"]),
    ];

    /// <summary>csv, parquet, arrow, json or images; null for another ending. The ending .gz of a compressed file does not count.</summary>
    public static string? Of(string path) => Known.FirstOrDefault(k => k.Endings.Any(e => Plain(path).EndsWith(e, StringComparison.OrdinalIgnoreCase))).Format;

    /// <summary>What a file is called in a query that gives it no name: its own without endings.</summary>
    public static string NameOf(string path) => Path.GetFileNameWithoutExtension(Plain(path));

    /// <summary>The table function that reads such a file.</summary>
    public static string ReaderOf(string path, SourcePosition position) => Of(path) is { } format
        ? "read_" + format
        : throw new SqlException(SqlErrorCode.UndefinedTable, $"'{path}' has none of the endings {string.Join(", ", Known.SelectMany(k => k.Endings))}: name the reader, as in FROM read_csv('{path}').", position);

    static string Plain(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^".gz".Length] : path;
}
