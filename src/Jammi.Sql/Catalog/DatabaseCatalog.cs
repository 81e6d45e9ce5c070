using System.Collections.Immutable;
using System.Globalization;
using Apache.Arrow.Types;
using Jammi.Sql.Plans;
using Jammi.Sql.TextIndexes.Analysis;
using Jammi.Sql.Types;

namespace Jammi.Sql.Catalog;

/// <summary>The schemas' names that Jammi itself gives meaning.</summary>
internal static class SchemaNames
{
    public const string Main = "main";
    public const string Embeddings = "embeddings";
    public const string System = "jammi";
    public const string Information = "information_schema";
    /// <summary>What a connection calls the schema of its own temporary tables and views.</summary>
    public const string Temporary = "temp";

    /// <summary>What the schema of a connection's temporary objects is called among those of all connections; a number follows.</summary>
    const string TemporaryPrefix = "temp#";

    /// <summary>Those that every database has.</summary>
    public static ValueList<string> Standard { get; } = [Embeddings, Main];

    public static string TemporaryOf(long session) => TemporaryPrefix + session.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether a schema belongs to some connection.</summary>
    public static bool IsTemporary(string schema) => schema.StartsWith(TemporaryPrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>The schema as its connection calls it.</summary>
    public static string Shown(string schema) => IsTemporary(schema) ? Temporary : schema;
}

/// <summary>A column of a stored table.</summary>
/// <param name="Default">SQL text of the DEFAULT expression, or null.</param>
internal sealed record ColumnDefinitionEntry(string Name, SqlType Type, bool Nullable, string? Default)
{
    /// <summary>How the column numbers its rows by itself, or null.</summary>
    public IdentityEntry? Identity { get; init; }
}

/// <summary>What makes a column an identity column. Which value comes next is the table's: <see cref="TableEntry.NextIdentity"/>.</summary>
/// <param name="Always">Whether a statement may give the value only by OVERRIDING SYSTEM VALUE.</param>
internal sealed record IdentityEntry(bool Always, long Start, long Increment)
{
    /// <summary>The values that a column of this type can hold.</summary>
    public static (long Smallest, long Largest) Range(SqlType type) => type.Kind switch
    {
        SqlTypeKind.SmallInt => (short.MinValue, short.MaxValue),
        SqlTypeKind.Integer => (int.MinValue, int.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };

    public string Generation => Always ? "ALWAYS" : "BY DEFAULT";

    public override string ToString() => $"GENERATED {Generation} AS IDENTITY" + (Start == 1 && Increment == 1 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" (START WITH {Start} INCREMENT BY {Increment})"));
}

/// <summary>PRIMARY KEY, UNIQUE (column ordinals) or CHECK (SQL text).</summary>
internal sealed record ConstraintEntry(string Name, ConstraintKind Kind, ValueList<int> Columns, string? Check);

internal enum ConstraintKind
{
    PrimaryKey,
    Unique,
    Check,
}

/// <summary>What a table is made of, before it has rows. Properties carry facts of other assemblies (an embedding table's source, model ...), kept with the table in the manifest.</summary>
internal sealed record TableDefinition(string Schema, string Name, ValueList<ColumnDefinitionEntry> Columns, ValueList<ConstraintEntry> Constraints)
{
    public ImmutableSortedDictionary<string, string> Properties { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The ordinal of the identity column, or -1; a table has one at most.</summary>
    public int IdentityColumn
    {
        get
        {
            for (int i = 0; i < Columns.Count; i++)
            {
                if (Columns[i].Identity is not null)
                {
                    return i;
                }
            }

            return -1;
        }
    }

    /// <summary>The columns' types as Arrow stores them.</summary>
    public IArrowType[] ArrowTypes() => [.. Columns.Select(c => c.Type.ToArrow())];
}

/// <summary>A stored table as one snapshot sees it.</summary>
/// <param name="Id">Never reused within a database.</param>
/// <param name="Version">Number of the commit that last changed the table (rows or definition).</param>
internal sealed record TableEntry(long Id, long Version, TableDefinition Definition, long RowCount, bool Temporary)
{
    public string Name => Definition.Name;

    public string Schema => Definition.Schema;

    /// <summary>Per column, where known: smallest and largest value, NULLs, an estimate of distinct values.</summary>
    public ValueList<ColumnStatistics?> Statistics { get; init; }

    /// <summary>The value that the identity column gives next; without meaning where there is none.</summary>
    public long NextIdentity { get; init; }

    /// <summary>Rows of the largest segment that is in a file: vectors of large ones are parted into cells.</summary>
    public long LargestStoredSegment { get; init; }

