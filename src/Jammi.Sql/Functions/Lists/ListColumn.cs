using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Kernels;

namespace Jammi.Sql.Functions.Lists;

/// <summary>A list argument: the items of its rows end to end, and where each row's begin. A constant stands for every row.</summary>
internal readonly ref struct ListColumn
{
    readonly ReadOnlySpan<int> offsets;
    readonly int mask;

    public ListColumn(ColumnarValue value)
    {
        offsets = Columns.Offsets(value.Array);
        mask = value.IsConstant ? 0 : -1;

        // A slice of a column shares all of that column's items: only those of these rows are looked at.
        Items = TakeKernels.Slice(((ListArray)value.Array).Values, offsets[0], offsets[^1] - offsets[0]);
    }

    public IArrowArray Items { get; }

    /// <summary>The place in <see cref="Items"/> of a row's first item.</summary>
    public int Start(int row) => offsets[row & mask] - offsets[0];

    public int Count(int row) => offsets[(row & mask) + 1] - offsets[row & mask];
}
