using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Parallel;

/// <summary>
/// Partitions of rows that went to files, worked on side by side. What they give comes in their order. One that finds no memory because others hold it is done again when it has the
/// memory to itself, and those after it then one by one.
/// </summary>
/// <param name="schema">Of what they give.</param>
/// <param name="work">What a partition gives, with the context to work in; may be asked for the same partition again.</param>
/// <param name="context">The run.</param>
/// <param name="metrics">Of the operator.</param>
internal sealed class PartitionWork(PlanSchema schema, Func<int, ExecutionContext, IEnumerable<ColumnBatch>> work, ExecutionContext context, OperatorMetrics? metrics)
{
    public IEnumerable<ColumnBatch> Run(int count, int threads)
    {
        int done = 0;
        if (threads > 1)
        {
            var kept = new KeptRows?[count];
            try
            {
                using var pieces = new OrderedWork<bool>(count, threads, (i, token) => Keep(i, kept, token), context.Cancellation, ahead: 2 * threads);
                foreach (bool fits in pieces.InOrder())
                {
                    if (!fits)
                    {
                        break;
                    }

                    foreach (ColumnBatch batch in kept[done]!.Read())
                    {
                        yield return batch;
                    }

                    kept[done++]!.Dispose();
                }
            }
            finally
            {
                System.Array.ForEach(kept, k => k?.Dispose());
            }
        }

        for (; done < count; done++)
        {
            foreach (ColumnBatch batch in work(done, context))
            {
                yield return batch;
            }
        }
    }

    bool Keep(int partition, KeptRows?[] kept, CancellationToken token)
    {
        ExecutionContext own = context.OnOneThread(token);
        var rows = new KeptRows(schema, own, metrics);
        kept[partition] = rows;
        try
        {
            foreach (ColumnBatch batch in work(partition, own))
            {
                token.ThrowIfCancellationRequested();
                if (batch.Count > 0)
                {
                    rows.Add(batch);
                }
            }

            return true;
        }
        catch (SqlException error) when (error.Code == SqlErrorCode.OutOfMemory)
        {
            return false;
        }
    }
}
