using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Kernels;

namespace Jammi.Sql.Execution.Copying;

/// <summary>Gathers batches into few great ones, for formats that write a header for each.</summary>
internal sealed class BatchCollector(Action<ColumnBatch> write)
{
    const int MostRows = 1 << 16;
    const long MostBytes = 64L << 20;

    readonly List<ColumnBatch> batches = [];
    int rows;
    long bytes;

    public void Add(ColumnBatch batch)
    {
        batches.Add(batch);
        rows += batch.Count;
        foreach (IArrowArray column in batch.Columns)
        {
            bytes += SizeOf(column);
        }

        if (rows >= MostRows || bytes >= MostBytes)
        {
            Flush();
        }
    }

    public void Flush()
    {
        if (batches.Count > 0)
        {
            write(batches.Count == 1 ? batches[0] : TakeKernels.Concat(batches));
            batches.Clear();
            (rows, bytes) = (0, 0);
        }
    }

    /// <summary>Bytes of the values, near enough.</summary>
    static long SizeOf(IArrowArray column) => column.Data.DataType switch
    {
        StringType or BinaryType => Columns.Offsets(column) is var offsets ? offsets[^1] - offsets[0] : 0,
        FixedSizeListType list => (long)column.Length * list.ListSize * (list.ValueDataType is HalfFloatType ? 2 : sizeof(float)),
        ListType => column.Data.Length == 0 ? 0 : SizeOf(((ListArray)column).Values),
        FixedWidthType fixedWidth => (long)column.Length * fixedWidth.BitWidth / 8,
        _ => 0,
    };
}
