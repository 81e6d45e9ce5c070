using Apache.Arrow;
using Apache.Arrow.Ipc;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage.Segments;

/// <summary>Cuts rows into blocks and writes them as an Arrow IPC file.</summary>
internal static class SegmentWriter
{
    /// <summary>Rows of a full block.</summary>
    public const int BlockRows = 65_536;

    /// <summary>A block of large values ends early, far below what 32-bit offsets allow.</summary>
    const long BlockBytes = 256L << 20;

    /// <summary>Above this a further segment begins, so that every file can be mapped as one span.</summary>
    const long SegmentBytes = 1L << 30;

    /// <summary>Groups batches into blocks: full ones, then one for the rest.</summary>
    public static List<ColumnBatch> ToBlocks(IEnumerable<ColumnBatch> batches)
    {
        var blocks = new List<ColumnBatch>();
        var pending = new List<ColumnBatch>();
        int rows = 0;
        long bytes = 0;
        foreach (ColumnBatch whole in batches)
        {
            ColumnBatch rest = whole;
            while (rest.Count > 0)
            {
                int take = Math.Min(rest.Count, BlockRows - rows);
                pending.Add(TakeKernels.Slice(rest, 0, take));
                rows += take;
                bytes += (long)(SizeOf(rest) * ((double)take / rest.Count));
                rest = TakeKernels.Slice(rest, take, rest.Count - take);
                if (rows == BlockRows || bytes >= BlockBytes)
                {
                    Flush();
                }
            }
        }

        Flush();
        return blocks;

        void Flush()
        {
            if (rows > 0)
            {
                blocks.Add(TakeKernels.Concat(pending));
                pending.Clear();
                rows = 0;
                bytes = 0;
            }
        }
    }

    /// <summary>Whether so many rows of a table fit one segment, by the size of their vectors; other columns may take a quarter as much.</summary>
    public static bool FitsOneSegment(TableDefinition table, long rows) =>
        rows * table.Columns.Sum(c => c.Type.IsVector ? (long)c.Type.VectorBytes : 0) <= SegmentBytes / 5 * 4;

    /// <summary>Groups blocks into segments below the size of a file.</summary>
    public static IEnumerable<List<ColumnBatch>> ToSegments(List<ColumnBatch> blocks)
    {
        var segment = new List<ColumnBatch>();
        long bytes = 0;
        foreach (ColumnBatch block in blocks)
        {
            long size = SizeOf(block);
            if (segment.Count > 0 && bytes + size > SegmentBytes)
            {
                yield return segment;
                segment = [];
                bytes = 0;
            }

            segment.Add(block);
            bytes += size;
        }

        if (segment.Count > 0)
        {
            yield return segment;
        }
    }

    public static void Write(Stream stream, TableDefinition table, IReadOnlyList<ColumnBatch> blocks)
    {
        Field[] fields = [.. table.Columns.Select(c => new Field(c.Name, c.Type.ToArrow(), nullable: true))];
        var schema = new Schema(fields, metadata: null);
        using var writer = new ArrowFileWriter(stream, schema, leaveOpen: true);
        foreach (ColumnBatch block in blocks)
        {
            using var batch = new RecordBatch(schema, System.Array.ConvertAll(block.Columns, Compact), block.Count);
            writer.WriteRecordBatch(batch);
        }

        writer.WriteEnd();
    }

    public static BlockHeader[] Headers(TableDefinition table, IReadOnlyList<ColumnBatch> blocks) =>
        [.. blocks.Select(block => new BlockHeader(block.Count, table.Columns.Select((c, i) => StatisticsCollector.Collect(c.Type, block.Columns[i])).ToValueList()))];

    /// <summary>Arrays that start inside their buffers are copied: the writer would otherwise write the whole buffers.</summary>
    static IArrowArray Compact(IArrowArray array)
    {
        if (array.Data.Offset == 0)
        {
            return array;
        }

        int[] rows = new int[array.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
        }

        return TakeKernels.Take(array, rows);
    }

    /// <summary>Bytes of the rows' values, without validity.</summary>
    public static long SizeOf(ColumnBatch batch)
    {
        long bytes = 0;
        foreach (IArrowArray column in batch.Columns)
        {
            bytes += SizeOf(column.Data);
        }

        return bytes;
    }

    /// <summary>The same for one column.</summary>
    public static long SizeOf(IArrowArray column) => SizeOf(column.Data);

    static long SizeOf(ArrayData data)
    {
        if (data.DataType is Apache.Arrow.Types.StringType or Apache.Arrow.Types.BinaryType)
        {
            ReadOnlySpan<int> offsets = TakeKernels.OffsetsOf(data);
            return offsets[^1] - offsets[0] + ((long)data.Length * sizeof(int));
        }

        long bytes = data.DataType is Apache.Arrow.Types.FixedWidthType fixedWidth ? (long)data.Length * fixedWidth.BitWidth / 8 : 0;
        foreach (ArrayData child in data.Children ?? [])
        {
            bytes += SizeOf(child);
        }

        return bytes;
    }
}
