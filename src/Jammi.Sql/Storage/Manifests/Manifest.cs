using System.Collections.Immutable;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Apache.Arrow.Types;
using Jammi.Sql.Catalog;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.TextIndexes.Analysis;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Sql.Storage.Manifests;

/// <summary>
/// The complete state of a database as a JSON document, followed by a line with the XXH128 of the document: a torn or edited manifest is recognised. (Until format 2 it
/// was the SHA-256, for which opening had to load the system's library for encryption.)
/// <c>docs/storage-format.md</c> describes the fields.
/// </summary>
internal sealed record Manifest
{
    public const int CurrentFormat = 3;

    /// <summary>The first format, in which times of day were microseconds.</summary>
    const int FirstFormat = 1;

    const int Sha256Digits = 2 * SHA256.HashSizeInBytes;

    public int Format { get; init; } = CurrentFormat;

    public long Version { get; init; }

    public long Predecessor { get; init; }

    public long DefinitionVersion { get; init; }

    public long NextTableId { get; init; }

    public long NextFileId { get; init; }

    public required string[] Schemas { get; init; }

    public required ManifestTable[] Tables { get; init; }

    public required ManifestView[] Views { get; init; }

    public required ManifestIndex[] Indexes { get; init; }

    public byte[] Serialize()
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.Manifest);
        return [.. body, (byte)'\n', .. System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(XxHash128.Hash(body))), (byte)'\n'];
    }

    /// <summary>Reads a manifest, or says why it is none.</summary>
    /// <exception cref="SqlException">NotSupported: it is one of another format.</exception>
    public static Manifest? TryParse(ReadOnlySpan<byte> file, out string problem)
    {
        problem = string.Empty;
        int end = file.Length - 1;
        int line = end > 0 ? file[..end].LastIndexOf((byte)'\n') : -1;
        if (line < 0 || file[end] != (byte)'\n')
        {
            problem = "it ends early";
            return null;
        }

        ReadOnlySpan<byte> body = file[..line];
        ReadOnlySpan<byte> checksum = file[(line + 1)..end];
        if (!IsHexOf(checksum, checksum.Length == Sha256Digits ? SHA256.HashData(body) : XxHash128.Hash(body)))
        {
            problem = "its checksum does not match";
            return null;
        }

        try
        {
            int format = ManifestReader.Format(body);
            if (format is < FirstFormat or > CurrentFormat)
            {
                throw new SqlException(SqlErrorCode.NotSupported, $"The database is in storage format {format}, and this version of Jammi reads formats {FirstFormat} to {CurrentFormat}; open it with the version that wrote it.");
            }

            Manifest manifest = ManifestReader.Read(body);
            return format == CurrentFormat ? manifest : (format == FirstFormat ? MicrosecondTimes.Upgrade(manifest) : manifest) with { Format = CurrentFormat };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            problem = error.Message;
            return null;
        }
    }

    static bool IsHexOf(ReadOnlySpan<byte> text, byte[] bytes)
    {
        bool same = text.Length == 2 * bytes.Length;
        for (int i = 0; same && i < text.Length; i++)
        {
            same = text[i] == "0123456789abcdef"u8[i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 15];
        }

        return same;
    }

    public static Manifest From(DatabaseState state, long predecessor) => new()
    {
        Version = state.Version,
        Predecessor = predecessor,
        DefinitionVersion = state.DefinitionVersion,
        NextTableId = state.NextTableId,
        NextFileId = state.NextFileId,
        Schemas = [.. state.Schemas],
        Tables = [.. state.Tables.Values.Where(t => !t.Entry.Temporary).OrderBy(t => t.Entry.Id).Select(ManifestTable.From)],
        Views = [.. state.Views.Values.Where(v => !v.Temporary).Select(v => new ManifestView(v.Schema, v.Name, v.Query, [.. v.Columns]))],
        Indexes = [.. state.Indexes.Values.Where(i => state.Tables.GetValueOrDefault(DatabaseCatalog.Key(i.Schema, i.Table)) is not { Entry.Temporary: true }).Select(i => new ManifestIndex(i.Schema, i.Name, i.Table, i.Unique, [.. i.Columns], i.Text))],
    };

    /// <param name="open">Makes the segment of a file, given its blocks and the types of its columns.</param>
    /// <param name="readDeletes">Reads the delete vectors of a file number, given the blocks' row counts.</param>
    public DatabaseState ToState(Func<SegmentFile, BlockHeader[], IArrowType[], float[]?, Segment> open, Func<long, BlockHeader[], ImmutableArray<byte[]?>> readDeletes) => new()
    {
        Version = Version,
        DefinitionVersion = DefinitionVersion,
        NextTableId = NextTableId,
        NextFileId = NextFileId,
        Schemas = [.. Schemas],
        Tables = ByName(Tables, t => t.Schema, t => t.Name, t => t.ToState(open, readDeletes)),
        Views = ByName(Views, v => v.Schema, v => v.Name, v => new ViewEntry(v.Schema, v.Name, v.Query, v.Columns.ToValueList(), Temporary: false)),
        Indexes = ByName(Indexes, i => i.Schema, i => i.Name, i => new IndexEntry(i.Schema, i.Name, i.Table, i.Unique, i.Columns.ToValueList()) { Text = i.Text }),
    };

    /// <summary>One by one: making a dictionary of a sequence of pairs compiles some thirty methods, and all of this is part of opening a database.</summary>
    static ImmutableDictionary<string, TEntry> ByName<T, TEntry>(T[] items, Func<T, string> schema, Func<T, string> name, Func<T, TEntry> read)
    {
        ImmutableDictionary<string, TEntry> named = ImmutableDictionary<string, TEntry>.Empty;
        foreach (T item in items)
        {
            named = named.Add(DatabaseCatalog.Key(schema(item), name(item)), read(item));
        }

        return named;
    }
}

