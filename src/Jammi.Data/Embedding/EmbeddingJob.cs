using System.Collections.Concurrent;
using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Apache.Arrow;
using Jammi.Data.Functions;
using Jammi.Inference;
using Jammi.Sql;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Data.Embedding;

/// <summary>
/// Embeds the rows of a source whose key and content are not embedded yet: read, decode, run the model, write, each on threads of its own. Vectors are committed
/// to a pending table every few seconds, so that a run that was stopped is resumed by the next; searches see the previous complete state until the last commit.
/// </summary>
sealed class EmbeddingJob(EmbeddingJobSettings settings, IEmbeddingModel model, Session session, ExecutionContext context, OperatorMetrics? metrics = null)
{
    /// <summary>Texts are taken in stretches of this many calls' rows, so that the model finds texts of like length among them.</summary>
    const int CallsOfText = 8;

    static readonly TimeSpan CommitInterval = TimeSpan.FromSeconds(2);

    readonly EmbeddingStore store = new(settings, model);
    readonly Stopwatch clock = Stopwatch.StartNew();
    readonly Dictionary<object, Guid> wanted = [];
    readonly Dictionary<object, Guid> known = [];
    readonly List<(object? Key, string Error)> errors = [];
    long reused;
    long embedded;

    /// <param name="keys">The source's keys.</param>
    /// <param name="rows">The source's keys and contents.</param>
    public EmbeddingJobResult Run(BatchReader keys, BatchReader rows)
    {
        long total = CheckKeys(keys);
        ReadKnown();
        long sourceVersion = context.Snapshot.Catalog.Tables.TryGetValue(settings.Source, out var table) ? table.Version : -1;
        Report(total);
        EmbedMissing(rows, total);

        store.Axis = FindAxis(total);
        string embeddingTable;
        using (IWriteTransaction transaction = session.BeginOwnWrite(settings.Function, context.Cancellation))
        {
            embeddingTable = store.Complete(transaction, wanted, sourceVersion, keepComplete: !settings.Refresh);
            store.WriteErrors(transaction, embeddingTable, errors);
            transaction.Commit(context.Progress, context.Cancellation);
        }

        Report(total);
        return new(embeddingTable, total, embedded, reused, errors.Count, clock.Elapsed);
    }

    /// <summary>Texts that images are searched by have a direction in common that their codes had better leave out.</summary>
    string? FindAxis(long rows)
    {
        if (settings.Kind != EmbeddingKind.Image || !model.HasText || rows < TextDirection.LeastRows)
        {
            return null;
        }

        using ISnapshot snapshot = session.OpenSnapshot();
        return store.FindComplete(snapshot.Catalog) is { } complete ? complete.Axis
            : store.KnownAxis(snapshot.Catalog) ?? TextDirection.Of(model, context.Cancellation);
    }

    /// <summary>Every row must have a key of its own; found out before any model work.</summary>
    long CheckKeys(BatchReader keys)
    {
        var seen = new HashSet<object>();
        long row = 0;
        while (keys.Next() is { } batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                row++;
                object key = RowKey.Read(settings.KeyType, batch.Columns[0], i)
                    ?? throw new SqlException(SqlErrorCode.NotNullViolation, $"Row {row} of {settings.SourceName} has no key: {settings.KeyColumn} is NULL. Every row needs a key of its own.");
                if (!seen.Add(key))
                {
                    throw new SqlException(SqlErrorCode.UniqueViolation, $"The key {settings.KeyColumn} = {key} occurs more than once in {settings.SourceName}. Every row needs a key of its own.");
                }
            }
        }

