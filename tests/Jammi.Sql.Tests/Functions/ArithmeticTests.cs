using CsCheck;
using Jammi.Sql.Types;
using static Jammi.Sql.Tests.Functions.FunctionHarness;

namespace Jammi.Sql.Tests.Functions;

public class ArithmeticTests
{
    [Theory]
    [InlineData("+", 1, 2, 3)]
    [InlineData("-", 1, 2, -1)]
    [InlineData("*", 6, 7, 42)]
    [InlineData("/", 7, 2, 3)]
    [InlineData("/", -7, 2, -3)]
    [InlineData("%", -7, 3, -1)]
    public void Integers_stay_integers(string op, int left, int right, int expected) => Assert.Equal(expected, Call(op, left, right));

    [Theory]
    [InlineData("/")]
    [InlineData("%")]
    public void Division_by_zero_is_null_for_every_numeric_type(string op)
    {
        Assert.Null(Call(op, 1, 0));
        Assert.Null(Call(op, 1L, 0L));
        Assert.Null(Call(op, 1.5, 0.0));
        Assert.Null(Call(op, 1.5f, 0f));
        Assert.Null(Call(op, 1.5m, 0.0m));
        Assert.Null(Call(op, (byte)1, (byte)0));
    }

    [Theory]
    [InlineData("+", int.MaxValue, 1, "2147483647 + 1 overflows INTEGER")]
    [InlineData("-", int.MinValue, 1, "-2147483648 - 1 overflows INTEGER")]
    [InlineData("*", 65536, 65536, "65536 * 65536 overflows INTEGER")]
    [InlineData("/", int.MinValue, -1, "-2147483648 / -1 overflows INTEGER")]
    public void Integer_overflow_names_the_operation(string op, int left, int right, string message)
    {
        SqlException error = Throws(() => Call(op, left, right));
        Assert.Equal(SqlErrorCode.NumericOutOfRange, error.Code);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_is_null_cannot_overflow()
    {
        object?[] rows = Run("+", Column(SqlType.BigInt, long.MaxValue, 1L), Column(SqlType.BigInt, null, 1L));
        Assert.Equal([null, 2L], rows);
    }

    [Fact]
    public void Bigint_operations_agree_with_128_bit_arithmetic() => Gen.Select(Gen.Long, Gen.Long).Sample((a, b) =>
    {
        Check("+", (Int128)a + b, a, b);
        Check("-", (Int128)a - b, a, b);
        Check("*", (Int128)a * b, a, b);
    });

    [Fact]
    public void Unsigned_operations_agree_with_128_bit_arithmetic() => Gen.Select(Gen.ULong, Gen.ULong).Sample((a, b) =>
    {
        CheckUnsigned("+", (Int128)a + b, a, b);
        CheckUnsigned("-", (Int128)a - b, a, b);
        CheckUnsigned("*", (Int128)((UInt128)a * b >> 1), a, b, (UInt128)a * b);
    });

    [Fact]
    public void Small_types_overflow_at_their_own_bounds() => Gen.Select(Gen.SByte, Gen.SByte).Sample((a, b) =>
    {
        int product = a * b;
        if (product is >= sbyte.MinValue and <= sbyte.MaxValue)
        {
            Assert.Equal((sbyte)product, Call("*", a, b));
        }
        else
        {
            Throws(() => Call("*", a, b));
        }
    });

    [Fact]
    public void Decimals_agree_with_system_decimal() => Gen.Select(Gen.Int[-1_000_000, 1_000_000], Gen.Int[0, 6], Gen.Int[-1_000_000, 1_000_000], Gen.Int[0, 6]).Sample((l, ls, r, rs) =>
    {
        decimal left = new decimal(Math.Abs(l), 0, 0, l < 0, (byte)ls);
        decimal right = new decimal(Math.Abs(r), 0, 0, r < 0, (byte)rs);
        Assert.Equal(left + right, Call("+", left, right));
        Assert.Equal(left - right, Call("-", left, right));
        Assert.Equal(left * right, Call("*", left, right));
        Assert.Equal(right == 0 ? null : left % right, Call("%", left, right));
    });

    [Fact]
    public void Wide_decimals_are_exact_and_overflow_is_an_error()
    {
        SqlType wide = SqlType.Decimal(38, 0);
        Int128 nines = DecimalValue.PowerOfTen(38) - 1;
        SqlException error = Throws(() => Run("+", Constant(wide, nines), Constant(wide, (Int128)1)));
        Assert.Contains("overflows DECIMAL(38,0)", error.Message, StringComparison.Ordinal);
        Assert.Contains("overflows", Throws(() => Run("*", Constant(wide, nines), Constant(wide, nines))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decimal_results_have_the_scale_of_their_rule()
    {
        SqlType a = SqlType.Decimal(10, 2);
        SqlType b = SqlType.Decimal(5, 4);
        Assert.Equal(SqlType.Decimal(13, 4), TypeOf("+", a, b));
        Assert.Equal(SqlType.Decimal(15, 6), TypeOf("*", a, b));
        Assert.Equal(SqlType.Double, TypeOf("/", a, b));
        Assert.Equal(SqlType.Decimal(13, 2), TypeOf("+", a, SqlType.Integer));
        Assert.Equal(SqlType.Double, TypeOf("+", a, SqlType.Real));
    }

    [Fact]
    public void Float_kernels_agree_for_columns_and_constants()
    {
        Argument columnOf(params double?[] v) => Column(SqlType.Double, [.. v.Select(x => (object?)x)]);
        Assert.Equal([1.5, null, 3.5], Run("+", columnOf(1, null, 3), Constant(SqlType.Double, 0.5)));
        Assert.Equal([-0.5, null, -2.5], Run("-", Constant(SqlType.Double, 0.5), columnOf(1, null, 3)));
        Assert.Equal([2.0, 8.0], Run("*", columnOf(1, 2), columnOf(2, 4)));
    }

    [Fact]
    public void Dates_move_by_days_and_intervals()
    {
        var leap = new DateOnly(2024, 2, 29);
        Assert.Equal(new DateOnly(2024, 3, 1), Call("+", leap, 1));
        Assert.Equal(new DateOnly(2024, 3, 1), Call("+", 1, leap));
        Assert.Equal(29, Call("-", leap, new DateOnly(2024, 1, 31)));
        Assert.Equal(new DateTime(2025, 2, 28), Call("+", leap, new SqlInterval(12, 0, 0)));
        Assert.Equal(new DateTime(2024, 1, 29, 0, 0, 0), Call("-", new DateTime(2024, 2, 29), new SqlInterval(1, 0, 0)));
        Assert.Equal(new SqlInterval(0, 1, 3_600_000_000_000), Call("-", new DateTime(2024, 3, 2, 1, 0, 0), new DateTime(2024, 3, 1)));
        Assert.Contains("years 1 to 9999", Throws(() => Call("+", DateOnly.MaxValue, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bits_move_and_combine()
    {
        Assert.Equal(8, Call("&", 12, 10));
        Assert.Equal(14, Call("|", 12, 10));
        Assert.Equal(6, Call("#", 12, 10));
        Assert.Equal(16, Call("<<", 1, 4));
        Assert.Equal(0, Call("<<", 1, 32));
        Assert.Equal(-1, Call(">>", -1, 40));
        Assert.Equal(SqlErrorCode.InvalidParameter, Throws(() => Call("<<", 1, -1)).Code);
    }

    [Fact]
    public void Vectors_add_element_by_element()
    {
        Assert.Equal(new float[] { 4, 6 }, Call("+", new float[] { 1, 2 }, new float[] { 3, 4 }));
        Assert.Equal(new float[] { 2, 4 }, Call("*", new float[] { 1, 2 }, 2));
        Assert.Null(Call("/", new float[] { 1, 2 }, 0));
    }

    static void Check(string op, Int128 exact, long a, long b)
    {
        if (exact >= long.MinValue && exact <= long.MaxValue)
        {
            Assert.Equal((long)exact, Call(op, a, b));
        }
        else
        {
            Throws(() => Call(op, a, b));
        }
    }

    static void CheckUnsigned(string op, Int128 exact, ulong a, ulong b, UInt128? product = null)
    {
        bool fits = product is { } p ? p <= ulong.MaxValue : exact >= 0 && exact <= ulong.MaxValue;
        if (fits)
        {
            Assert.Equal(product is { } q ? (ulong)q : (ulong)exact, Call(op, a, b));
        }
        else
        {
            Throws(() => Call(op, a, b));
        }
    }
}
