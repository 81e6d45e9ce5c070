using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Plans;

namespace Jammi.Sql;

/// <summary>A statement that is being run: its columns, and its rows pulled batch by batch.</summary>
internal sealed class StatementResult : IDisposable
{
    readonly BatchReader? reader;
    Action? release;

    public StatementResult(PlanSchema schema, BatchReader? reader, bool returnsRows, long rowsAffected, Action? release = null)
    {
        Schema = schema;
        this.reader = reader;
        ReturnsRows = returnsRows;
        RowsAffected = rowsAffected;
        this.release = release;
    }

    public PlanSchema Schema { get; }

    /// <summary>Whether there is a result set, possibly empty.</summary>
    public bool ReturnsRows { get; }

    /// <summary>Rows inserted, updated or deleted; -1 for statements that do none of these.</summary>
    public long RowsAffected { get; }

    /// <summary>The stored table of which every row is a row, at most once each; null where there is none (see <see cref="RowIdentity"/>).</summary>
    public TableEntry? RowsOf { get; init; }

    /// <summary>The next batch, or null at the end.</summary>
    public ColumnBatch? Next() => reader?.Next();

    public void Dispose()
    {
        reader?.Dispose();
        release?.Invoke();
        release = null;
    }
}
