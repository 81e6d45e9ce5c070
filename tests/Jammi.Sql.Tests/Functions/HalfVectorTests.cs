using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Types;

namespace Jammi.Sql.Tests.Functions;

/// <summary>Halves as floats and texts and back: each of the 65,536, against the conversion of single numbers.</summary>
public sealed class HalfVectorTests
{
    static readonly Half[] All = [.. Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits))];

    static readonly Half[] Finite = [.. All.Where(Half.IsFinite)];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(33)]
    [InlineData(1024)]
    public void Widening_changes_no_number(int dimension)
    {
        int rows = All.Length / dimension;
        IArrowArray column = TakeKernels.Slice(Column(All[..(rows * dimension)], dimension), 1, rows - 1);
        IArrowArray wide = HalfVectors.Widen(column);
        for (int row = 0; row < rows - 1; row++)
        {
            Assert.Equal(All.Skip((row + 1) * dimension).Take(dimension).Select(h => (float)h), ColumnFactory.VectorAt(wide, row).ToArray());
        }
    }

    [Fact]
    public void Null_rows_stay_null()
    {
        IArrowArray column = ColumnFactory.FromObjects(SqlType.HalfVector(2), [null, new[] { Half.One, Half.Zero }, null]);
        IArrowArray wide = HalfVectors.Widen(TakeKernels.Slice(column, 1, 2));
        Assert.Equal([false, true], Enumerable.Range(0, 2).Select(wide.IsNull));
    }

    [Fact]
    public void Every_finite_half_is_the_same_after_a_text_and_after_a_float()
    {
        SqlType type = SqlType.HalfVector(8);
        IArrowArray column = Column(Finite, 8);
        foreach (SqlType through in (SqlType[])[SqlType.Text, SqlType.Blob, SqlType.Vector(8), SqlType.List(SqlType.Double)])
        {
            IArrowArray there = CastKernels.Cast(ColumnarValue.Column(column), type, through, tryCast: false, column.Length);
            IArrowArray back = CastKernels.Cast(ColumnarValue.Column(there), through, type, tryCast: false, column.Length);
            Assert.Equal(Finite, Enumerable.Range(0, back.Length).SelectMany(row => ColumnFactory.HalvesAt(back, row).ToArray()));
        }
    }

    [Fact]
    public void A_float_becomes_the_nearest_half_and_one_too_large_is_refused()
    {
        float[] numbers = [0.1f, 1e-8f, 65_519f, -2049f];
        IArrowArray column = ColumnFactory.FromObjects(SqlType.Vector(4), [numbers]);
        IArrowArray halves = CastKernels.Cast(ColumnarValue.Column(column), SqlType.Vector(4), SqlType.HalfVector(4), tryCast: false, 1);
        Assert.Equal(numbers.Select(x => (Half)x), ColumnFactory.HalvesAt(halves, 0).ToArray());
        IArrowArray large = ColumnFactory.FromObjects(SqlType.Vector(2), [new[] { 1f, -65_520f }]);
        SqlException error = Assert.Throws<SqlException>(() => CastKernels.Cast(ColumnarValue.Column(large), SqlType.Vector(2), SqlType.HalfVector(2), tryCast: false, 1));
        Assert.Equal("A vector for HALF[2] holds -65520: the largest number of a HALF is 65500.", error.Message);
        Assert.True(CastKernels.Cast(ColumnarValue.Column(large), SqlType.Vector(2), SqlType.HalfVector(2), tryCast: true, 1).IsNull(0));
    }

    static IArrowArray Column(Half[] numbers, int dimension) => ColumnFactory.FromNumbers(
        SqlType.HalfVector(dimension), numbers.Length / dimension, 0, ArrowBuffer.Empty, MemoryMarshal.AsBytes<Half>(numbers).ToArray());
}
