using Apache.Arrow;
using System.Runtime.InteropServices;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Lists;

/// <summary>Builds a list column out of items that exist already: rows name them by their places, and the items are gathered once at the end.</summary>
internal sealed class ListRows
{
    readonly byte[] offsetBytes;
    readonly int count;
    readonly List<int> picks = [];
    int row;

    public ListRows(int count)
    {
        this.count = count;
        offsetBytes = Columns.Allocate(count + 1, out Span<int> offsets);
        offsets[0] = 0;
    }

    /// <summary>Appends an item to the open row; a negative place is a NULL.</summary>
    public void Add(int item) => picks.Add(item);

    public void AddRange(int start, int length)
    {
        for (int i = 0; i < length; i++)
        {
            picks.Add(start + i);
        }
    }

    public void AddRange(ReadOnlySpan<int> items) => picks.AddRange(items);

    public void EndRow() => MemoryMarshal.Cast<byte, int>(offsetBytes.AsSpan())[++row] = picks.Count;

    /// <summary>The finished column, with its items taken from <paramref name="items"/>.</summary>
    public IArrowArray Build(SqlType type, NullMask nulls, IArrowArray items) => ColumnFactory.FromBuffers(
        type,
        count,
        nulls.NullCount,
        nulls.ToBuffer(),
        [new ArrowBuffer(offsetBytes)],
        TakeKernels.Take(items, CollectionsMarshal.AsSpan(picks)));
}
