using Jammi.Sql.Functions.Tables.Csv;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables;

/// <summary><c>read_csv(path, header, delimiter, columns, null, sample)</c>: the rows of CSV files.</summary>
internal sealed class ReadCsvTable : TableFunction
{
    const int DefaultSample = 20_480;

    public override string Name => "read_csv";

    public override IReadOnlyList<string> Aliases => ["read_csv_auto"];

    public override FunctionDocumentation Documentation { get; } = new(
        "Files",
        "read_csv(path [, header => BOOLEAN] [, delimiter => TEXT] [, columns => TEXT] [, \"null\" => TEXT] [, sample => INTEGER])",
        "The rows of CSV files. Names come from the header (found by itself: a first line none of whose values looks like data), types from the first 20,480 rows (sample, -1 for all), or both from columns => 'id BIGINT, name TEXT'. A field equal to null (default: an empty one) is NULL. A row that does not fit is an error with its line.",
        "SELECT title FROM read_csv('gallery/figures.csv') ORDER BY figure_id LIMIT 1",
        null);

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
    [
        new("path", Type: null),
        new("header", SqlType.Boolean, Optional: true),
        new("delimiter", SqlType.Text, Optional: true),
        new("columns", SqlType.Text, Optional: true),
        new("null", SqlType.Text, Optional: true),
        new("sample", SqlType.Integer, Optional: true),
    ];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        IReadOnlyList<string> files = FilePaths.Expand(ConstantArguments.Paths(Name, arguments[0]!));
        var options = new CsvOptions(
            (bool?)ConstantArguments.Value(Name, "header", arguments[1]),
            Delimiter(arguments[2]),
            (string?)ConstantArguments.Value(Name, "null", arguments[4]) ?? "",
            (int?)ConstantArguments.Value(Name, "sample", arguments[5]) ?? DefaultSample);
        (PlanSchema schema, bool header) = CsvSniffer.Sniff(files[0], options);
        if (ConstantArguments.Value(Name, "columns", arguments[3]) is string columns)
        {
            schema = Given(columns, schema, arguments[3]!.Position);
        }

        return LogicalTableFunction.Create(Name, new CsvSource(files, options, header, schema), schema, default, default);
    }

    char? Delimiter(TableFunctionArgument? argument) => ConstantArguments.Value(Name, "delimiter", argument) switch
    {
        null => null,
        string { Length: 1 } text => text[0],
        "\\t" => '\t',
        var other => throw new SqlException(SqlErrorCode.InvalidParameter, $"delimiter must be one character, not '{other}'.", argument!.Position),
    };

    /// <summary>Columns as in CREATE TABLE: the same number as the file has, in its order.</summary>
    static PlanSchema Given(string columns, PlanSchema found, SourcePosition position)
    {
        CreateTableStatement definition;
        try
        {
            definition = (CreateTableStatement)SqlParser.Parse($"CREATE TABLE t ({columns})")[0];
        }
        catch (SqlException error) when (error.Code == SqlErrorCode.SyntaxError)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"columns => '{columns}' cannot be read; write it as in CREATE TABLE: 'id BIGINT, name TEXT'.", position, error);
        }

        return definition.Columns.Count == found.Count
            ? new PlanSchema(definition.Columns.Select(c => new OutputColumn(c.Name, c.Type is null ? SqlType.Text : TypeNames.Parse(c.Type), Nullable: true)).ToValueList())
            : throw new SqlException(SqlErrorCode.InvalidParameter, $"columns names {definition.Columns.Count} columns, and the file has {found.Count} ({string.Join(", ", found.Columns.Select(c => c.Name))}).", position);
    }
}
