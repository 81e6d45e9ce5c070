using System.Collections.Immutable;
using System.Globalization;
using Apache.Arrow;
using Jammi.Inference;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;

namespace Jammi.Data.Embedding;

/// <summary>
/// The tables of one job: the complete embeddings that searches see, the pending ones of a run that is not finished, and the errors of the last run.
/// Found by what they belong to, not by name.
/// </summary>
sealed class EmbeddingStore(EmbeddingJobSettings settings, IEmbeddingModel model)
{
    const string ErrorsProperty = "embedding_errors.of";

    /// <summary>The axis of a table that is made complete, as text; null for none.</summary>
    public string? Axis { get; set; }

    /// <summary>The axis that a table of the same model has; null when none has.</summary>
    public string? KnownAxis(DatabaseCatalog catalog) => EmbeddingTable.All(catalog).FirstOrDefault(t => t.Space == model.Fingerprint && t.Axis is not null)?.Axis;

    /// <summary>The newest complete table of exactly this source, column, key, model and precision.</summary>
    public EmbeddingTable? FindComplete(DatabaseCatalog catalog) => Find(catalog, complete: true);

    public EmbeddingTable? FindPending(DatabaseCatalog catalog) => Find(catalog, complete: false);

    /// <summary>Visits the live rows of an embedding table: key, content hash, row id.</summary>
    public void ForEachRow(ISnapshot snapshot, EmbeddingTable table, Action<object, Guid, long> visit)
    {
        int hashOrdinal = table.Table.OrdinalOf(EmbeddingTable.HashColumn);
        foreach (IRowBlock block in snapshot.OpenTable(table.Table).Blocks)
        {
            IArrowArray keys = block.Column(0);
            IArrowArray hashes = block.Column(hashOrdinal);
            for (int row = 0; row < block.RowCount; row++)
            {
                if (block.Deleted.IsEmpty || !Validity.Get(block.Deleted.Span, row))
                {
                    visit(RowKey.Read(settings.KeyType, keys, row)!, (Guid)ColumnFactory.ToObject(SqlType.Uuid, hashes, row)!, block.FirstRowId + row);
                }
            }
        }
    }

    /// <summary>Creates the table that collects a run's vectors.</summary>
    public EmbeddingTable CreatePending(IWriteTransaction transaction) => Create(transaction, complete: false, sourceVersion: -1);

    /// <summary>
    /// Makes the pending vectors the complete ones, in one transaction: rows whose content is no longer <paramref name="wanted"/> go, new ones come, and the
    /// pending table is dropped.
    /// </summary>
    /// <param name="wanted">Content hash by key of every row of the source that has an embedding now.</param>
    /// <param name="keepComplete">Whether complete rows of the wanted content stay; not when everything was embedded again.</param>
    public string Complete(IWriteTransaction transaction, Dictionary<object, Guid> wanted, long sourceVersion, bool keepComplete)
    {
        EmbeddingTable? complete = FindComplete(transaction.Current.Catalog);
        EmbeddingTable? pending = FindPending(transaction.Current.Catalog);
        var missing = new Dictionary<object, Guid>(wanted);
        bool changed = false;
        if (complete is not null)
        {
            var stale = new List<long>();
            ForEachRow(transaction.Current, complete, (key, hash, rowId) =>
            {
                if (!keepComplete || !missing.TryGetValue(key, out Guid current) || current != hash)
                {
                    stale.Add(rowId);
                }
                else
                {
                    missing.Remove(key);
                }
            });
            changed = stale.Count > 0;
            transaction.Delete(complete.Table, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(stale));
        }

        if (complete is null || changed || pending is not null || complete.SourceVersion != sourceVersion)
        {
            complete = complete is null ? Create(transaction, complete: true, sourceVersion) : Update(transaction, complete, sourceVersion);
        }

        if (pending is not null)
        {
            AppendMissing(transaction, pending, complete, missing);
            transaction.DropTable(pending.Table);
        }

        return complete.QualifiedName;
    }

    /// <summary>Replaces the errors of the last run.</summary>
    public void WriteErrors(IWriteTransaction transaction, string embeddingTable, IReadOnlyList<(object? Key, string Error)> errors)
    {
        string name = embeddingTable.Split('.')[^1] + "_errors";
        TableEntry? old = transaction.Current.Catalog.FindTable(SchemaNames.Embeddings, name);
        if (old is not null)
        {
            transaction.DropTable(old);
        }

        if (errors.Count == 0)
        {
            return;
        }

        var definition = new TableDefinition(
            SchemaNames.Embeddings,
            name,
            [new(settings.KeyColumn, SqlType.Text, Nullable: true, Default: null), new("error", SqlType.Text, Nullable: false, Default: null)],
            default)
        {
            Properties = ImmutableSortedDictionary<string, string>.Empty
                .Add(ErrorsProperty, embeddingTable)
                .Add("embedding_errors.source", settings.Source)
                .Add("embedding_errors.model", model.Name),
        };
        TableEntry table = transaction.CreateTable(definition, temporary: false);
        transaction.Append(table, new ColumnBatch(
            [
                ColumnFactory.FromObjects(SqlType.Text, [.. errors.Select(e => (object?)Convert.ToString(e.Key, CultureInfo.InvariantCulture))]),
                ColumnFactory.FromObjects(SqlType.Text, [.. errors.Select(e => (object?)e.Error)]),
            ],
            errors.Count));
    }

