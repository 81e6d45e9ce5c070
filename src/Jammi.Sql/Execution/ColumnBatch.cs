using Apache.Arrow;

namespace Jammi.Sql.Execution;

/// <summary>
/// A set of rows: Arrow columns of one length. Batches are dense: a filter gathers the rows that pass, so every kernel runs over whole columns.
/// Arrays are immutable and may be kept; those of a stored table live as long as the snapshot they were read from.
/// </summary>
internal sealed class ColumnBatch(IArrowArray[] columns, int count)
{
    /// <summary>The usual number of rows of a batch.</summary>
    public const int DefaultRows = 2048;

    public IArrowArray[] Columns { get; } = columns;

    public int Count { get; } = count;
}
