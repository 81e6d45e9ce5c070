using System.Collections.Immutable;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage;

/// <summary>
/// The writer's state in the making: every change gives a new immutable state whose new rows are in memory; Commit writes them to segments
/// and publishes the next manifest.
/// </summary>
internal sealed class WriteTransaction : IWriteTransaction
{
    /// <summary>From this many small segments at a table's end on, a commit that adds rows merges them.</summary>
    const int MergeSegments = 16;

    /// <summary>The id of rows that are not committed; files and committed memory have positive ones.</summary>
    const long UncommittedSegment = 0;

    const int SmallSegmentRows = SegmentWriter.BlockRows / 4;

    readonly Database database;
    readonly DatabaseState start;
    readonly Snapshot startHold;
    DatabaseState state;
    DatabaseCatalog catalog;
    Snapshot? current;
    bool ended;

    public WriteTransaction(Database database, DatabaseState start, DatabaseCatalog catalog)
    {
        this.database = database;
        this.start = start;
        this.catalog = catalog;
        state = start;
        startHold = new Snapshot(start, catalog, released: null);
    }

    public ISnapshot Current => current ??= new Snapshot(state, catalog, released: null);

    public TableEntry CreateTable(TableDefinition definition, bool temporary)
    {
        RequireSchema(definition.Schema);
        RequireFree(definition.Schema, definition.Name);
        var duplicate = definition.Columns.GroupBy(c => c.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        if (duplicate is not null)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"Table {definition.Name} would have two columns named {duplicate.Key}; give one another name.");
        }