    /// <summary>The tables of errors in a catalog, with their source and model.</summary>
    public static IEnumerable<(TableEntry Table, string Source, string Model)> ErrorTables(DatabaseCatalog catalog) => catalog.Tables.Values
        .Where(t => t.Definition.Properties.ContainsKey(ErrorsProperty))
        .Select(t => (t, t.Definition.Properties["embedding_errors.source"], t.Definition.Properties["embedding_errors.model"]));

    static void AppendMissing(IWriteTransaction transaction, EmbeddingTable pending, EmbeddingTable complete, Dictionary<object, Guid> missing)
    {
        int hashOrdinal = pending.Table.OrdinalOf(EmbeddingTable.HashColumn);
        SqlType keyType = pending.Table.Definition.Columns[0].Type;
        foreach (IRowBlock block in transaction.Current.OpenTable(pending.Table).Blocks)
        {
            var rows = new List<int>();
            for (int row = 0; row < block.RowCount; row++)
            {
                object key = RowKey.Read(keyType, block.Column(0), row)!;
                if (missing.TryGetValue(key, out Guid hash) && hash == (Guid)ColumnFactory.ToObject(SqlType.Uuid, block.Column(hashOrdinal), row)!)
                {
                    rows.Add(row);
                    missing.Remove(key);
                }
            }

            var batch = new ColumnBatch([.. Enumerable.Range(0, pending.Table.Definition.Columns.Count).Select(block.Column)], block.RowCount);
            transaction.Append(complete.Table, TakeKernels.Take(batch, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows)));
        }
    }

    EmbeddingTable? Find(DatabaseCatalog catalog, bool complete) => EmbeddingTable.All(catalog).FirstOrDefault(t =>
        t.Complete == complete
        && t.Source == settings.Source
        && string.Equals(t.SourceColumn, settings.ContentColumn, StringComparison.OrdinalIgnoreCase)
        && string.Equals(t.KeyColumn, settings.KeyColumn, StringComparison.OrdinalIgnoreCase)
        && t.Kind == settings.KindName
        && t.Precision == settings.PrecisionName
        && t.Space == model.Fingerprint
        && t.Table.Definition.Columns[0].Type == settings.KeyType);

    EmbeddingTable Create(IWriteTransaction transaction, bool complete, long sourceVersion)
    {
        DatabaseCatalog catalog = transaction.Current.Catalog;
        var definition = new TableDefinition(
            SchemaNames.Embeddings,
            FreeName(catalog, complete),
            [
                new(settings.KeyColumn, settings.KeyType, Nullable: false, Default: null),
                new(EmbeddingTable.VectorColumn, settings.VectorType(model.Dimensions), Nullable: false, Default: null),
                new(EmbeddingTable.HashColumn, SqlType.Uuid, Nullable: false, Default: null),
            ],
            default);
        var described = new EmbeddingTable(
            new TableEntry(0, 0, definition, 0, Temporary: false),
            settings.Source,
            settings.ContentColumn,
            settings.KeyColumn,
            model.Name,
            model.Fingerprint,
            settings.KindName,
            settings.PrecisionName,
            complete,
            sourceVersion,
            NextSequence(catalog));
        described = described with { Axis = complete ? Axis : null };
        TableEntry table = transaction.CreateTable(definition with { Properties = described.ToProperties() }, temporary: false);
        return described with { Table = table };
    }

    EmbeddingTable Update(IWriteTransaction transaction, EmbeddingTable table, long sourceVersion)
    {
        EmbeddingTable updated = table with { SourceVersion = sourceVersion, Sequence = NextSequence(transaction.Current.Catalog), Model = model.Name };
        TableEntry entry = transaction.Current.Catalog.FindTable(table.Table.Schema, table.Table.Name)!;
        return updated with { Table = transaction.AlterTable(entry, entry.Definition with { Properties = updated.ToProperties() }) };
    }

    static long NextSequence(DatabaseCatalog catalog) => EmbeddingTable.All(catalog).Select(t => t.Sequence).DefaultIfEmpty(0).Max() + 1;

    string FreeName(DatabaseCatalog catalog, bool complete)
    {
        string source = settings.Source.StartsWith(SchemaNames.Main + ".", StringComparison.Ordinal) ? settings.Source[(SchemaNames.Main.Length + 1)..] : settings.Source;
        string text = $"{source}_{settings.ContentColumn}_{Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Name))}{(complete ? string.Empty : "_pending")}";
        string name = string.Concat(text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        string free = name;
        for (int i = 2; catalog.FindTable(SchemaNames.Embeddings, free) is not null; i++)
        {
            free = $"{name}_{i}";
        }

        return free;
    }
}
