using System.Data;
using Apache.Arrow;
using Jammi.Sql.Execution;

namespace Jammi.Data;

public sealed partial class JammiDataReader
{
    /// <summary>The current result's columns as an Arrow schema.</summary>
    /// <exception cref="InvalidOperationException">The reader is closed.</exception>
    public Schema GetArrowSchema()
    {
        RequireOpen();
        return new Schema([.. schema.Columns.Select(c => new Field(c.Name, c.Type.ToArrow(), c.Nullable))], metadata: null);
    }

    /// <summary>
    /// The next rows of the current result, a few thousand at most, as columns; null after the last. Rows that <see cref="Read"/> has passed are not among them.
    /// Nothing is copied: the batch holds the engine's own buffers, which are never written again.
    /// </summary>
    /// <exception cref="InvalidOperationException">The reader is closed.</exception>
    /// <exception cref="JammiException">The statement failed.</exception>
    public RecordBatch? ReadRecordBatch()
    {
        RequireOpen();
        if (!Read())
        {
            return null;
        }

        ColumnBatch current = batch!;
        int count = behavior.HasFlag(CommandBehavior.SingleRow) ? 1 : current.Count - row;
        IArrowArray[] columns = [.. current.Columns.Select(column => count == column.Length ? column : ArrowArrayFactory.Slice(column, row, count))];
        row = current.Count - 1;
        return new RecordBatch(GetArrowSchema(), columns, count);
    }
}
