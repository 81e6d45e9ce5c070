using System.Text.Json;
using Jammi.Sql.Catalog;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.TextIndexes.Analysis;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage.Manifests;

/// <summary>
/// A manifest from its JSON document. Read token by token: the serializer compiles some three hundred methods to read its first document, and a tree of the document
/// some twenty, which is most of what opening a database costs. Fields that are not known are skipped.
/// </summary>
internal static partial class ManifestReader
{
    /// <summary>Only the format: what follows may be anything in a format of the future.</summary>
    /// <exception cref="JsonException">The document is none.</exception>
    /// <exception cref="InvalidOperationException">A field has another type.</exception>
    /// <exception cref="FormatException">A field is missing or has an impossible value.</exception>
    public static int Format(ReadOnlySpan<byte> document)
    {
        Utf8JsonReader json = Start(document);
        while (NextField(ref json))
        {
            if (json.ValueTextEquals("format"u8))
            {
                return (int)Number(ref json);
            }

            SkipValue(ref json);
        }

        throw Missing("format");
    }

    /// <exception cref="JsonException">The document is none.</exception>
    /// <exception cref="InvalidOperationException">A field has another type.</exception>
    /// <exception cref="FormatException">A field is missing or has an impossible value.</exception>
    public static Manifest Read(ReadOnlySpan<byte> document)
    {
        long? format = null, version = null, predecessor = null, definitionVersion = null, nextTableId = null, nextFileId = null;
        string[]? schemas = null;
        ManifestTable[]? tables = null;
        ManifestView[]? views = null;
        ManifestIndex[]? indexes = null;
        Utf8JsonReader json = Start(document);
        while (NextField(ref json))
        {
            switch (json.GetString())
            {
                case "format": format = Number(ref json); break;
                case "version": version = Number(ref json); break;
                case "predecessor": predecessor = Number(ref json); break;
                case "definitionVersion": definitionVersion = Number(ref json); break;
                case "nextTableId": nextTableId = Number(ref json); break;
                case "nextFileId": nextFileId = Number(ref json); break;
                case "schemas": schemas = Texts(ref json); break;
                case "tables": tables = List(ref json, Table); break;
                case "views": views = List(ref json, View); break;
                case "indexes": indexes = List(ref json, Index); break;
                default: SkipValue(ref json); break;
            }
        }

        return new()
        {
            Format = (int)Required(format, nameof(format)),
            Version = Required(version, nameof(version)),
            Predecessor = Required(predecessor, nameof(predecessor)),
            DefinitionVersion = Required(definitionVersion, nameof(definitionVersion)),
            NextTableId = Required(nextTableId, nameof(nextTableId)),
            NextFileId = Required(nextFileId, nameof(nextFileId)),
            Schemas = Required(schemas, nameof(schemas)),
            Tables = Required(tables, nameof(tables)),
            Views = Required(views, nameof(views)),
            Indexes = Required(indexes, nameof(indexes)),
        };
    }

    static ManifestTable Table(ref Utf8JsonReader json)
    {
        long? id = null, version = null, nextIdentity = null;
        string? schema = null, name = null;
        ManifestColumn[]? columns = null;
        ManifestConstraint[]? constraints = null;
        Dictionary<string, string>? properties = null;
        ManifestSegment[]? segments = null;
        while (NextField(ref json))
        {
            switch (json.GetString())
            {
                case "id": id = Number(ref json); break;
                case "version": version = Number(ref json); break;
                case "schema": schema = Text(ref json); break;
                case "name": name = Text(ref json); break;
                case "columns": columns = List(ref json, Column); break;
                case "constraints": constraints = List(ref json, Constraint); break;
                case "properties": properties = Properties(ref json); break;
                case "segments": segments = List(ref json, Segment); break;
                case "nextIdentity": nextIdentity = OptionalNumber(ref json); break;
                default: SkipValue(ref json); break;
            }
        }

        return new(
            Required(id, nameof(id)),
            Required(version, nameof(version)),
            Required(schema, nameof(schema)),
            Required(name, nameof(name)),
            Required(columns, nameof(columns)),
            Required(constraints, nameof(constraints)),
            Required(properties, nameof(properties)),
            Required(segments, nameof(segments)),
            nextIdentity);
    }

    static ManifestColumn Column(ref Utf8JsonReader json)
    {
        string? name = null, @default = null;
        ManifestType? type = null;
        bool? nullable = null;
        ManifestIdentity? identity = null;
        while (NextField(ref json))
        {
            switch (json.GetString())
            {
                case "name": name = Text(ref json); break;
                case "type": type = Object(ref json, Type); break;
                case "nullable": nullable = Truth(ref json); break;
                case "default": @default = OptionalText(ref json); break;
                case "identity": identity = Object(ref json, Identity); break;
                default: SkipValue(ref json); break;
            }
        }

        return new(Required(name, nameof(name)), Required(type, nameof(type)), Required(nullable, nameof(nullable)), @default, identity);
    }

    static ManifestIdentity Identity(ref Utf8JsonReader json)
    {
        bool? always = null;
        long? start = null, increment = null;
        while (NextField(ref json))
        {
            switch (json.GetString())
            {
                case "always": always = Truth(ref json); break;
                case "start": start = Number(ref json); break;
                case "increment": increment = Number(ref json); break;
                default: SkipValue(ref json); break;
            }
        }

        return new(Required(always, nameof(always)), Required(start, nameof(start)), Required(increment, nameof(increment)));
    }