        var entry = DatabaseState.Summarize(new TableEntry(state.NextTableId, start.Version + 1, definition, 0, temporary), []);
        Define(state.With(new TableState(entry, [])) with { NextTableId = state.NextTableId + 1 });
        return entry;
    }

    public TableEntry AlterTable(TableEntry table, TableDefinition definition)
    {
        TableState old = state.Table(table);
        bool renamed = DatabaseCatalog.Key(table.Schema, table.Name) != DatabaseCatalog.Key(definition.Schema, definition.Name);
        if (renamed)
        {
            RequireSchema(definition.Schema);
            RequireFree(definition.Schema, definition.Name);
        }

        TableEntry entry = old.Entry with { Definition = definition, Version = start.Version + 1 };
        Define((state with { Tables = state.Tables.Remove(DatabaseCatalog.Key(table.Schema, table.Name)) }).With(old with { Entry = entry }));
        return entry;
    }

    public void DropTable(TableEntry table)
    {
        state.Table(table);
        string key = DatabaseCatalog.Key(table.Schema, table.Name);
        Define(state with
        {
            Tables = state.Tables.Remove(key),
            Indexes = state.Indexes.RemoveRange(state.Indexes.Where(i => DatabaseCatalog.Key(i.Value.Schema, i.Value.Table) == key).Select(i => i.Key)),
        });
    }

    public void CreateView(ViewEntry view)
    {
        RequireSchema(view.Schema);
        RequireFree(view.Schema, view.Name);
        Define(state with { Views = state.Views.Add(DatabaseCatalog.Key(view.Schema, view.Name), view) });
    }

    public void DropView(ViewEntry view) => Define(state with { Views = state.Views.Remove(DatabaseCatalog.Key(view.Schema, view.Name)) });

    public void CreateIndex(IndexEntry index)
    {
        string key = DatabaseCatalog.Key(index.Schema, index.Name);
        if (state.Indexes.ContainsKey(key))
        {
            throw new SqlException(SqlErrorCode.DuplicateTable, $"Index {index.Name} exists already.");
        }

        Define(state with { Indexes = state.Indexes.Add(key, index) });
    }

    public void DropIndex(IndexEntry index) => Define(state with { Indexes = state.Indexes.Remove(DatabaseCatalog.Key(index.Schema, index.Name)) });

    public void CreateSchema(string name)
    {
        if (state.Schemas.Contains(name.ToLowerInvariant()))
        {
            throw new SqlException(SqlErrorCode.DuplicateTable, $"Schema {name} exists already.");
        }

        Define(state with { Schemas = state.Schemas.Add(name.ToLowerInvariant()) });
    }

    public void DropSchema(string name)
    {
        string prefix = name.ToLowerInvariant() + ".";
        if (state.Tables.Keys.Concat(state.Views.Keys).FirstOrDefault(k => k.StartsWith(prefix, StringComparison.Ordinal)) is { } inside)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"Schema {name} is not empty: it has {inside}. Drop what is in it first.");
        }

        Define(state with { Schemas = state.Schemas.Remove(name.ToLowerInvariant()) });
    }

    public void Append(TableEntry table, ColumnBatch batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        TableState old = state.Table(table);
        SegmentState added = SegmentState.Whole(new MemorySegment(UncommittedSegment, SegmentWriter.Headers(old.Entry.Definition, [batch]), [batch]));
        Change(WithSegments(old, old.Segments.Add(added)));
    }

    public long Delete(TableEntry table, ReadOnlySpan<long> rowIds)
    {
        TableState old = state.Table(table);
        long[] sorted = rowIds.ToArray();
        System.Array.Sort(sorted);
        ImmutableArray<SegmentState>.Builder segments = old.Segments.ToBuilder();
        long deleted = 0;
        long first = 0;
        int next = 0;
        for (int s = 0; s < segments.Count; s++)
        {
            Segment segment = segments[s].Segment;
            byte[]?[]? bitmaps = null;
            long deletedHere = 0;
            for (int b = 0; b < segment.Blocks.Count; b++)
            {
                int rows = segment.Blocks[b].RowCount;
                bool copied = false;
                for (; next < sorted.Length && sorted[next] < first + rows; next++)
                {
                    int row = (int)(sorted[next] - first);
                    if (row < 0)
                    {
                        continue;
                    }

                    bitmaps ??= [.. segments[s].Deleted];
                    if (!copied)
                    {
                        bitmaps[b] = (byte[]?)bitmaps[b]?.Clone() ?? new byte[ColumnFactory.BitmapBytes(rows)];
                        copied = true;
                    }

                    if (!Validity.Get(bitmaps[b], row))
                    {
                        Validity.Set(bitmaps[b], row);
                        deletedHere++;
                    }
                }

                first += rows;
            }

            if (deletedHere > 0)
            {
                segments[s] = segments[s] with { Deleted = [.. bitmaps!], DeletedRows = segments[s].DeletedRows + deletedHere, DeleteFile = 0 };
                deleted += deletedHere;
            }
        }

        if (deleted > 0)
        {
            Change(WithSegments(old, segments.ToImmutable()));
        }

        return deleted;
    }

    public void Truncate(TableEntry table) => Change(WithSegments(state.Table(table), []));

    public object CreateSavepoint() => state;

    public void RollbackTo(object savepoint) => Change((DatabaseState)savepoint);

    public void Commit(CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        if (ReferenceEquals(state, start))
        {
            End(committed: null);
            return;
        }

        DatabaseState committed;
        try
        {
            committed = database.Files is { } files ? WriteToDisk(files, cancellation) : ConsolidateInMemory();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SqlException(SqlErrorCode.Io, $"The commit failed and changed nothing: {error.Message}", error);
        }

        End(committed);
    }

    public void Dispose()
    {
        if (!ended)
        {
            End(committed: null);
        }
    }

    void End(DatabaseState? committed)
    {
        ended = true;
        current?.Dispose();
        startHold.Dispose();
        database.EndWrite(committed);
    }

    void Define(DatabaseState changed) => Change(changed with { DefinitionVersion = start.DefinitionVersion + 1 });

    void Change(DatabaseState changed)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        state = changed;
        catalog = changed.ToCatalog();
        current?.Dispose();
        current = null;
    }

    void RequireSchema(string schema)
    {
        if (!state.Schemas.Contains(schema.ToLowerInvariant()) && !string.Equals(schema, SchemaNames.Temporary, StringComparison.OrdinalIgnoreCase))
        {
            throw new SqlException(SqlErrorCode.UndefinedTable, $"There is no schema {schema}; there are {string.Join(", ", state.Schemas)}. CREATE SCHEMA makes one.");
        }
    }

    void RequireFree(string schema, string name)
    {
        string key = DatabaseCatalog.Key(schema, name);
        if (state.Tables.ContainsKey(key) || state.Views.ContainsKey(key))
        {
            throw new SqlException(SqlErrorCode.DuplicateTable, $"A {(state.Tables.ContainsKey(key) ? "table" : "view")} named {name} exists already in schema {schema}.");
        }
    }

    DatabaseState WithSegments(TableState old, ImmutableArray<SegmentState> segments) =>
        state.With(new TableState(DatabaseState.Summarize(old.Entry with { Version = start.Version + 1 }, segments), segments));

    DatabaseState ConsolidateInMemory()
    {
        long nextFile = state.NextFileId;
        DatabaseState next = state with { Version = start.Version + 1 };
        foreach (TableState table in state.Tables.Values)
        {
            next = Consolidate(next, table, (blocks, headers, _) => new MemorySegment(nextFile++, headers, blocks), segment => segment);
        }

        return next with { NextFileId = nextFile };
    }

    DatabaseState WriteToDisk(DatabaseFiles files, CancellationToken cancellation)
    {
        long nextFile = state.NextFileId;
        bool wroteSegments = false;
        bool wroteDeletes = false;
        DatabaseState next = state with { Version = start.Version + 1 };
        foreach (TableState table in state.Tables.Values)
        {
            if (table.Entry.Temporary)
            {
                next = Consolidate(next, table, (blocks, headers, _) => new MemorySegment(nextFile++, headers, blocks), segment => segment);
                continue;
            }

            next = Consolidate(
                next,
                table,
                (blocks, headers, definition) =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    long id = nextFile++;
                    files.WriteSegment(id, stream => SegmentWriter.Write(stream, definition, blocks));
                    wroteSegments = true;
                    return database.OpenSegment(id, headers);
                },
                segment =>
                {
                    if (segment.DeletedRows == 0 || segment.DeleteFile != 0)
                    {
                        return segment;
                    }

                    long id = nextFile++;
                    files.WriteDeletes(id, DeleteVectorFile.Serialize(segment.Deleted));
                    wroteDeletes = true;
                    return segment with { DeleteFile = id };
                });
        }

        next = next with { NextFileId = nextFile };
        files.PublishManifest(Manifest.From(next, start.Version), wroteSegments, wroteDeletes);
        files.PruneManifests(next.Version);
        return next;
    }

    /// <summary>Turns a table's new rows, together with a tail of small segments when there are many, into segments of full blocks; segments without live rows go.</summary>
    static DatabaseState Consolidate(
        DatabaseState next,
        TableState table,
        Func<List<ColumnBatch>, BlockHeader[], TableDefinition, Segment> write,
        Func<SegmentState, SegmentState> settle)
    {
        ImmutableArray<SegmentState> all = table.Segments;
        int kept = all.Length;
        while (kept > 0 && all[kept - 1].Segment.Id == UncommittedSegment)
        {
            kept--;
        }

        if (kept == all.Length && all.All(s => s.DeletedRows == 0))
        {
            return next;
        }

        if (kept < all.Length)
        {
            int large = kept;
            while (large > 0 && all[large - 1].Segment.RowCount < SmallSegmentRows)
            {
                large--;
            }

            kept = kept - large >= MergeSegments ? large : kept;
        }

        TableDefinition definition = table.Entry.Definition;
        var segments = ImmutableArray.CreateBuilder<SegmentState>();
        for (int i = 0; i < kept; i++)
        {
            if (all[i].LiveRows > 0)
            {
                segments.Add(settle(all[i]));
            }
        }

        List<ColumnBatch> blocks = SegmentWriter.ToBlocks(all.Skip(kept).SelectMany(LiveBatches));
        foreach (List<ColumnBatch> segment in SegmentWriter.ToSegments(blocks))
        {
            segments.Add(SegmentState.Whole(write(segment, SegmentWriter.Headers(definition, segment), definition)));
        }

        ImmutableArray<SegmentState> done = segments.ToImmutable();
        return next.With(new TableState(DatabaseState.Summarize(table.Entry, done), done));
    }

    static IEnumerable<ColumnBatch> LiveBatches(SegmentState segment)
    {
        for (int b = 0; b < segment.Segment.Blocks.Count; b++)
        {
            ColumnBatch batch = segment.Segment.Read(b);
            if (segment.Deleted[b] is not { } deleted)
            {
                yield return batch;
                continue;
            }

            var live = new List<int>();
            for (int row = 0; row < batch.Count; row++)
            {
                if (!Validity.Get(deleted, row))
                {
                    live.Add(row);
                }
            }

            if (live.Count > 0)
            {
                yield return TakeKernels.Take(batch, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(live));
            }
        }
    }
}
