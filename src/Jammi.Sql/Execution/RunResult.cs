namespace Jammi.Sql.Execution;

/// <summary>What a run leaves behind besides its rows.</summary>
internal sealed class RunResult
{
    /// <summary>Rows inserted, updated or deleted; null when the statement writes no rows.</summary>
    public long? RowsAffected { get; private set; }

    public void AddRowsAffected(long rows) => RowsAffected = (RowsAffected ?? 0) + rows;
}
