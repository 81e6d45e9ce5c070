using System.Collections.Concurrent;

namespace Jammi.Sql.Execution;

/// <summary>
/// What a run of a plan remembers of table functions on the right side of LATERAL that do better when they are called for many rows at once: the results for some rows around the
/// one that was asked for last.
/// </summary>
internal sealed class LateralCalls
{
    /// <summary>So many rows of a batch are called for together.</summary>
    const int Rows = 64;

    ConcurrentDictionary<object, Chunk>? latest;

    /// <summary>The result of a call for an outer row.</summary>
    /// <param name="caller">Whose results they are.</param>
    /// <param name="call">Gives the results for these rows, in order.</param>
    public IReadOnlyList<ColumnBatch> Of(object caller, OuterRow row, Func<IReadOnlyList<OuterRow>, IReadOnlyList<ColumnBatch>[]> call)
    {
        int first = row.Row / Rows * Rows;
        ConcurrentDictionary<object, Chunk> own = LazyInitializer.EnsureInitialized(ref latest, static () => new(ReferenceEqualityComparer.Instance));
        if (!own.TryGetValue(caller, out Chunk? chunk) || !ReferenceEquals(chunk.Batch, row.Batch) || chunk.First != first)
        {
            OuterRow[] rows = [.. Enumerable.Range(first, Math.Min(Rows, row.Batch.Count - first)).Select(r => new OuterRow(row.Batch, r))];
            chunk = new(row.Batch, first, call(rows));
            own[caller] = chunk;
        }

        return chunk.Results[row.Row - first];
    }

    sealed record Chunk(ColumnBatch Batch, int First, IReadOnlyList<ColumnBatch>[] Results);
}