    public OutputColumn Column(int ordinal)
    {
        ColumnDefinitionEntry column = Definition.Columns[ordinal];
        return new(column.Name, column.Type, column.Nullable, new ColumnOrigin(SchemaNames.Shown(Schema), Name, column.Name) { IsIdentity = column.Identity is not null });
    }

    /// <summary>The ordinal of a column by name, ignoring case, or -1.</summary>
    public int OrdinalOf(string column)
    {
        for (int i = 0; i < Definition.Columns.Count; i++)
        {
            if (string.Equals(Definition.Columns[i].Name, column, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>Minimum and maximum are null when there is no non-null value or the type has no order.</summary>
internal sealed record ColumnStatistics(ScalarValue? Minimum, ScalarValue? Maximum, long NullCount, long? DistinctCount);

/// <summary>A view: the text of its query, and the names of its columns where given.</summary>
internal sealed record ViewEntry(string Schema, string Name, string Query, ValueList<string> Columns, bool Temporary);

/// <summary>An index as declared; the engine's own structures decide what is really kept.</summary>
internal sealed record IndexEntry(string Schema, string Name, string Table, bool Unique, ValueList<string> Columns)
{
    /// <summary>How texts are analysed; null for an index that is no full-text index.</summary>
    public TextAnalysis? Text { get; init; }

    public const string UniqueKind = "UNIQUE";

    /// <summary>What kind of index it is, as CREATE says it.</summary>
    public string Kind => Text is not null ? "FULLTEXT" : Unique ? UniqueKind : "PLAIN";
}

/// <summary>An immutable view of everything that is defined at one commit. Names compare ignoring case.</summary>
internal sealed class DatabaseCatalog
{
    /// <summary>Raised by every change of a definition: what a cached plan depends on.</summary>
    public required long DefinitionVersion { get; init; }

    public ValueList<string> Schemas { get; init; } = SchemaNames.Standard;

    /// <summary>By "schema.name" in lower case.</summary>
    public required ImmutableDictionary<string, TableEntry> Tables { get; init; }

    public required ImmutableDictionary<string, ViewEntry> Views { get; init; }

    public required ImmutableDictionary<string, IndexEntry> Indexes { get; init; }

    /// <summary>The schema of the temporary objects of the connection that looks; null where it has none. Those of other connections are not seen.</summary>
    public string? TemporarySchema { get; init; }

    public IEnumerable<TableEntry> VisibleTables => Tables.Values.Where(t => IsVisible(t.Schema));

    public IEnumerable<ViewEntry> VisibleViews => Views.Values.Where(v => IsVisible(v.Schema));

    public IEnumerable<IndexEntry> VisibleIndexes => Indexes.Values.Where(i => IsVisible(i.Schema));

    /// <summary>The same as a connection with temporary objects sees it.</summary>
    public DatabaseCatalog For(string temporarySchema) =>
        new() { DefinitionVersion = DefinitionVersion, Schemas = Schemas, Tables = Tables, Views = Views, Indexes = Indexes, TemporarySchema = temporarySchema };

    public static string Key(string schema, string name) => (schema + "." + name).ToLowerInvariant();

    /// <summary>A table by schema (null: temp, then main) and name.</summary>
    public TableEntry? FindTable(string? schema, string name) => Find(Tables, schema, name);

    public ViewEntry? FindView(string? schema, string name) => Find(Views, schema, name);

    public IndexEntry? FindIndex(string? schema, string name) => Find(Indexes, schema, name);

    public IEnumerable<IndexEntry> IndexesOf(TableEntry table) => Indexes.IsEmpty ? [] : Indexes.Values.Where(i =>
        string.Equals(i.Schema, table.Schema, StringComparison.OrdinalIgnoreCase) && string.Equals(i.Table, table.Name, StringComparison.OrdinalIgnoreCase));

    bool IsVisible(string schema) => !SchemaNames.IsTemporary(schema) || schema == TemporarySchema;

    T? Find<T>(ImmutableDictionary<string, T> entries, string? schema, string name)
        where T : class
    {
        bool isTemporary = string.Equals(schema, SchemaNames.Temporary, StringComparison.OrdinalIgnoreCase);
        if (schema is not null && !isTemporary)
        {
            return entries.GetValueOrDefault(Key(schema, name));
        }

        T? own = TemporarySchema is null ? null : entries.GetValueOrDefault(Key(TemporarySchema, name));
        return own ?? (isTemporary ? null : entries.GetValueOrDefault(Key(SchemaNames.Main, name)));
    }
}
