using System.Collections.Immutable;
using Jammi.Sql.Catalog;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage;

/// <summary>Everything that one commit (or a transaction so far) consists of. Immutable.</summary>
internal sealed record DatabaseState
{
    public static DatabaseState Empty { get; } = new();

    /// <summary>Number of the commit; 0 for a new database.</summary>
    public long Version { get; init; }

    public long DefinitionVersion { get; init; }

    public long NextTableId { get; init; } = 1;

    /// <summary>The next number for a segment or delete-vector file.</summary>
    public long NextFileId { get; init; } = 1;

    /// <summary>In the order of their names.</summary>
    public ValueList<string> Schemas { get; init; } = SchemaNames.Standard;

    /// <summary>By <see cref="DatabaseCatalog.Key"/>, as views and indexes are.</summary>
    public ImmutableDictionary<string, TableState> Tables { get; init; } = ImmutableDictionary<string, TableState>.Empty;

    public ImmutableDictionary<string, ViewEntry> Views { get; init; } = ImmutableDictionary<string, ViewEntry>.Empty;

    public ImmutableDictionary<string, IndexEntry> Indexes { get; init; } = ImmutableDictionary<string, IndexEntry>.Empty;

    public IEnumerable<Segment> Segments => Tables.Values.SelectMany(t => t.Segments).Select(s => s.Segment);

    public IEnumerable<long> DeleteFiles => Tables.Values.SelectMany(t => t.Segments).Select(s => s.DeleteFile).Where(id => id != 0);

    public DatabaseState With(TableState table) => this with { Tables = Tables.SetItem(DatabaseCatalog.Key(table.Entry.Schema, table.Entry.Name), table) };

    /// <exception cref="SqlException">UndefinedTable: it is not in this state.</exception>
    public TableState Table(TableEntry entry) => Tables.TryGetValue(DatabaseCatalog.Key(entry.Schema, entry.Name), out TableState? state) && state.Entry.Id == entry.Id
        ? state
        : throw new SqlException(SqlErrorCode.UndefinedTable, $"Table {SchemaNames.Shown(entry.Schema)}.{entry.Name} is not there any more; it was dropped, renamed or replaced since the statement was prepared.");

    /// <summary>The state without the temporary objects of connections that are closed.</summary>
    public DatabaseState Without(IReadOnlySet<string> temporarySchemas) => this with
    {
        Tables = Tables.RemoveRange(Tables.Where(t => temporarySchemas.Contains(t.Value.Entry.Schema)).Select(t => t.Key)),
        Views = Views.RemoveRange(Views.Where(v => temporarySchemas.Contains(v.Value.Schema)).Select(v => v.Key)),
        Indexes = Indexes.RemoveRange(Indexes.Where(i => temporarySchemas.Contains(i.Value.Schema)).Select(i => i.Key)),
    };

    /// <summary>Whether nothing that a manifest holds differs from <paramref name="other"/>.</summary>
    public bool IsSameOnDisk(DatabaseState other) =>
        Schemas.Equals(other.Schemas)
        && Same(Tables, other.Tables, t => t.Entry.Temporary)
        && Same(Views, other.Views, v => v.Temporary)
        && Same(Indexes, other.Indexes, i => SchemaNames.IsTemporary(i.Schema));

    public DatabaseCatalog ToCatalog() => new()
    {
        DefinitionVersion = DefinitionVersion,
        Schemas = Schemas,
        Tables = Entries(),
        Views = Views,
        Indexes = Indexes,
    };

    ImmutableDictionary<string, TableEntry> Entries()
    {
        ImmutableDictionary<string, TableEntry>.Builder entries = ImmutableDictionary.CreateBuilder<string, TableEntry>();
        foreach ((string name, TableState table) in Tables)
        {
            entries[name] = table.Entry;
        }

        return entries.ToImmutable();
    }

    static bool Same<T>(ImmutableDictionary<string, T> mine, ImmutableDictionary<string, T> theirs, Func<T, bool> isTemporary)
        where T : class =>
        ReferenceEquals(mine, theirs)
        || (mine.Count(e => !isTemporary(e.Value)) == theirs.Count(e => !isTemporary(e.Value))
            && mine.All(e => isTemporary(e.Value) || ReferenceEquals(theirs.GetValueOrDefault(e.Key), e.Value)));
}
