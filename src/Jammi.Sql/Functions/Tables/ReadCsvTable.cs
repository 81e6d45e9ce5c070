using Jammi.Sql.Functions.Tables.Csv;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables;

/// <summary><c>read_csv(path, ...)</c>: the rows of CSV files.</summary>
internal sealed class ReadCsvTable : TableFunction
{
    const int DefaultSample = 20_480;

    public override string Name => "read_csv";

    public override IReadOnlyList<string> Aliases => ["read_csv_auto"];

    public override FunctionDocumentation Documentation { get; } = new(
        "Files",
        "read_csv(path [, header => BOOLEAN] [, delimiter => TEXT] [, columns => TEXT] [, \"null\" => TEXT] [, sample => INTEGER] [, quote => TEXT] [, skip => INTEGER] [, encoding => TEXT] [, compression => TEXT] [, ignore_errors => BOOLEAN])",
        "The rows of CSV files, compressed by gzip or not. Names come from the header (found by itself: a first line none of whose values looks like data), types from the first 20,480 rows (sample, -1 for all), or both from columns => 'id BIGINT, name TEXT'. A field equal to null (default: an empty one) is NULL unless it is quoted. A row that does not fit is an error with its line, or left out with ignore_errors => true.",
        "SELECT title FROM read_csv('gallery/figures.csv') ORDER BY figure_id LIMIT 1",
        null);

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
    [
        new("path", Type: null),
        new("header", SqlType.Boolean, Optional: true),
        new("delimiter", SqlType.Text, Optional: true) { Aliases = ["delim", "sep"] },
        new("columns", SqlType.Text, Optional: true),
        new("null", SqlType.Text, Optional: true) { Aliases = ["nullstr"] },
        new("sample", SqlType.Integer, Optional: true) { Aliases = ["sample_size"] },
        new("quote", SqlType.Text, Optional: true),
        new("skip", SqlType.Integer, Optional: true),
        new("encoding", SqlType.Text, Optional: true),
        new("compression", SqlType.Text, Optional: true),
        new("ignore_errors", SqlType.Boolean, Optional: true),
    ];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        object? Value(int i) => ConstantArguments.Value(Name, Parameters[i].Name, arguments[i]);
        IReadOnlyList<string> files = FilePaths.Expand(ConstantArguments.Paths(Name, arguments[0]!), binder.Cancellation);
        var options = new CsvOptions(
            (bool?)Value(1),
            Character(arguments, 2) ?? ',',
            Character(arguments, 6) ?? '"',
            (string?)Value(4) ?? "",
            (int?)Value(5) ?? DefaultSample,
            (int?)Value(7) ?? 0,
            InputFile.EncodingOf((string?)Value(8) ?? "utf-8"),
            (string?)Value(9) ?? InputFile.AutoCompression,
            (bool?)Value(10) ?? false);
        PlanSchema? given = Value(3) is string columns ? ColumnDefinitions.Parse(columns, arguments[3]!.Position) : null;
        if (arguments[2] is null)
        {
            options = options with { Delimiter = CsvDelimiter.Find(files[0], options, given?.Count) };
        }

        (PlanSchema schema, bool header) = given is null ? CsvSniffer.Sniff(files[0], options, binder.Cancellation) : Given(given, files[0], options, arguments[3]!.Position);
        return LogicalTableFunction.Create(Name, new CsvSource(files, options, header, schema), schema, default, default);
    }

    char? Character(IReadOnlyList<TableFunctionArgument?> arguments, int parameter) => ConstantArguments.Value(Name, Parameters[parameter].Name, arguments[parameter]) switch
    {
        null => null,
        string { Length: 1 } text => text[0],
        "\\t" => '\t',
        var other => throw new SqlException(SqlErrorCode.InvalidParameter, $"{Parameters[parameter].Name} must be one character, not '{other}'.", arguments[parameter]!.Position),
    };

    /// <summary>The columns as given: the same number as the file has, in its order.</summary>
    static (PlanSchema Schema, bool Header) Given(PlanSchema columns, string path, CsvOptions options, SourcePosition position)
    {
        (int fields, bool header) = CsvSniffer.FindHeader(path, options, columns);
        return columns.Count == fields
            ? (columns, header)
            : throw new SqlException(SqlErrorCode.InvalidParameter, $"{columns.Count} columns are named ({string.Join(", ", columns.Columns.Select(c => c.Name))}), and {path} has {fields}.", position);
    }
}
