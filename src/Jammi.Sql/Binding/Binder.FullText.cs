using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.TextIndexes.Analysis;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>CREATE FULLTEXT INDEX.</summary>
internal sealed partial class Binder
{
    BoundStatement BindCreateFullTextIndex(CreateFullTextIndexStatement create)
    {
        TableEntry table = RequireTable(create.Table);
        string name = create.Name?.Parts[^1] ?? $"{table.Name}_fulltext";
        SourcePosition position = create.Name?.Position ?? create.Position;
        string description = $"CREATE FULLTEXT INDEX {name}";
        if (catalog.Indexes.ContainsKey(DatabaseCatalog.Key(table.Schema, name)))
        {
            return create.IfNotExists
                ? NothingToDo(description)
                : throw new SqlException(SqlErrorCode.DuplicateTable, $"index \"{name}\" exists already: drop it first, or give this one another name, as in CREATE FULLTEXT INDEX name ON {table.Name} (...).", position);
        }

        var index = new IndexEntry(table.Schema, name, table.Name, Unique: false, create.Columns.Select(c => TextColumn(table, c)).ToValueList()) { Text = AnalysisOf(create.Options) };
        if (index.Columns.Count != index.Columns.Distinct(StringComparer.OrdinalIgnoreCase).Count())
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, "a column stands twice in the full-text index.", create.Columns[0].Position);
        }

        return Define(description, transaction => transaction.CreateIndex(index));
    }

    static string TextColumn(TableEntry table, NamedOption column)
    {
        ColumnDefinitionEntry found = table.Definition.Columns[RequireColumn(table, column.Name, column.Position)];
        return found.Type.Kind == SqlTypeKind.Text
            ? found.Name
            : throw new SqlException(SqlErrorCode.DatatypeMismatch, $"column \"{found.Name}\" is {found.Type}; a full-text index is made of TEXT columns.", column.Position);
    }

    TextAnalysis AnalysisOf(IReadOnlyList<NamedOption> options)
    {
        TextAnalysis analysis = TextAnalysis.Default;
        foreach (NamedOption option in options)
        {
            string value = TryEvaluate(BindExpression(option.Value!, ExpressionContext.WithoutColumns("an option")))?.ToObject()?.ToString() ?? "NULL";
            try
            {
                analysis = analysis.With(option.Name, value);
            }
            catch (SqlException error)
            {
                throw new SqlException(error.Code, error.Message + NameSuggestions.DidYouMean(option.Name, TextAnalysis.Options.Where(o => !Same(o, option.Name))), option.Position, error);
            }
        }

        return analysis;
    }

    /// <summary>Refuses to take a column away from an index.</summary>
    void RefuseIndexed(TableEntry table, string column, string what, Func<IndexEntry, bool> concerned, SourcePosition position)
    {
        IndexEntry? index = catalog.Indexes.Values.FirstOrDefault(i =>
            DatabaseCatalog.Key(i.Schema, i.Table) == DatabaseCatalog.Key(table.Schema, table.Name) && i.Columns.Contains(column, StringComparer.OrdinalIgnoreCase) && concerned(i));
        if (index is not null)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"column \"{column}\" cannot {what}: index \"{index.Name}\" is on it. DROP INDEX {index.Name} first.", position);
        }
    }
}
