using Jammi.Sql.Catalog;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>jammi.indexes: the declared indexes.</summary>
internal sealed class IndexesTable : ISystemTable
{
    public string Schema => SchemaNames.System;

    public string Name => "indexes";

    public IReadOnlyList<OutputColumn> Columns { get; } =
    [
        Information.Text("schema_name"),
        Information.Text("index_name"),
        Information.Text("table_name"),
        Information.Text("kind"),
        new("columns", SqlType.List(SqlType.Text), Nullable: false),
        new("stemming", SqlType.Text, Nullable: true),
        new("accents", SqlType.Text, Nullable: true),
    ];

    public IEnumerable<object?[]> Rows(DatabaseCatalog catalog, IServiceProvider? services, IReadOnlyList<ISystemTable> systemTables) => catalog.VisibleIndexes
        .OrderBy(i => i.Schema, StringComparer.Ordinal)
        .ThenBy(i => i.Name, StringComparer.Ordinal)
        .Select(i => new object?[]
        {
            SchemaNames.Shown(i.Schema), i.Name, i.Table, i.Kind, i.Columns.ToArray<object?>(), i.Text?.Stemming.ToString().ToLowerInvariant(), i.Text is null ? null : i.Text.FoldAccents ? "fold" : "keep",
        });
}
