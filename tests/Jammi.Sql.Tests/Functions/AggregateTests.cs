using Jammi.Sql.Types;
using static Jammi.Sql.Tests.Functions.FunctionHarness;

namespace Jammi.Sql.Tests.Functions;

public class AggregateTests
{
    static readonly int[] Groups = [0, 1, 0, 1, 2];

    [Fact]
    public void Count_skips_nulls_and_is_never_null()
    {
        Assert.Equal([2L, 1L, 0L], Aggregate("count", Groups, Column(SqlType.Integer, 1, null, 2, 3, null)));
        Assert.Equal([1L, 0L, 0L], Aggregate("count_if", Groups, Column(SqlType.Boolean, true, null, false, false, null)));
        Assert.Equal(0L, AggregateAll("count", Column(SqlType.Text)));
    }

    [Fact]
    public void Sums_widen_and_are_null_without_values()
    {
        Assert.Equal([3L, 3L, null], Aggregate("sum", Groups, Column(SqlType.Integer, 1, null, 2, 3, null)));
        Assert.Equal([3m, 3m, null], Aggregate("sum", Groups, Column(SqlType.BigInt, 1L, null, 2L, 3L, null)));
        Assert.Equal([3.5m, 3m, null], Aggregate("sum", Groups, Column(SqlType.Decimal(5, 1), 1.5m, null, 2m, 3m, null)));
        Assert.Equal([3.5, 3.0, null], Aggregate("sum", Groups, Column(SqlType.Double, 1.5, null, 2.0, 3.0, null)));
        Assert.Equal(4294967294L, AggregateAll("sum", Column(SqlType.Integer, int.MaxValue, int.MaxValue)));
        Assert.Equal(new SqlInterval(1, 2, 0), AggregateAll("sum", Column(SqlType.Interval, new SqlInterval(1, 0, 0), new SqlInterval(0, 2, 0))));
    }

    [Fact]
    public void A_sum_beyond_38_digits_is_an_error()
    {
        Int128 nines = DecimalValue.PowerOfTen(38) - 1;
        SqlException error = Throws(() => AggregateAll("sum", Column(SqlType.Decimal(38, 0), nines, (Int128)1)));
        Assert.Equal(SqlErrorCode.NumericOutOfRange, error.Code);
        Assert.Contains("overflows DECIMAL(38,0)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Averages_are_doubles()
    {
        Assert.Equal([1.5, 3.0, null], Aggregate("avg", Groups, Column(SqlType.Integer, 1, null, 2, 3, null)));
        Assert.Equal(1.25, AggregateAll("avg", Column(SqlType.Decimal(5, 2), 1.00m, 1.50m)));
        Assert.Equal((double)long.MaxValue, AggregateAll("avg", Column(SqlType.BigInt, long.MaxValue, long.MaxValue)));
    }

    [Fact]
    public void Extremes_of_every_ordered_type()
    {
        Assert.Equal([1, 3, null], Aggregate("min", Groups, Column(SqlType.Integer, 1, null, 2, 3, null)));
        Assert.Equal([2, 3, null], Aggregate("max", Groups, Column(SqlType.Integer, 1, null, 2, 3, null)));
        Assert.Equal(["a", "c", null], Aggregate("min", Groups, Column(SqlType.Text, "b", "c", "a", "d", null)));
        Assert.Equal(["b", "d", null], Aggregate("max", Groups, Column(SqlType.Text, "b", "c", "a", "d", null)));
        Assert.Equal(true, AggregateAll("max", Column(SqlType.Boolean, false, true)));
        Assert.Equal(new DateOnly(2020, 1, 1), AggregateAll("min", Column(SqlType.Date, new DateOnly(2021, 1, 1), new DateOnly(2020, 1, 1))));
        Assert.Equal(double.NaN, AggregateAll("max", Column(SqlType.Double, 1.0, double.NaN, 2.0)));
        Assert.Equal(1.0, AggregateAll("min", Column(SqlType.Double, double.NaN, 1.0, 2.0)));
        Assert.Equal(new SqlInterval(0, 40, 0), AggregateAll("max", Column(SqlType.Interval, new SqlInterval(1, 0, 0), new SqlInterval(0, 40, 0))));
    }
}
