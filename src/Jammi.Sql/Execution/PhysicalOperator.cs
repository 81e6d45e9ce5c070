using Jammi.Sql.Execution.Operators;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution;

/// <summary>
/// A node of the physical plan: how rows are made. Immutable, so that a cached plan may run any number of times at once; all state of a run
/// lives in the iterator that <see cref="Run"/> returns.
/// </summary>
internal abstract class PhysicalOperator(PlanSchema schema, params PhysicalOperator[] children)
{
    public PlanSchema Schema { get; } = schema;

    public IReadOnlyList<PhysicalOperator> Children { get; } = children;

    /// <summary>The operator that this one is a part of, where one node of the logical plan is done by several: what it spills and holds counts there.</summary>
    public PhysicalOperator? Owner { get; init; }

    /// <summary>Starts a run: nothing is read before the first <see cref="BatchReader.Next"/>.</summary>
    public BatchReader Open(ExecutionContext context)
    {
        OperatorMetrics? metrics = context.Metrics?.For(this);
        return new OperatorReader(Run(metrics is null ? context : context.With(metrics)), context, Owner is null ? metrics : null);
    }

    /// <summary>What a run's one column of row ids would hold, found without making rows; null when the operator cannot.</summary>
    public virtual RowBitmap? ReadRowIds(ExecutionContext context) => null;

    /// <summary>
    /// The scans whose rows this operator lets pass or computes on row by row, those of the first scan first, so that parts of them may be read side by side; none when the
    /// operator must see its rows in one go, or calls functions that must not run on several threads.
    /// </summary>
    public virtual IReadOnlyList<TableScanOperator> Streams => [];

    /// <summary>
    /// The column of a scan that a column of this operator is, if all of the scan's rows of a value may be dropped when the operator's rows of that value are not wanted,
    /// without a change to the others.
    /// </summary>
    public virtual (TableScanOperator Scan, int Column)? Origin(int column) => null;

    /// <summary>Makes what all parts of the stream use, here and below; false when there is not the memory for it.</summary>
    public virtual bool Share(SharedBuilds shared, ExecutionContext context) => true;

    /// <summary>
    /// One run. Yields batches of the schema's columns (empty ones are skipped by the reader); inputs are opened inside, by <c>using</c>, so that
    /// abandoning the iterator releases them.
    /// </summary>
    protected abstract IEnumerable<ColumnBatch> Run(ExecutionContext context);
}
