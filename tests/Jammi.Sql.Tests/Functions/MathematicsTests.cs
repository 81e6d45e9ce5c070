using CsCheck;
using Jammi.Sql.Types;
using static Jammi.Sql.Tests.Functions.FunctionHarness;

namespace Jammi.Sql.Tests.Functions;

public class MathematicsTests
{
    [Theory]
    [InlineData("sqrt", 2.25, 1.5)]
    [InlineData("cbrt", -27.0, -3.0)]
    [InlineData("exp", 0.0, 1.0)]
    [InlineData("ln", 1.0, 0.0)]
    [InlineData("log10", 1000.0, 3.0)]
    [InlineData("log", 1000.0, 3.0)]
    [InlineData("log2", 8.0, 3.0)]
    [InlineData("degrees", Math.PI, 180.0)]
    [InlineData("radians", 180.0, Math.PI)]
    [InlineData("sin", 0.0, 0.0)]
    [InlineData("acos", 1.0, 0.0)]
    [InlineData("cot", Math.PI / 4, 1.0000000000000002)]
    [InlineData("tanh", double.PositiveInfinity, 1.0)]
    [InlineData("sqrt", double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("sqrt", double.NaN, double.NaN)]
    public void Real_functions_are_exact_where_they_can_be(string name, double x, double expected)
    {
        Assert.Equal([expected, null], Run(name, Column(SqlType.Double, x, null)));
        Assert.Equal(expected, Call(name, x));
    }

    [Theory]
    [InlineData("sqrt", -1.0, "numbers from 0")]
    [InlineData("ln", 0.0, "above 0")]
    [InlineData("log", -1.0, "above 0")]
    [InlineData("asin", 1.5, "from -1 to 1")]
    [InlineData("acosh", 0.5, "from 1")]
    [InlineData("atanh", 1.0, "between -1 and 1")]
    [InlineData("sin", double.PositiveInfinity, "finite")]
    [InlineData("cot", 0.0, "other than 0")]
    public void An_argument_outside_the_domain_is_an_error_that_names_it(string name, double x, string domain)
    {
        SqlException error = Throws(() => Call(name, x));
        Assert.Equal(SqlErrorCode.InvalidParameter, error.Code);
        Assert.StartsWith(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}({x}) has no value"), error.Message, StringComparison.Ordinal);
        Assert.Contains(domain, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exp", 1000.0)]
    [InlineData("cosh", 1000.0)]
    [InlineData("degrees", double.MaxValue)]
    public void A_result_that_a_double_cannot_hold_is_an_error(string name, double x) =>
        Assert.Equal(SqlErrorCode.NumericOutOfRange, Throws(() => Call(name, x)).Code);

    [Fact]
    public void Powers_and_logarithms_of_a_base()
    {
        Assert.Equal(1024.0, Call("power", 2, 10));
        Assert.Equal(8.0, Call("^", 2, 3));
        Assert.Equal(3.0, Call("log", 10, 1000));
        Assert.Equal(3.0, Call("log", 2, 8));
        Assert.Equal([null, 1.0], Run("pow", Column(SqlType.Double, null, 5.0), Constant(SqlType.Integer, 0)));
        Assert.Equal([8.0, 9.0], Run("pow", Column(SqlType.Double, 2.0, 3.0), Column(SqlType.Double, 3.0, 2.0)));
        Assert.Contains("negative powers", Throws(() => Call("power", 0, -1)).Message, StringComparison.Ordinal);
        Assert.Contains("whole powers", Throws(() => Call("power", -8, 0.5)).Message, StringComparison.Ordinal);
        Assert.Equal(SqlErrorCode.NumericOutOfRange, Throws(() => Call("power", 10, 400)).Code);
        Assert.Contains("base", Throws(() => Call("log", 1, 5)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_null_row_cannot_be_outside_a_domain() =>
        Assert.Equal([null, 2.0], Run("sqrt", Column(SqlType.Double, null, 4.0)));

    [Fact]
    public void Inverse_functions_undo_one_another() => Gen.Double[-3, 3].Sample(x =>
    {
        Assert.Equal(x, (double)Call("ln", Call("exp", x))!, 1e-9);
        Assert.Equal(x, (double)Call("asinh", Call("sinh", x))!, 1e-9);
        Assert.Equal(x, (double)Call("cbrt", Call("power", x, 3))!, 1e-9);
        Assert.Equal(x, (double)Call("radians", Call("degrees", x))!, 1e-12);
    });

    [Fact]
    public void Absolute_values_keep_their_type()
    {
        Assert.Equal((sbyte)5, Call("abs", (sbyte)-5));
        Assert.Equal(5, Call("abs", -5));
        Assert.Equal(5L, Call("abs", -5L));
        Assert.Equal(5.5m, Call("abs", -5.5m));
        Assert.Equal(5.5f, Call("abs", -5.5f));
        Assert.Equal(7u, Call("abs", 7u));
        Assert.Equal(double.NaN, Call("abs", double.NaN));
        Assert.Equal([null, 3L], Run("abs", Column(SqlType.BigInt, null, -3L)));
        Assert.Equal(SqlErrorCode.NumericOutOfRange, Throws(() => Call("abs", int.MinValue)).Code);
        Assert.Equal(SqlErrorCode.NumericOutOfRange, Throws(() => Call("abs", long.MinValue)).Code);
    }

    [Fact]
    public void Signs_of_numbers()
    {
        Assert.Equal(-1, Call("sign", -7));
        Assert.Equal(0, Call("sign", 0.00m));
        Assert.Equal(1, Call("sign", ulong.MaxValue));
        Assert.Equal(-1.0, Call("sign", -0.5));
        Assert.Equal(double.NaN, Call("sign", double.NaN));
    }

    [Fact]
    public void Decimals_round_like_system_decimal() => Gen.Select(Gen.Long[-9_999_999_999, 9_999_999_999], Gen.Int[0, 8], Gen.Int[-3, 10]).Sample((unscaled, scale, digits) =>
    {
        decimal value = new decimal(unscaled) / (decimal)Math.Pow(10, scale);
        Argument column = Column(SqlType.Decimal(18, scale), value, null);
        decimal shift = (decimal)Math.Pow(10, Math.Max(0, -digits));
        decimal expected = digits >= 0 ? Math.Round(value, digits, MidpointRounding.AwayFromZero) : Math.Round(value / shift, 0, MidpointRounding.AwayFromZero) * shift;
        Assert.Equal([expected, null], Run("round", column, Constant(SqlType.Integer, digits)));
        Assert.Equal([expected, null], Run("round", column, Column(SqlType.Integer, digits, digits)));
        Assert.Equal([Math.Floor(value), null], Run("floor", column));
        Assert.Equal([Math.Ceiling(value), null], Run("ceil", column));
        Assert.Equal([Math.Truncate(value), null], Run("trunc", column));
    });

    [Fact]
    public void Rounded_decimals_have_the_scale_that_was_asked_for()
    {
        Assert.Equal(SqlType.Decimal(9, 0), TypeOf("round", SqlType.Decimal(10, 2)));
        Assert.Equal(SqlType.Decimal(10, 2), TypeOf("round", SqlType.Decimal(10, 2), SqlType.Integer) is var t ? t with { Precision = 10 } : t);
        Assert.Equal(10m, Call("round", 9.9m));
        Assert.Equal(-3m, Call("round", -2.5m));
        Assert.Equal(0m, Call("round", 123.4m, -60));
        Assert.Equal(123.4m, Call("round", 123.4m, 60));
        Assert.Contains("overflows", Throws(() => Run("round", Constant(SqlType.Decimal(38, 0), DecimalValue.PowerOfTen(38) - 1), Constant(SqlType.Integer, -1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Doubles_round_halves_to_even_and_keep_what_has_no_more_digits()
    {
        Assert.Equal([2.0, 4.0, -2.0, null], Run("round", Column(SqlType.Double, 2.5, 3.5, -2.5, null)));
        Assert.Equal(3.14, Call("round", 3.14159, 2));
        Assert.Equal(1200.0, Call("round", 1234.5, -2));
        Assert.Equal(1e300, Call("round", 1e300, 20));
        Assert.Equal(double.PositiveInfinity, Call("round", double.PositiveInfinity, 2));
        Assert.Equal(0.0, Call("round", 5.0, -400));
        Assert.Equal(-2.7, Call("trunc", -2.78, 1));
        Assert.Equal(2f, Call("floor", 2.9f));
        Assert.Equal(-2.0, Call("ceiling", -2.9));
    }

    [Fact]
    public void Integers_round_before_the_point()
    {
        Assert.Equal(7, Call("round", 7));
        Assert.Equal(1300, Call("round", 1250, -2));
        Assert.Equal(-1300, Call("round", -1250, -2));
        Assert.Equal(1200, Call("trunc", 1299, -2));
        Assert.Equal([100, null, 120], Run("round", Column(SqlType.Integer, 123, 5, 123), Column(SqlType.Integer, -2, null, -1)));
        Assert.Contains("overflows INTEGER", Throws(() => Call("round", int.MaxValue, -1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Divisors_and_multiples()
    {
        Assert.Equal(6L, Call("gcd", 12, -18));
        Assert.Equal(0L, Call("gcd", 0, 0));
        Assert.Equal(12L, Call("lcm", 4, -6));
        Assert.Equal(0L, Call("lcm", 0, 5));
        Assert.Equal(SqlErrorCode.NumericOutOfRange, Throws(() => Call("gcd", long.MinValue, 0L)).Code);
        Assert.Equal(SqlErrorCode.NumericOutOfRange, Throws(() => Call("lcm", long.MaxValue, long.MaxValue - 1)).Code);
    }

    [Fact]
    public void The_product_of_divisor_and_multiple_is_the_product() => Gen.Select(Gen.Int[1, 100_000], Gen.Int[1, 100_000]).Sample((a, b) =>
        Assert.Equal((long)a * b, (long)Call("gcd", a, b)! * (long)Call("lcm", a, b)!));

    [Fact]
    public void Factorials_go_as_far_as_38_digits()
    {
        Assert.Equal(120m, Call("factorial", 5));
        Assert.Equal(1m, Call("factorial", 0));
        SqlType wide = SqlType.Decimal(38, 0);
        Assert.Equal("8683317618811886495518194401280000000", Cast(wide, SqlType.Text, Int128.Parse("8683317618811886495518194401280000000", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Contains("38 digits", Throws(() => Call("factorial", 34)).Message, StringComparison.Ordinal);
        Assert.Contains("from 0", Throws(() => Call("factorial", -1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bits_are_counted_in_the_width_of_the_type()
    {
        Assert.Equal(8L, Call("bit_count", (sbyte)-1));
        Assert.Equal(64L, Call("bit_count", -1L));
        Assert.Equal(3L, Call("bit_count", 7));
        Assert.Equal(9L, Call("bit_count", new byte[] { 0xFF, 1 }));
    }

    [Fact]
    public void Tests_of_numbers()
    {
        Argument numbers = Column(SqlType.Double, 1.0, double.NaN, double.NegativeInfinity, null);
        Assert.Equal([false, true, false, null], Run("isnan", numbers));
        Assert.Equal([false, false, true, null], Run("isinf", numbers));
        Assert.Equal([true, false, false, null], Run("isfinite", numbers));
        Assert.Equal([true], Run("isnan", Constant(SqlType.Real, float.NaN)));
    }

    [Fact]
    public void Random_numbers_are_new_every_row()
    {
        var random = new Jammi.Sql.Functions.Mathematics.RandomSource();
        var first = new double[1000];
        random.Fill(first);
        Assert.All(first, x => Assert.InRange(x, 0, 0.9999999999999999));
        Assert.True(first.Distinct().Count() > 990);
    }

    [Fact]
    public void A_seed_repeats_the_sequence()
    {
        var random = new Jammi.Sql.Functions.Mathematics.RandomSource();
        double[] Sequence(double seed)
        {
            var numbers = new double[5];
            random.Seed(seed);
            random.Fill(numbers);
            return numbers;
        }

        Assert.Equal(Sequence(0.5), Sequence(0.5));
        Assert.NotEqual(Sequence(0.5), Sequence(0.25));
        Assert.Contains("from -1 to 1", Throws(() => Call("setseed", 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_extreme_of_several_values_passes_over_nulls()
    {
        Argument a = Column(SqlType.Integer, 1, null, null, 9);
        Argument b = Column(SqlType.Double, 2.5, 3.0, null, null);
        Assert.Equal([2.5, 3.0, null, 9.0], Run("greatest", a, b));
        Assert.Equal([1.0, 3.0, null, 9.0], Run("least", a, b));
        Assert.Equal([5, 5, 5, 9], Run("greatest", a, Constant(SqlType.Integer, 5)));
        Assert.Equal([1, 5, 5, 5], Run("least", Constant(SqlType.Integer, 5), a));
        Assert.Equal(["b", "c"], Run("greatest", Column(SqlType.Text, "b", "a"), Column(SqlType.Text, "a", "c")));
        Assert.Equal([double.NaN], Run("greatest", Constant(SqlType.Double, double.NaN), Constant(SqlType.Double, 1.0)));
        Assert.Equal(new DateOnly(2024, 1, 1), Call("greatest", new DateOnly(2024, 1, 1), "2020-05-05"));
    }

    [Fact]
    public void Greatest_agrees_with_max() => Gen.Int.Array[1, 6].Sample(values =>
    {
        Argument[] columns = [.. values.Select((v, i) => i % 2 == 0 ? Column(SqlType.Integer, v, null) : Constant(SqlType.Integer, v))];
        Assert.Equal(values.Max(), Run("greatest", columns)[0]);
        Assert.Equal(values.Min(), Run("least", columns)[0]);
    });

    [Fact]
    public void Nullif_gives_the_first_value_as_it_was()
    {
        Assert.Equal([null, 2, null], Run("nullif", Column(SqlType.Integer, 1, 2, null), Constant(SqlType.Double, 1.0)));
        Assert.Equal([1, 2], Run("nullif", Column(SqlType.Integer, 1, 2), Constant(SqlType.Integer, null)));
        Assert.Equal(["a", null], Run("nullif", Column(SqlType.Text, "a", "-"), Constant(SqlType.Text, "-")));
        Assert.Equal(SqlType.Integer, TypeOf("nullif", SqlType.Integer, SqlType.Double));
    }
}
