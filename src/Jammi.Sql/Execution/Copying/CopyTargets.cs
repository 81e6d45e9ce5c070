namespace Jammi.Sql.Execution.Copying;

/// <summary>The formats that COPY ... TO writes.</summary>
internal static class CopyTargets
{
    const string None = "none";
    const string Gzip = "gzip";

    /// <summary>The target of that format; the ending .gz of a text file asks for compression.</summary>
    /// <exception cref="SqlException">InvalidParameter: an option is unknown or its value is none that it takes.</exception>
    public static CopyTarget Create(string format, string path, IReadOnlyList<CopyOption> given)
    {
        var options = new CopyOptions(format, given);
        string byEnding = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Gzip : None;
        CopyTarget target = format switch
        {
            "csv" => new CsvTarget(
                options.Boolean("header", otherwise: true),
                options.Character("delimiter", path.Contains(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t' : ','),
                options.Character("quote", '"'),
                options.Text("null", ""),
                options.Choice("compression", byEnding, None, Gzip) == Gzip),
            "json" => new JsonTarget(options.Boolean("array", otherwise: false), options.Choice("compression", byEnding, None, Gzip) == Gzip),
            "parquet" => ParquetTarget.From(options),
            _ => new ArrowTarget(options.Choice("compression", None, None, "lz4", "zstd"), options.Boolean("stream", otherwise: false)),
        };
        options.RefuseOthers();
        return target;
    }
}
