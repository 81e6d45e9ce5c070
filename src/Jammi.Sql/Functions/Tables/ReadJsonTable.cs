using Jammi.Sql.Functions.Tables.Json;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables;

/// <summary><c>read_json(path, columns, sample, compression)</c>: the objects of JSON files as rows.</summary>
internal sealed class ReadJsonTable : TableFunction
{
    const int DefaultSample = 20_480;

    public override string Name => "read_json";

    public override IReadOnlyList<string> Aliases => ["read_json_auto", "read_ndjson", "read_ndjson_auto"];

    public override FunctionDocumentation Documentation { get; } = new(
        "Files",
        "read_json(path [, columns => TEXT] [, sample => INTEGER] [, compression => TEXT])",
        "The objects of JSON files, an array of them or one after the other (JSON lines), compressed by gzip or not. The keys of the first 20,480 objects (sample, -1 for all) are the columns, their types found from the values: arrays are lists, objects within objects are their JSON as text. columns => 'id BIGINT, name TEXT' names keys and types instead. A key that an object lacks is NULL; a value that does not fit is an error with its line.",
        "SELECT id, name FROM read_json('people.jsonl') LIMIT 1",
        null);

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
    [
        new("path", Type: null),
        new("columns", SqlType.Text, Optional: true),
        new("sample", SqlType.Integer, Optional: true) { Aliases = ["sample_size"] },
        new("compression", SqlType.Text, Optional: true),
    ];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        object? Value(int i) => ConstantArguments.Value(Name, Parameters[i].Name, arguments[i]);
        IReadOnlyList<string> files = FilePaths.Expand(ConstantArguments.Paths(Name, arguments[0]!), binder.Cancellation);
        string compression = (string?)Value(3) ?? InputFile.AutoCompression;
        (IReadOnlyList<string> keys, PlanSchema schema) = Value(1) is string columns && ColumnDefinitions.Parse(columns, arguments[1]!.Position) is var given
            ? ([.. given.Columns.Select(c => c.Name)], given)
            : JsonSniffer.Sniff(files[0], compression, (int?)Value(2) ?? DefaultSample, binder.Cancellation);
        return LogicalTableFunction.Create(Name, new JsonSource(files, compression, keys, schema), schema, default, default);
    }
}
