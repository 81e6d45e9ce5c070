using System.Diagnostics;
using Jammi.Sql.Execution;

namespace Jammi.Sql.Storage.Writing;

/// <summary>Tells how far the making of codes or cells of a table's vectors is, in rows, on the thread that asked for them.</summary>
internal sealed class RowProgress(string table, IProgress<OperationProgress> listener)
{
    readonly Stopwatch clock = new();
    string operation = string.Empty;
    long total;

    /// <summary>Null where nobody listens.</summary>
    public static RowProgress? Of(string table, IProgress<OperationProgress>? listener) => listener is null ? null : new(table, listener);

    /// <param name="operation">What is begun, for example <c>search codes</c>.</param>
    /// <param name="rows">On how many rows.</param>
    public void Begin(string operation, long rows)
    {
        this.operation = operation;
        total = rows;
        clock.Restart();
        Report(0);
    }

    /// <param name="done">Of the rows.</param>
    public void Report(long done) => listener.Report(new(operation, table, done, total, done / Math.Max(clock.Elapsed.TotalSeconds, 1e-3)));
}
