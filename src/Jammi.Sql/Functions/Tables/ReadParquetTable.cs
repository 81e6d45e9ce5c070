using Jammi.Sql.Functions.Tables.Parquet;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables;

/// <summary><c>read_parquet(path, columns)</c>: the rows of Parquet files.</summary>
internal sealed class ReadParquetTable : TableFunction
{
    public override string Name => "read_parquet";

    public override IReadOnlyList<string> Aliases => ["parquet_scan"];

    public override FunctionDocumentation Documentation { get; } = new(
        "Files",
        "read_parquet(path [, columns => TEXT[]])",
        "The rows of Parquet files: one, a glob or a list, all with the same columns. Only the columns that the query uses are read, and no row group whose statistics rule its conditions out. columns => ['id', 'name'] leaves out the others, also those whose type SQL has not.",
        "SELECT count(*) FROM read_parquet('orders/*.parquet') WHERE order_date >= DATE '2024-01-01'",
        null);

    public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
    [
        new("path", Type: null),
        new("columns", SqlType.List(SqlType.Text), Optional: true),
    ];

    public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
    {
        IReadOnlyList<string> files = FilePaths.Expand(ConstantArguments.Paths(Name, arguments[0]!), binder.Cancellation);
        using var first = new ParquetFile(files[0]);
        IReadOnlyList<string>? columns = ConstantArguments.Names(Name, "columns", arguments[1]);
        FileColumns found = FileColumns.Of(files[0], first.Fields, columns);
        return LogicalTableFunction.Create(Name, new ParquetSource(files, found, first.RowCount), found.Schema, default, default);
    }
}