internal sealed record ManifestView(string Schema, string Name, string Query, string[] Columns);

/// <param name="Text">Of a full-text index.</param>
internal sealed record ManifestIndex(string Schema, string Name, string Table, bool Unique, string[] Columns, TextAnalysis? Text = null);

internal sealed record ManifestType(SqlTypeKind Kind, int Precision, int Scale, int Dimension, ManifestType? Element)
{
    public static ManifestType From(SqlType type) => new(type.Kind, type.Precision, type.Scale, type.Dimension, type.Element is null ? null : From(type.Element));

    public SqlType ToType() => new(Kind, Precision, Scale, Element?.ToType(), Dimension);
}

/// <param name="Identity">Of an identity column.</param>
internal sealed record ManifestColumn(string Name, ManifestType Type, bool Nullable, string? Default, ManifestIdentity? Identity = null)
{
    public static ManifestColumn From(ColumnDefinitionEntry column) => new(
        column.Name, ManifestType.From(column.Type), column.Nullable, column.Default, column.Identity is { } identity ? new(identity.Always, identity.Start, identity.Increment) : null);

    public ColumnDefinitionEntry ToEntry() => new(Name, Type.ToType(), Nullable, Default) { Identity = Identity is { } identity ? new(identity.Always, identity.Start, identity.Increment) : null };
}

internal sealed record ManifestIdentity(bool Always, long Start, long Increment);

internal sealed record ManifestConstraint(string Name, ConstraintKind Kind, int[] Columns, string? Check);

/// <summary>Bounds are the value's bytes as Arrow holds them.</summary>
internal sealed record ManifestStatistics(byte[]? Min, byte[]? Max, long Nulls, long? Distinct);

internal sealed record ManifestBlock(int Rows, ManifestStatistics?[] Columns);

internal sealed record ManifestSegment(long Id, long Length, string Sha256, ManifestBlock[] Blocks, long DeleteFile, long DeletedRows);

