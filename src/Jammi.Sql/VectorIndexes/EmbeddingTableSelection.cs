using Jammi.Sql.Catalog;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;

namespace Jammi.Sql.VectorIndexes;

/// <summary>Which stored vectors a search uses: the table named, else that of the model named, else that of the query vector's space, else the newest complete one.</summary>
internal static class EmbeddingTableSelection
{
    /// <summary>The searched relation, the table of its vectors, and where the key is among the relation's columns.</summary>
    internal sealed record Selection(LogicalPlan Source, EmbeddingTable Vectors, int KeyIndex, bool IsWholeTable);

    /// <param name="space">The space of the query vector where it is known.</param>
    public static Selection Select(TableFunctionArgument source, string? tableName, string? model, string? space, ITableFunctionBinder binder)
    {
        (LogicalPlan plan, string description, Func<EmbeddingTable, int> keyIndex, bool wholeTable) = Resolve(source, binder);
        EmbeddingTable[] candidates = [.. EmbeddingTable.All(binder.Catalog).Where(t => t.Complete && keyIndex(t) is >= 0 and var key && plan.Schema[key].Type == t.Table.Definition.Columns[0].Type)];
        EmbeddingTable chosen = Choose(candidates, description, tableName, model, space, source.Position, binder.Catalog);
        return new(plan, chosen, keyIndex(chosen), wholeTable);
    }

    static (LogicalPlan Plan, string Description, Func<EmbeddingTable, int> KeyIndex, bool WholeTable) Resolve(TableFunctionArgument source, ITableFunctionBinder binder)
    {
        if (source.Relation is { } relation)
        {
            // The key of a subquery is the column that comes unchanged from the embedded table's key.
            return (relation, "the subquery", t => IndexOfOrigin(relation.Schema, t), WholeTable: false);
        }

        string name = source.Constant?.ToObject() as string
            ?? throw new SqlException(SqlErrorCode.InvalidParameter, "The source must be the name of a table or view as a text, or a subquery in parentheses.", source.Position);
        LogicalPlan plan = binder.BindRelation(name, source.Position);
        string key = KeyOf(name, binder.Catalog);
        return (plan, name, t => t.Source == key ? IndexOfName(plan.Schema, t.KeyColumn) : -1, binder.Catalog.Tables.ContainsKey(key));
    }

    /// <summary>The catalog key of a table or view as a user names it.</summary>
    public static string KeyOf(string name, DatabaseCatalog catalog)
    {
        string[] parts = [.. name.Split('.').Select(p => p.Trim().Trim('"'))];
        string? schema = parts.Length > 1 ? parts[^2] : null;
        return catalog.FindTable(schema, parts[^1]) is { } table ? DatabaseCatalog.Key(table.Schema, table.Name)
            : catalog.FindView(schema, parts[^1]) is { } view ? DatabaseCatalog.Key(view.Schema, view.Name)
            : DatabaseCatalog.Key(schema ?? SchemaNames.Main, parts[^1]);
    }

    static EmbeddingTable Choose(EmbeddingTable[] candidates, string source, string? tableName, string? model, string? space, SourcePosition position, DatabaseCatalog catalog)
    {
        if (tableName is not null)
        {
            string key = KeyOf(tableName.Contains('.', StringComparison.Ordinal) ? tableName : $"{SchemaNames.Embeddings}.{tableName}", catalog);
            return candidates.FirstOrDefault(t => DatabaseCatalog.Key(t.Table.Schema, t.Table.Name) == key)
                ?? throw new SqlException(SqlErrorCode.UndefinedTable, $"{tableName} is no complete embedding table of {source}; {Known(candidates)}", position);
        }

        if (candidates.Length == 0)
        {
            throw new SqlException(SqlErrorCode.UndefinedTable, $"There are no embeddings of {source}; generate_image_embeddings or generate_text_embeddings makes them (for a subquery, its key column must be among its columns).", position);
        }

        if (model is not null)
        {
            return candidates.FirstOrDefault(t => t.Model == model)
                ?? throw new SqlException(SqlErrorCode.UndefinedTable, $"There are no embeddings of {source} by the model {model}; {Known(candidates)}", position);
        }

        if (space is not null)
        {
            return candidates.FirstOrDefault(t => t.Space == space)
                ?? throw new SqlException(SqlErrorCode.DatatypeMismatch, $"The query vector comes from another model than the embeddings of {source}, so the two cannot be compared; {Known(candidates)}", position);
        }

        return candidates[0];
    }

    static string Known(EmbeddingTable[] candidates) => candidates.Length == 0
        ? "it has none."
        : $"there are {string.Join(", ", candidates.Select(t => $"{t.QualifiedName} (model {t.Model}, {t.Dimensions} dimensions)"))}.";

    static int IndexOfName(PlanSchema schema, string name)
    {
        for (int i = 0; i < schema.Count; i++)
        {
            if (string.Equals(schema[i].Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    static int IndexOfOrigin(PlanSchema schema, EmbeddingTable table)
    {
        for (int i = 0; i < schema.Count; i++)
        {
            if (schema[i].Origin is { } origin
                && DatabaseCatalog.Key(origin.Schema, origin.Table) == table.Source
                && string.Equals(origin.Column, table.KeyColumn, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}
