namespace Jammi.Sql.Execution;

/// <summary>A reader over an iterator; what the iterator holds in <c>using</c> is released with it. Empty batches are left out.</summary>
internal sealed class EnumeratedReader(IEnumerable<ColumnBatch> batches) : BatchReader
{
    readonly IEnumerator<ColumnBatch> rows = batches.GetEnumerator();

    public override ColumnBatch? Next()
    {
        while (rows.MoveNext())
        {
            if (rows.Current.Count > 0)
            {
                return rows.Current;
            }
        }

        return null;
    }

    public override void Dispose()
    {
        rows.Dispose();
        base.Dispose();
    }
}
