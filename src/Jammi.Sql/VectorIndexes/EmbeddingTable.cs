using System.Collections.Immutable;
using System.Globalization;
using Jammi.Sql.Catalog;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Sql.VectorIndexes;

/// <summary>
/// A stored table of vectors of another relation's rows: its first column is that relation's key, <c>vector</c> holds unit vectors. What it belongs to is kept
/// in the table's properties.
/// </summary>
/// <param name="Source">The source's catalog key, <c>schema.name</c> in lower case.</param>
/// <param name="SourceColumn">The column that was embedded.</param>
/// <param name="KeyColumn">The source's key column.</param>
/// <param name="Model">The name of what made the vectors.</param>
/// <param name="Space">Identifies the space that the vectors live in: only vectors of one space can be compared.</param>
/// <param name="SourceVersion">The source table's version when the vectors were completed; -1 for views.</param>
/// <param name="Sequence">Grows with every completed run over the database: the newest table has the largest.</param>
internal sealed record EmbeddingTable(
    TableEntry Table,
    string Source,
    string SourceColumn,
    string KeyColumn,
    string Model,
    string Space,
    string Kind,
    string Precision,
    bool Complete,
    long SourceVersion,
    long Sequence)
{
    /// <summary>What queries have in common, as text: see <see cref="VectorAxis"/>. Null for nothing.</summary>
    public string? Axis { get; init; }

    public const string VectorColumn = "vector";
    public const string HashColumn = "content_hash";

    const string Prefix = "embedding.";

    public int Dimensions => Table.Definition.Columns[VectorOrdinal].Type.Dimension;

    public int VectorOrdinal => Table.OrdinalOf(VectorColumn);

    public string QualifiedName => $"{Table.Schema}.{Table.Name}";

    /// <summary>The properties that say what a table belongs to.</summary>
    public ImmutableSortedDictionary<string, string> ToProperties() => Axis is null ? Described() : Described().Add(VectorAxis.Property, Axis);

    ImmutableSortedDictionary<string, string> Described() => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Prefix + "source"] = Source,
        [Prefix + "column"] = SourceColumn,
        [Prefix + "key"] = KeyColumn,
        [Prefix + "model"] = Model,
        [Prefix + "space"] = Space,
        [Prefix + "kind"] = Kind,
        [Prefix + "precision"] = Precision,
        [Prefix + "complete"] = Complete ? "true" : "false",
        [Prefix + "source_version"] = SourceVersion.ToString(CultureInfo.InvariantCulture),
        [Prefix + "sequence"] = Sequence.ToString(CultureInfo.InvariantCulture),
    }.ToImmutableSortedDictionary();

    /// <summary>The table as one of vectors, or null when it is an ordinary one.</summary>
    public static EmbeddingTable? From(TableEntry table)
    {
        ImmutableSortedDictionary<string, string> p = table.Definition.Properties;
        return p.TryGetValue(Prefix + "source", out string? source)
            ? new(
                table,
                source,
                p[Prefix + "column"],
                p[Prefix + "key"],
                p[Prefix + "model"],
                p[Prefix + "space"],
                p[Prefix + "kind"],
                p[Prefix + "precision"],
                p[Prefix + "complete"] == "true",
                long.Parse(p[Prefix + "source_version"], CultureInfo.InvariantCulture),
                long.Parse(p[Prefix + "sequence"], CultureInfo.InvariantCulture)) { Axis = p.GetValueOrDefault(VectorAxis.Property) }
            : null;
    }

    /// <summary>Whether a table holds vectors that searches see.</summary>
    public static bool IsSearched(TableDefinition table) => table.Properties.GetValueOrDefault(Prefix + "complete") == "true";

    /// <summary>All tables of vectors, newest first.</summary>
    public static IReadOnlyList<EmbeddingTable> All(DatabaseCatalog catalog) =>
        [.. catalog.Tables.Values.Select(From).OfType<EmbeddingTable>().OrderByDescending(t => t.Sequence)];
}