/// <param name="NextIdentity">The next value of the identity column, where there is one.</param>
internal sealed record ManifestTable(
    long Id,
    long Version,
    string Schema,
    string Name,
    ManifestColumn[] Columns,
    ManifestConstraint[] Constraints,
    Dictionary<string, string> Properties,
    ManifestSegment[] Segments,
    long? NextIdentity = null)
{
    public static ManifestTable From(TableState table)
    {
        TableDefinition definition = table.Entry.Definition;
        return new(
            table.Entry.Id,
            table.Entry.Version,
            definition.Schema,
            definition.Name,
            [.. definition.Columns.Select(ManifestColumn.From)],
            [.. definition.Constraints.Select(c => new ManifestConstraint(c.Name, c.Kind, [.. c.Columns], c.Check))],
            // In the order of the names, which a dictionary keeps as long as nothing is removed.
            new(definition.Properties.OrderBy(p => p.Key, StringComparer.Ordinal)),
            [.. table.Segments.Select(From)],
            definition.IdentityColumn < 0 ? null : table.Entry.NextIdentity);
    }

    static ManifestSegment From(SegmentState segment)
    {
        SegmentFile file = ((FileSegment)segment.Segment).File;
        return new(file.Id, file.Length, file.Sha256, [.. segment.Segment.Blocks.Select(From)], segment.DeleteFile, segment.DeletedRows);
    }

    public TableState ToState(Func<SegmentFile, BlockHeader[], IArrowType[], float[]?, Segment> open, Func<long, BlockHeader[], ImmutableArray<byte[]?>> readDeletes)
    {
        var definition = new TableDefinition(
            Schema,
            Name,
            Columns.Select(c => c.ToEntry()).ToValueList(),
            Constraints.Select(c => new ConstraintEntry(c.Name, c.Kind, c.Columns.ToValueList(), c.Check)).ToValueList())
        {
            Properties = Sorted(Properties),
        };
        IArrowType[] types = definition.ArrowTypes();
        float[]? axis = VectorAxis.Of(definition);
        ImmutableArray<SegmentState> segments = [.. Segments.Select(s =>
        {
            BlockHeader[] blocks = [.. s.Blocks.Select(b => ToHeader(b, definition))];
            SegmentState whole = SegmentState.Whole(open(new SegmentFile(s.Id, s.Length, s.Sha256), blocks, types, axis));
            return s.DeleteFile == 0 ? whole : whole with { Deleted = readDeletes(s.DeleteFile, blocks), DeletedRows = s.DeletedRows, DeleteFile = s.DeleteFile };
        })];
        return TableState.Of(new TableEntry(Id, Version, definition, 0, Temporary: false) { NextIdentity = NextIdentity ?? 0 }, segments);
    }

    static ImmutableSortedDictionary<string, string> Sorted(Dictionary<string, string> properties)
    {
        ImmutableSortedDictionary<string, string> sorted = ImmutableSortedDictionary<string, string>.Empty;
        foreach ((string name, string value) in properties)
        {
            sorted = sorted.Add(name, value);
        }

        return sorted;
    }

    static ManifestBlock From(BlockHeader block) => new(
        block.RowCount,
        [.. block.Statistics.Select(s => s is null ? null : new ManifestStatistics(s.Minimum?.Bytes.ToArray(), s.Maximum?.Bytes.ToArray(), s.NullCount, s.DistinctCount))]);

    static BlockHeader ToHeader(ManifestBlock block, TableDefinition definition) => new(
        block.Rows,
        block.Columns.Select((s, i) => s is null ? null : new ColumnStatistics(Value(definition.Columns[i].Type, s.Min), Value(definition.Columns[i].Type, s.Max), s.Nulls, s.Distinct)).ToValueList());

    static ScalarValue? Value(SqlType type, byte[]? bytes) => bytes is null ? null : ScalarValue.FromBytes(type, bytes);
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Serialization, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
