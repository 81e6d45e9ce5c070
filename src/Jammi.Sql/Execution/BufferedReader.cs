namespace Jammi.Sql.Execution;

/// <summary>Hands out batches that are there already.</summary>
internal sealed class BufferedReader(IReadOnlyList<ColumnBatch> batches) : BatchReader
{
    int next;

    public override ColumnBatch? Next()
    {
        while (next < batches.Count)
        {
            ColumnBatch batch = batches[next++];
            if (batch.Count > 0)
            {
                return batch;
            }
        }

        return null;
    }
}