    static ManifestType Type(ref Utf8JsonReader json)
    {
        string? kind = null;
        long? precision = null, scale = null, dimension = null;
        ManifestType? element = null;
        while (NextField(ref json))
        {
            switch (json.GetString())
            {
                case "kind": kind = Text(ref json); break;
                case "precision": precision = Number(ref json); break;
                case "scale": scale = Number(ref json); break;
                case "dimension": dimension = Number(ref json); break;
                case "element": element = Object(ref json, Type); break;
                default: SkipValue(ref json); break;
            }
        }

        return new(
            (SqlTypeKind)Named(Required(kind, nameof(kind)), typeof(SqlTypeKind)),
            (int)Required(precision, nameof(precision)),
            (int)Required(scale, nameof(scale)),
            (int)Required(dimension, nameof(dimension)),
            element);
    }

    static ManifestConstraint Constraint(ref Utf8JsonReader json)
    {
        string? name = null, kind = null, check = null;
        int[]? columns = null;
        while (NextField(ref json))
        {
            switch (json.GetString())
            {
                case "name": name = Text(ref json); break;
                case "kind": kind = Text(ref json); break;
                case "columns": columns = Array(ref json, static (ref Utf8JsonReader j) => j.GetInt32()); break;
                case "check": check = OptionalText(ref json); break;
                default: SkipValue(ref json); break;
            }
        }

        return new(Required(name, nameof(name)), (ConstraintKind)Named(Required(kind, nameof(kind)), typeof(ConstraintKind)), Required(columns, nameof(columns)), check);
    }

    static ManifestSegment Segment(ref Utf8JsonReader json)
    {
        long? id = null, length = null, deleteFile = null, deletedRows = null;
        string? sha256 = null;
        ManifestBlock[]? blocks = null;
        while (NextField(ref json))
        {
            switch (json.GetString())
            {
                case "id": id = Number(ref json); break;
                case "length": length = Number(ref json); break;
                case "sha256": sha256 = Text(ref json); break;
                case "blocks": blocks = List(ref json, Block); break;
                case "deleteFile": deleteFile = Number(ref json); break;
                case "deletedRows": deletedRows = Number(ref json); break;
                default: SkipValue(ref json); break;
            }
        }

        return new(
            Required(id, nameof(id)),
            Required(length, nameof(length)),
            Required(sha256, nameof(sha256)),
            Required(blocks, nameof(blocks)),
            Required(deleteFile, nameof(deleteFile)),
            Required(deletedRows, nameof(deletedRows)));
    }

    static ManifestBlock Block(ref Utf8JsonReader json)
    {
        long? rows = null;
        ManifestStatistics?[]? columns = null;
        while (NextField(ref json))
        {
            switch (json.GetString())
            {
                case "rows": rows = Number(ref json); break;
                case "columns": columns = Array(ref json, static (ref Utf8JsonReader j) => ObjectHere(ref j, Statistics)); break;
                default: SkipValue(ref json); break;
            }
        }

        return new((int)Required(rows, nameof(rows)), Required(columns, nameof(columns)));
    }

    static ManifestStatistics Statistics(ref Utf8JsonReader json)
    {
        byte[]? min = null, max = null;
        long? nulls = null, distinct = null;
        while (NextField(ref json))
        {
            switch (json.GetString())
            {
                case "min": min = OptionalBytes(ref json); break;
                case "max": max = OptionalBytes(ref json); break;
                case "nulls": nulls = Number(ref json); break;
                case "distinct": distinct = OptionalNumber(ref json); break;
                default: SkipValue(ref json); break;
            }
        }

        return new(min, max, Required(nulls, nameof(nulls)), distinct);
    }

    static ManifestView View(ref Utf8JsonReader json)
    {
        string? schema = null, name = null, query = null;
        string[]? columns = null;
        while (NextField(ref json))
        {
            switch (json.GetString())
            {
                case "schema": schema = Text(ref json); break;
                case "name": name = Text(ref json); break;
                case "query": query = Text(ref json); break;
                case "columns": columns = Texts(ref json); break;
                default: SkipValue(ref json); break;
            }
        }

        return new(Required(schema, nameof(schema)), Required(name, nameof(name)), Required(query, nameof(query)), Required(columns, nameof(columns)));
    }

    static ManifestIndex Index(ref Utf8JsonReader json)
    {
        string? schema = null, name = null, table = null;
        bool? unique = null;
        string[]? columns = null;
        TextAnalysis? text = null;
        while (NextField(ref json))
        {
            switch (json.GetString())
            {
                case "schema": schema = Text(ref json); break;
                case "name": name = Text(ref json); break;
                case "table": table = Text(ref json); break;
                case "unique": unique = Truth(ref json); break;
                case "columns": columns = Texts(ref json); break;
                case "text": text = Object(ref json, Analysis); break;
                default: SkipValue(ref json); break;
            }
        }

        return new(Required(schema, nameof(schema)), Required(name, nameof(name)), Required(table, nameof(table)), Required(unique, nameof(unique)), Required(columns, nameof(columns)), text);
    }

    static TextAnalysis Analysis(ref Utf8JsonReader json)
    {
        string? stemming = null;
        bool? foldAccents = null;
        while (NextField(ref json))
        {
            switch (json.GetString())
            {
                case "stemming": stemming = Text(ref json); break;
                case "foldAccents": foldAccents = Truth(ref json); break;
                default: SkipValue(ref json); break;
            }
        }

        return new((Stemming)Named(Required(stemming, nameof(stemming)), typeof(Stemming)), Required(foldAccents, nameof(foldAccents)));
    }

    static Dictionary<string, string> Properties(ref Utf8JsonReader json)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        Advance(ref json, JsonTokenType.StartObject);
        while (NextField(ref json))
        {
            string name = json.GetString()!;
            properties.Add(name, Text(ref json));
        }

        return properties;
    }
}
