using Jammi.Sql.Functions;

namespace Jammi.Sql.Execution;

/// <summary>Rows that the caller has in memory, as a relation of a plan: what a provider's bulk insert reads from.</summary>
internal sealed class GivenRowsSource(IReadOnlyList<ColumnBatch> batches) : TableSource
{
    public override long? EstimatedRows => batches.Sum(batch => (long)batch.Count);

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context) =>
        new BufferedReader([.. batches.Select(batch => new ColumnBatch([.. projection.Select(i => batch.Columns[i])], batch.Count))]);
}
