using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Tests.Execution;

/// <summary>Comparisons of whole columns say what comparing cell by cell says.</summary>
public sealed class CompareKernelTests
{
    [Fact]
    public void Columns_compare_as_their_cells()
    {
        foreach (SqlType type in (SqlType[])[SqlType.Double, SqlType.Real, SqlType.BigInt, SqlType.Integer, SqlType.SmallInt, SqlType.TinyInt, SqlType.Decimal(38, 2)])
        {
            Check(type);
        }
    }

    static void Check(SqlType type)
    {
        CellComparer cells = CellComparer.For(type);
        var random = new Random(1);
        foreach (int count in (int[])[1, 7, 8, 63, 64, 65, 200])
        {
            IArrowArray left = Column(type, count + 3, random);
            IArrowArray right = Column(type, count, random);
            foreach (ComparisonOperator op in Enum.GetValues<ComparisonOperator>().Where(o => o < ComparisonOperator.NotDistinct))
            {
                foreach ((ColumnarValue a, ColumnarValue b) in (IEnumerable<(ColumnarValue, ColumnarValue)>)
                    [(ColumnarValue.Column(TakeKernels.Slice(left, 3, count)), ColumnarValue.Column(right)),
                     (ColumnarValue.Column(right), ColumnarValue.Constant(TakeKernels.Slice(left, 2, 1))),
                     (ColumnarValue.Constant(TakeKernels.Slice(left, 1, 1)), ColumnarValue.Column(right))])
                {
                    IArrowArray result = CompareKernels.Compare(op, type, a, b, count);
                    for (int i = 0; i < count; i++)
                    {
                        bool expected = CompareKernels.Holds(op, cells.Compare(a.Array, a.IndexOf(i), b.Array, b.IndexOf(i)));
                        Assert.True(expected == BooleanColumn.IsTrue(result, i), $"{op} of {type}, row {i} of {count}");
                    }
                }
            }
        }
    }

    /// <summary>Few values, so that many are equal; of floats also NaN, the infinities and a negative zero.</summary>
    static IArrowArray Column(SqlType type, int count, Random random) => ColumnFactory.FromObjects(type, [.. Enumerable.Range(0, count).Select(_ => Value(type, random.Next(8)))]);

    static object Value(SqlType type, int choice)
    {
        double number = choice switch { 0 => double.NaN, 1 => double.NegativeInfinity, 2 => double.PositiveInfinity, 3 => -0.0, _ => choice - 5 };
        return type.Kind switch
        {
            SqlTypeKind.Double => (object)number,
            SqlTypeKind.Real => (float)number,
            SqlTypeKind.BigInt => (long)choice,
            SqlTypeKind.Integer => choice - 4,
            SqlTypeKind.SmallInt => (short)(choice - 4),

            // Some columns have values of more than 64 bits, and some only such as fit.
            SqlTypeKind.Decimal => choice == 7 ? (Int128)long.MaxValue * 4 : (Int128)(choice - 4),
            _ => (sbyte)(choice - 4),
        };
    }
}
