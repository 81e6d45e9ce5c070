using System.Text.Json;
using Jammi.Sql.Catalog;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.TextIndexes.Analysis;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage.Manifests;

/// <summary>
/// A manifest from its JSON document. Read by hand: the serializer compiles some three hundred methods to read its first document, which is most of what opening
/// a small database would cost.
/// </summary>
internal static class ManifestReader
{
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    /// <exception cref="InvalidOperationException">A field has another type.</exception>
    /// <exception cref="FormatException">A field has an impossible value.</exception>
    public static Manifest Read(JsonElement document) => new()
    {
        Format = document.GetProperty("format").GetInt32(),
        Version = document.GetProperty("version").GetInt64(),
        Predecessor = document.GetProperty("predecessor").GetInt64(),
        DefinitionVersion = document.GetProperty("definitionVersion").GetInt64(),
        NextTableId = document.GetProperty("nextTableId").GetInt64(),
        NextFileId = document.GetProperty("nextFileId").GetInt64(),
        Schemas = Texts(document.GetProperty("schemas")),
        Tables = Each(document.GetProperty("tables"), Table),
        Views = Each(document.GetProperty("views"), View),
        Indexes = Each(document.GetProperty("indexes"), Index),
    };

    static ManifestTable Table(JsonElement table)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty property in table.GetProperty("properties").EnumerateObject())
        {
            properties.Add(property.Name, Text(property.Value));
        }

        return new(
            table.GetProperty("id").GetInt64(),
            table.GetProperty("version").GetInt64(),
            Text(table, "schema"),
            Text(table, "name"),
            Each(table.GetProperty("columns"), Column),
            Each(table.GetProperty("constraints"), Constraint),
            properties,
            Each(table.GetProperty("segments"), Segment),
            Optional(table, "nextIdentity")?.GetInt64());
    }

    static ManifestColumn Column(JsonElement column) => new(
        Text(column, "name"), Type(column.GetProperty("type")), column.GetProperty("nullable").GetBoolean(), OptionalText(column, "default"),
        Optional(column, "identity") is { } identity ? Identity(identity) : null);

    static ManifestIdentity Identity(JsonElement identity) => new(
        identity.GetProperty("always").GetBoolean(), identity.GetProperty("start").GetInt64(), identity.GetProperty("increment").GetInt64());

    static ManifestType Type(JsonElement type) => new(
        (SqlTypeKind)Named(type, "kind", typeof(SqlTypeKind)),
        type.GetProperty("precision").GetInt32(),
        type.GetProperty("scale").GetInt32(),
        type.GetProperty("dimension").GetInt32(),
        Optional(type, "element") is { } element ? Type(element) : null);

    static ManifestConstraint Constraint(JsonElement constraint) => new(
        Text(constraint, "name"),
        (ConstraintKind)Named(constraint, "kind", typeof(ConstraintKind)),
        Each(constraint.GetProperty("columns"), static c => c.GetInt32()),
        OptionalText(constraint, "check"));

    static ManifestSegment Segment(JsonElement segment) => new(
        segment.GetProperty("id").GetInt64(),
        segment.GetProperty("length").GetInt64(),
        Text(segment, "sha256"),
        Each(segment.GetProperty("blocks"), Block),
        segment.GetProperty("deleteFile").GetInt64(),
        segment.GetProperty("deletedRows").GetInt64());

    static ManifestBlock Block(JsonElement block) => new(block.GetProperty("rows").GetInt32(), Each(block.GetProperty("columns"), Statistics));

    static ManifestStatistics? Statistics(JsonElement statistics) => statistics.ValueKind == JsonValueKind.Null ? null : new(
        Optional(statistics, "min")?.GetBytesFromBase64(),
        Optional(statistics, "max")?.GetBytesFromBase64(),
        statistics.GetProperty("nulls").GetInt64(),
        Optional(statistics, "distinct")?.GetInt64());

    static ManifestView View(JsonElement view) => new(Text(view, "schema"), Text(view, "name"), Text(view, "query"), Texts(view.GetProperty("columns")));

    static ManifestIndex Index(JsonElement index) => new(
        Text(index, "schema"), Text(index, "name"), Text(index, "table"), index.GetProperty("unique").GetBoolean(), Texts(index.GetProperty("columns")), Optional(index, "text") is { } text ? Analysis(text) : null);

    static TextAnalysis Analysis(JsonElement analysis) => new((Stemming)Named(analysis, "stemming", typeof(Stemming)), analysis.GetProperty("foldAccents").GetBoolean());

    static object Named(JsonElement owner, string field, Type names)
    {
        string text = Text(owner, field);
        return Enum.TryParse(names, text, ignoreCase: false, out object? value) && Enum.IsDefined(names, value) ? value : throw new FormatException($"{text} is no {names.Name}");
    }

    static T[] Each<T>(JsonElement list, Func<JsonElement, T> read)
    {
        var items = new T[list.GetArrayLength()];
        int i = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            items[i++] = read(item);
        }

        return items;
    }

    static string[] Texts(JsonElement list) => Each(list, Text);

    static string Text(JsonElement owner, string field) => Text(owner.GetProperty(field));

    static string Text(JsonElement value) => value.GetString() ?? throw new FormatException("a text is null");

    static JsonElement? Optional(JsonElement owner, string field) =>
        owner.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    static string? OptionalText(JsonElement owner, string field) => Optional(owner, field)?.GetString();
}
