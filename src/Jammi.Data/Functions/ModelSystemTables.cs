using Jammi.Data.Embedding;
using Jammi.Inference;
using Jammi.Sql;
using Jammi.Sql.Binding;
using Jammi.Sql.Catalog;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;

namespace Jammi.Data.Functions;

/// <summary><c>jammi.models</c>: what lies in the models directories.</summary>
sealed class ModelsTable : ISystemTable
{
    public string Schema => SchemaNames.System;

    public string Name => "models";

    public IReadOnlyList<OutputColumn> Columns { get; } = [new("model", SqlType.Text, Nullable: false), new("directory", SqlType.Text, Nullable: false)];

    public IEnumerable<object?[]> Rows(DatabaseCatalog catalog, IServiceProvider? services, IReadOnlyList<ISystemTable> systemTables) =>
        services?.GetService(typeof(ModelStore)) is ModelStore models ? models.List().Select(m => new object?[] { m.Key, m.Value }) : [];
}

/// <summary><c>jammi.embedding_tables</c>: which columns of which sources are embedded, by which model.</summary>
sealed class EmbeddingTablesTable : ISystemTable
{
    public string Schema => SchemaNames.System;

    public string Name => "embedding_tables";

    public IReadOnlyList<OutputColumn> Columns { get; } =
    [
        new("embedding_table", SqlType.Text, Nullable: false),
        new("source", SqlType.Text, Nullable: false),
        new("column_name", SqlType.Text, Nullable: false),
        new("key_column", SqlType.Text, Nullable: false),
        new("model", SqlType.Text, Nullable: false),
        new("kind", SqlType.Text, Nullable: false),
        new("precision", SqlType.Text, Nullable: false),
        new("dimensions", SqlType.Integer, Nullable: false),
        new("rows", SqlType.BigInt, Nullable: false),
        new("complete", SqlType.Boolean, Nullable: false),
        new("fingerprint", SqlType.Text, Nullable: false),
    ];

    public IEnumerable<object?[]> Rows(DatabaseCatalog catalog, IServiceProvider? services, IReadOnlyList<ISystemTable> systemTables) => EmbeddingTable.All(catalog).Select(t => new object?[]
    {
        t.QualifiedName, t.Source, t.SourceColumn, t.KeyColumn, t.Model, t.Kind, t.Precision, t.Dimensions, t.Table.RowCount, t.Complete, t.Space,
    });
}

/// <summary><c>jammi.embedding_errors</c>: the rows that the last run of each job could not embed.</summary>
sealed class EmbeddingErrorsTable : ISystemTable
{
    public string Schema => SchemaNames.System;

    public string Name => "embedding_errors";

    public IReadOnlyList<OutputColumn> Columns { get; } =
    [
        new("source", SqlType.Text, Nullable: false),
        new("model", SqlType.Text, Nullable: false),
        new("key", SqlType.Text, Nullable: true),
        new("error", SqlType.Text, Nullable: false),
    ];

    public IEnumerable<object?[]> Rows(DatabaseCatalog catalog, IServiceProvider? services, IReadOnlyList<ISystemTable> systemTables)
    {
        if (services?.GetService(typeof(Session)) is not Session session)
        {
            yield break;
        }

        using ISnapshot snapshot = session.OpenSnapshot();
        foreach ((TableEntry table, string source, string model) in EmbeddingStore.ErrorTables(snapshot.Catalog))
        {
            foreach (IRowBlock block in snapshot.OpenTable(table).Blocks)
            {
                for (int row = 0; row < block.RowCount; row++)
                {
                    yield return [source, model, ColumnFactory.ToObject(SqlType.Text, block.Column(0), row), ColumnFactory.ToObject(SqlType.Text, block.Column(1), row)];
                }
            }
        }
    }
}
