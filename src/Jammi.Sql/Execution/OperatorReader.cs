using System.Diagnostics;

namespace Jammi.Sql.Execution;

/// <summary>Pulls an operator's iterator: checks for cancellation at every batch, skips empty ones, and counts when someone asked for metrics.</summary>
internal sealed class OperatorReader(IEnumerable<ColumnBatch> run, ExecutionContext context, OperatorMetrics? metrics) : BatchReader
{
    IEnumerator<ColumnBatch>? rows = run.GetEnumerator();

    public override ColumnBatch? Next()
    {
        if (metrics is null)
        {
            return Advance();
        }

        long start = Stopwatch.GetTimestamp();
        ColumnBatch? batch = Advance();
        metrics.Count(batch, Stopwatch.GetElapsedTime(start));
        return batch;
    }

    public override void Dispose()
    {
        rows?.Dispose();
        rows = null;
        base.Dispose();
    }

    ColumnBatch? Advance()
    {
        while (rows is not null)
        {
            context.ThrowIfCancelled();
            if (!rows.MoveNext())
            {
                Dispose();
                return null;
            }

            if (rows.Current.Count > 0)
            {
                return rows.Current;
            }
        }

        return null;
    }
}