        return row;
    }

    /// <summary>What is embedded already: by the last complete run, or by one that was stopped.</summary>
    void ReadKnown()
    {
        using ISnapshot snapshot = session.OpenSnapshot();
        foreach (EmbeddingTable? table in new[] { settings.Refresh ? null : store.FindComplete(snapshot.Catalog), store.FindPending(snapshot.Catalog) })
        {
            if (table is not null)
            {
                store.ForEachRow(snapshot, table, (key, hash, _) => known[key] = hash);
            }
        }
    }

    void EmbedMissing(BatchReader rows, long total)
    {
        long missing = Math.Max(0, total - known.Count);
        bool isImage = settings.Kind == EmbeddingKind.Image;
        BatchPlan plan = isImage ? model.PlanImages(missing, context.Cancellation) : model.PlanTexts(missing, context.Cancellation);
        int batchRows = settings.BatchSize ?? (isImage ? plan.Rows : plan.Rows * CallsOfText);
        var unwritten = new List<ColumnBatch>();
        try
        {
            using var pipeline = new StagedPipeline(context.Cancellation);
            BlockingCollection<PreparedBatch> batches = pipeline.Produce("reading", plan.Calls, Read(rows, batchRows, pipeline.Stop));
            if (isImage)
            {
                batches = pipeline.Transform("decoding", batches, Environment.ProcessorCount, plan.Calls, batch => batch.Decode(model, pipeline.Stop));
            }

            batches = pipeline.Transform("model", batches, plan.Calls, 2 * plan.Calls, batch => batch.Embed(settings.Kind, model, pipeline.Stop));
            var writing = new PipelineStage("writing", 1);
            long lastCommit = Stopwatch.GetTimestamp();
            foreach (PreparedBatch batch in pipeline.Results(batches))
            {
                metrics.CountModel(model, batch.Rows.Count, isImage ? batchRows : null);
                writing.Time(() => Collect(batch, unwritten));
                Report(total);
                if (Stopwatch.GetElapsedTime(lastCommit) >= CommitInterval)
                {
                    writing.Time(() => Write(unwritten, context.Cancellation));
                    lastCommit = Stopwatch.GetTimestamp();
                }
            }

            writing.Time(() => Write(unwritten, context.Cancellation));
            Count(pipeline, writing);
        }
        catch (OperationCanceledException)
        {
            // Whoever stops a run keeps what it did: the next one goes on from there.
            Write(unwritten, CancellationToken.None);
            throw;
        }
    }

    /// <summary>The source's rows in batches for the model, with those that need none.</summary>
    IEnumerable<PreparedBatch> Read(BatchReader rows, int batchRows, CancellationToken stop)
    {
        var pending = new PreparedBatch();
        while (rows.Next() is { } batch)
        {
            for (int row = 0; row < batch.Count; row++)
            {
                stop.ThrowIfCancellationRequested();
                object key = RowKey.Read(settings.KeyType, batch.Columns[0], row)!;
                ReadOnlyMemory<byte> content;
                try
                {
                    content = ReadContent(batch.Columns[1], row);
                }
                catch (InferenceException error)
                {
                    pending.Errors.Add((key, error.Message));
                    continue;
                }

                var hash = new Guid(SHA256.HashData(content.Span).AsSpan(0, 16));
                if (known.TryGetValue(key, out Guid before) && before == hash)
                {
                    pending.Reused.Add((key, hash));
                }
                else
                {
                    pending.Rows.Add((key, hash, content));
                }

                if (pending.Rows.Count == batchRows)
                {
                    yield return pending;
                    pending = new PreparedBatch();
                }
            }
        }

        yield return pending;
    }

    /// <summary>What EXPLAIN ANALYZE shows: how busy each stage was. The one near 100 % is the one that limits.</summary>
    void Count(StagedPipeline pipeline, PipelineStage writing)
    {
        foreach (PipelineStage stage in pipeline.Stages.Append(writing))
        {
            metrics?.Add($"% busy {stage.Name}", (long)(100 * stage.Utilization(pipeline.Elapsed)));
        }
    }

    ReadOnlyMemory<byte> ReadContent(IArrowArray column, int row) =>
        column is NullArray || column.IsNull(row) ? throw new InferenceException(InferenceError.InvalidInput, $"{settings.ContentColumn} is NULL.")
        : settings.Kind == EmbeddingKind.Image ? ImageContent.Read(column, row)
        : ((BinaryArray)column).GetBytes(row).ToArray();

    /// <summary>Keeps a batch's vectors for the next commit, and counts its rows.</summary>
    bool Collect(PreparedBatch batch, List<ColumnBatch> unwritten)
    {
        foreach ((object key, Guid hash) in batch.Reused)
        {
            wanted[key] = hash;
            reused++;
        }

        errors.AddRange(batch.Errors.Select(e => ((object?)e.Key, e.Error)));
        if (batch.Rows.Count == 0)
        {
            return false;
        }

        foreach ((object key, Guid hash, _) in batch.Rows)
        {
            wanted[key] = hash;
        }

        embedded += batch.Rows.Count;
        unwritten.Add(new ColumnBatch(
            [
                ColumnFactory.FromObjects(settings.KeyType, [.. batch.Rows.Select(r => settings.KeyType.Kind == SqlTypeKind.Blob ? Convert.FromHexString((string)r.Key) : r.Key)]),
                ColumnFactory.FromNumbers(settings.VectorType(model.Dimensions), batch.Rows.Count, 0, ArrowBuffer.Empty, Stored(batch.Vectors)),
                ColumnFactory.FromObjects(SqlType.Uuid, [.. batch.Rows.Select(r => (object?)r.Hash)]),
            ],
            batch.Rows.Count));
        return true;
    }

    /// <summary>The numbers as the table keeps them.</summary>
    byte[] Stored(float[] vectors)
    {
        if (settings.Precision != VectorPrecision.Fp16)
        {
            return MemoryMarshal.AsBytes<float>(vectors).ToArray();
        }

        byte[] halves = ColumnFactory.Allocate(vectors.Length * settings.VectorType(1).VectorBytes);
        TensorPrimitives.ConvertToHalf(vectors, MemoryMarshal.Cast<byte, Half>(halves.AsSpan()));
        return halves;
    }

    bool Write(List<ColumnBatch> vectors, CancellationToken cancellation)
    {
        if (vectors.Count == 0)
        {
            return false;
        }

        using IWriteTransaction transaction = session.BeginOwnWrite(settings.Function, cancellation);
        EmbeddingTable pending = store.FindPending(transaction.Current.Catalog) ?? store.CreatePending(transaction);
        foreach (ColumnBatch batch in vectors)
        {
            transaction.Append(pending.Table, batch);
        }

        transaction.Commit(context.Progress, cancellation);
        vectors.Clear();
        return true;
    }

    void Report(long total)
    {
        long done = reused + embedded + errors.Count;
        context.Progress?.Report(new OperationProgress(settings.Function, settings.SourceName, done, total, done / Math.Max(clock.Elapsed.TotalSeconds, 1e-3)));
    }
}
