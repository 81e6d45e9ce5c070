using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Memory;

/// <summary>Rows shared out among temporary files by the hash of their keys: rows of equal keys are in the same one.</summary>
internal sealed class SpillPartitions : IDisposable
{
    const int BitsPerLevel = 4;

    /// <summary>Beyond, rows that share a partition probably share their key.</summary>
    public const int MostLevels = 6;

    readonly SpillFile[] files;
    readonly int shift;
    ulong[] hashes = [];
    int[] rows = [];

    /// <param name="schema">Of the rows.</param>
    /// <param name="level">How often the rows have been shared out before: every time other bits of the hash decide.</param>
    /// <param name="context">The run.</param>
    /// <param name="metrics">Of the operator.</param>
    public SpillPartitions(PlanSchema schema, int level, ExecutionContext context, OperatorMetrics? metrics)
    {
        shift = 64 - (BitsPerLevel * (level + 1));
        files = new SpillFile[1 << BitsPerLevel];
        for (int i = 0; i < files.Length; i++)
        {
            files[i] = new SpillFile(schema, context.Memory, metrics);
        }
    }

    public int Count => files.Length;

    public SpillFile this[int partition] => files[partition];

    public void Add(ColumnBatch batch, ReadOnlySpan<IArrowArray> keys)
    {
        if (hashes.Length < batch.Count)
        {
            hashes = new ulong[batch.Count];
            rows = new int[batch.Count];
        }

        HashKernels.Hash(keys, hashes.AsSpan(0, batch.Count));
        for (int partition = 0; partition < files.Length; partition++)
        {
            int found = 0;
            for (int row = 0; row < batch.Count; row++)
            {
                rows[found] = row;
                found += ((int)(hashes[row] >> shift) & (files.Length - 1)) == partition ? 1 : 0;
            }

            files[partition].Write(batch, rows.AsSpan(0, found));
        }
    }

    public void Dispose()
    {
        foreach (SpillFile? file in files)
        {
            file?.Dispose();
        }
    }
}
