using Jammi.Sql.Functions.Tables.ArrowFiles;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables;

/// <summary><c>read_arrow(path, columns)</c>: the rows of Arrow IPC files.</summary>
internal sealed class ReadArrowTable : TableFunction
{
    public override string Name => "read_arrow";

    public override IReadOnlyList<string> Aliases => ["read_feather"];

    public override FunctionDocumentation Documentation { get; } = new(
        "Files",
        "read_arrow(path [, columns => TEXT[]])",
        "The rows of Arrow IPC files (the file format, also known as Feather, or the stream format; compressed or not): one, a glob or a list, all with the same columns. columns => ['id', 'name'] leaves out the others, also those whose type SQL has not.",
        "SELECT id, name FROM read_arrow('people.arrow') LIMIT 1",
        null);

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
    [
        new("path", Type: null),
        new("columns", SqlType.List(SqlType.Text), Optional: true),
    ];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        IReadOnlyList<string> files = FilePaths.Expand(ConstantArguments.Paths(Name, arguments[0]!), binder.Cancellation);
        using var first = new ArrowFile(files[0]);
        FileColumns found = FileColumns.Of(files[0], first.Fields, ConstantArguments.Names(Name, "columns", arguments[1]));
        return LogicalTableFunction.Create(Name, new ArrowSource(files, found), found.Schema, default, default);
    }
}
