using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Memory;

/// <summary>
/// Rows shared out among temporary files by the hash of their keys: rows of equal keys are in the same one. Pieces of an input may be written side by side, each by a writer of its own.
/// </summary>
internal sealed class SpillPartitions : IDisposable
{
    const int BitsPerLevel = 4;

    /// <summary>Beyond, rows that share a partition probably share their key.</summary>
    public const int MostLevels = 6;

    readonly SpillFile[] files;
    readonly int shift;
    Writer? single;

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

    /// <summary>To be read when all has been written.</summary>
    public SpillFile this[int partition]
    {
        get
        {
            lock (files)
            {
                single?.Flush();
                single = null;
                return files[partition];
            }
        }
    }

    /// <summary>For one piece of an input.</summary>
    public Writer Open(int piece) => new(this, piece);

    /// <summary>Adds rows of an input that one thread reads.</summary>
    public void Add(ColumnBatch batch, ReadOnlySpan<IArrowArray> keys) => (single ??= Open(0)).Add(batch, keys);

    public void Dispose()
    {
        foreach (SpillFile? file in files)
        {
            file?.Dispose();
        }
    }

    /// <summary>Collects rows until each file gets a batch that is worth writing; flushed at the end.</summary>
    public sealed class Writer(SpillPartitions partitions, int piece)
    {
        /// <summary>Usual batches that are shared out together: a file gets about one.</summary>
        const int BufferedRows = ColumnBatch.DefaultRows << BitsPerLevel;

        const long BufferedBytes = 4 << 20;

        readonly List<ColumnBatch> batches = [];
        ulong[] hashes = new ulong[BufferedRows];
        int rows;
        long bytes;

        public void Add(ColumnBatch batch, ReadOnlySpan<IArrowArray> keys)
        {
            if (batch.Count == 0)
            {
                return;
            }

            if (hashes.Length < rows + batch.Count)
            {
                System.Array.Resize(ref hashes, Math.Max(rows + batch.Count, hashes.Length * 2));
            }

            HashKernels.Hash(keys, hashes.AsSpan(rows, batch.Count));
            batches.Add(batch);
            rows += batch.Count;
            bytes += Storage.Segments.SegmentWriter.SizeOf(batch);
            if (rows >= BufferedRows || bytes >= BufferedBytes)
            {
                Flush();
            }
        }

        public void Flush()
        {
            if (rows == 0)
            {
                return;
            }

            // A counting sort by partition, stable.
            int count = partitions.files.Length;
            var ends = new int[count];
            for (int row = 0; row < rows; row++)
            {
                ends[PartitionOf(row)]++;
            }

            for (int p = 1; p < count; p++)
            {
                ends[p] += ends[p - 1];
            }

            var order = new int[rows];
            for (int row = rows - 1; row >= 0; row--)
            {
                order[--ends[PartitionOf(row)]] = row;
            }

            // The ends have become starts.
            ColumnBatch all = TakeKernels.Concat(batches);
            for (int p = 0; p < count; p++)
            {
                int end = p + 1 < count ? ends[p + 1] : rows;
                if (end > ends[p])
                {
                    partitions.files[p].Append(TakeKernels.Take(all, order.AsSpan(ends[p], end - ends[p])), piece);
                }
            }

            batches.Clear();
            rows = 0;
            bytes = 0;
        }

        int PartitionOf(int row) => (int)(hashes[row] >> partitions.shift) & (partitions.files.Length - 1);
    }
}
