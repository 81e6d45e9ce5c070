using Jammi.Sql.Binding;
using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;

namespace Jammi.Sql.TextIndexes;

/// <summary>
/// The full-text index that a search uses, and the way from the searched relation down to the scan of the index's table: the index named, else the only one. The relation may
/// filter, compute and join, as long as each of its rows has in it a row of that table.
/// </summary>
internal sealed record TextIndexSelection(LogicalPlan Source, ScanPath Path, IndexEntry Index, TextIndexDefinition Definition)
{
    public TableEntry Table => Path.Scan.Table;

    public static TextIndexSelection Select(TableFunctionArgument source, string? indexName, ITableFunctionBinder binder)
    {
        string? name = source.Relation is null ? NameOf(source) : null;
        LogicalPlan plan = source.Relation ?? binder.BindRelation(name!, source.Position);
        List<ScanPath> paths = PathsOf(plan);
        (ScanPath Path, IndexEntry Index)[] candidates =
        [
            .. from path in paths
               from index in binder.Catalog.Indexes.Values.OrderBy(i => i.Name, StringComparer.OrdinalIgnoreCase)
               where index.Text is not null && IsOn(index, path.Scan.Table)
               select (path, index),
        ];
        (ScanPath Path, IndexEntry Index) chosen = Choose(candidates, name ?? "the subquery", indexName, paths, source.Position);
        return new(plan, chosen.Path, chosen.Index, TextIndexDefinition.From(chosen.Index, chosen.Path.Scan.Table.Definition)!);
    }

    /// <summary>The name of the table or view that a source argument gives.</summary>
    public static string NameOf(TableFunctionArgument source) => source.Constant?.ToObject() as string
        ?? throw new SqlException(SqlErrorCode.InvalidParameter, "The source must be the name of a table or view as a text, or a subquery in parentheses.", source.Position);

    /// <summary>The tables that the relation's columns come from, each once.</summary>
    static List<ScanPath> PathsOf(LogicalPlan plan)
    {
        var paths = new List<ScanPath>();
        for (int i = 0; i < plan.Schema.Count; i++)
        {
            OutputColumn column = plan.Schema[i];
            if (ScanPath.Follow(plan, new ColumnExpression(i, column.Name, column.Type, column.Nullable)) is { } path && paths.TrueForAll(p => !ReferenceEquals(p.Scan, path.Scan)))
            {
                paths.Add(path);
            }
        }

        return paths;
    }

    static (ScanPath, IndexEntry) Choose((ScanPath Path, IndexEntry Index)[] candidates, string source, string? indexName, List<ScanPath> paths, SourcePosition position)
    {
        if (indexName is not null)
        {
            (ScanPath Path, IndexEntry Index) named = System.Array.Find(candidates, c => string.Equals(c.Index.Name, indexName, StringComparison.OrdinalIgnoreCase));
            return named.Index is not null ? named : throw new SqlException(
                SqlErrorCode.UndefinedTable,
                $"{indexName} is no full-text index of {source}.{NameSuggestions.DidYouMean(indexName, candidates.Select(c => c.Index.Name))}{Known(candidates)}",
                position);
        }

        return candidates.Length switch
        {
            1 => candidates[0],
            > 1 => throw new SqlException(SqlErrorCode.InvalidParameter, $"{source} has several full-text indexes: name one with index => '{candidates[0].Index.Name}'.{Known(candidates)}", position),
            _ => throw new SqlException(SqlErrorCode.UndefinedTable, $"{source} has no full-text index. {Advice(paths)}", position),
        };
    }

    static string Known((ScanPath Path, IndexEntry Index)[] candidates) => candidates.Length == 0
        ? string.Empty
        : $" There {(candidates.Length == 1 ? "is" : "are")} {string.Join(", ", candidates.Select(c => $"{c.Index.Name} on {c.Index.Table} ({string.Join(", ", c.Index.Columns)})"))}.";

    static string Advice(List<ScanPath> paths)
    {
        ScanPath? path = paths.Find(p => p.Scan.Table.Definition.Columns.Any(IsText));
        if (path is null)
        {
            return "A search needs a table with TEXT columns: store the rows with CREATE TABLE ... AS and make one with CREATE FULLTEXT INDEX.";
        }

        TableEntry table = path.Scan.Table;
        string qualified = SchemaNames.Shown(table.Schema) is SchemaNames.Main or SchemaNames.Temporary ? table.Name : $"{table.Schema}.{table.Name}";
        return $"Make one with CREATE FULLTEXT INDEX ON {qualified} ({string.Join(", ", table.Definition.Columns.Where(IsText).Select(c => c.Name))}).";
    }

    static bool IsText(ColumnDefinitionEntry column) => column.Type.Kind == SqlTypeKind.Text;

    static bool IsOn(IndexEntry index, TableEntry table) => DatabaseCatalog.Key(index.Schema, index.Table) == DatabaseCatalog.Key(table.Schema, table.Name);
}
