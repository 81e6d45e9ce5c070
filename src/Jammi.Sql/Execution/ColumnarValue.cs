using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution;

/// <summary>The result of evaluating an expression over a batch: a column, or one value that stands for every row (an array of length one).</summary>
internal readonly struct ColumnarValue
{
    ColumnarValue(IArrowArray array, bool isConstant)
    {
        Array = array;
        IsConstant = isConstant;
    }

    public IArrowArray Array { get; }

    /// <summary>Whether <see cref="Array"/> has length one and stands for every row.</summary>
    public bool IsConstant { get; }

    public static ColumnarValue Column(IArrowArray array) => new(array, isConstant: false);

    public static ColumnarValue Constant(ScalarValue value) => new(value.Array, isConstant: true);

    public static ColumnarValue Constant(IArrowArray arrayOfOne) => new(arrayOfOne, isConstant: true);

    /// <summary>The index of a row's value in <see cref="Array"/>.</summary>
    public int IndexOf(int row) => IsConstant ? 0 : row;
}
