using System.Data.Common;
using System.Numerics;
using System.Text.Json;

namespace Jammi.Data.Tests.Provider;

/// <summary>The types that GetFieldValue gives, and that parameters take, beyond those of the getters.</summary>
public class FieldValueTests : ProviderTest
{
    enum Small : byte
    {
        None,
        Some = 200,
    }

    enum Wide : long
    {
        Far = long.MinValue,
    }

    [Fact]
    public void Values_go_in_as_parameters_and_come_back_as_they_were()
    {
        RoundTrip(true);
        RoundTrip((sbyte)-5);
        RoundTrip((byte)250);
        RoundTrip((short)-30000);
        RoundTrip((ushort)60000);
        RoundTrip(-2000000000);
        RoundTrip(4000000000u);
        RoundTrip(long.MinValue);
        RoundTrip(ulong.MaxValue);
        RoundTrip(1.5f);
        RoundTrip((Half)0.25);
        RoundTrip(double.Epsilon);
        RoundTrip(79228162514264337593543950335m);
        RoundTrip(-0.0000000000000000000000000001m);
        RoundTrip(Int128.Parse("12345678901234567890123456789012345678", System.Globalization.CultureInfo.InvariantCulture));
        RoundTrip(BigInteger.Parse("-12345678901234567890123456789012345678", System.Globalization.CultureInfo.InvariantCulture));
        RoundTrip("text \u0000 with zero");
        Assert.Equal("read to its end", Scalar("SELECT @p", ("p", new StringReader("read to its end"))));
        RoundTrip('ß');
        RoundTrip("chars".ToCharArray());
        RoundTrip(new byte[] { 0, 1, 255 });
        RoundTrip(new DateOnly(2024, 2, 29));
        RoundTrip(TimeOnly.MaxValue);
        RoundTrip(new TimeOnly(1));
        RoundTrip(new TimeSpan(1, 2, 3));
        RoundTrip(new TimeSpan(4567891234567 % TimeSpan.TicksPerDay));
        RoundTrip(TimeSpan.FromDays(400) + TimeSpan.FromSeconds(1));
        RoundTrip(-TimeSpan.FromHours(30));
        RoundTrip(new DateTime(2024, 2, 29, 1, 2, 3, 4, 5));
        RoundTrip(new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(5)));
        RoundTrip(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"));
        RoundTrip(Small.Some);
        RoundTrip(Wide.Far);
        RoundTrip(new[] { 0.5f, -1f, 2f });
        RoundTrip(new[] { (Half)0.5, (Half)(-1) });
        RoundTrip(new[] { 0.5, -1d });
        RoundTrip(new List<float> { 1f, 2f });
        RoundTrip(new[] { 1, 2, 3 });
        RoundTrip(new List<int> { 1, 2, 3 });
        RoundTrip(new[] { "a", "b" });
        RoundTrip(new[] { 1L });
        RoundTrip(new[] { Guid.Empty });
        RoundTrip(new List<string> { "x" });
        RoundTrip(new[] { new[] { 1, 2 }, [3] });
    }

    [Fact]
    public void A_moment_loses_what_it_has_below_a_microsecond_on_either_side_of_1970()
    {
        var later = new DateTime(2024, 2, 29, 1, 2, 3);
        var earlier = new DateTime(1950, 2, 28, 1, 2, 3);
        Assert.Equal(later, Scalar("SELECT @p", ("p", later.AddTicks(9))));
        Assert.Equal(earlier, Scalar("SELECT @p", ("p", earlier.AddTicks(9))));
        Assert.Equal(new DateTimeOffset(earlier, TimeSpan.Zero), Scalar("SELECT @p", ("p", new DateTimeOffset(earlier.AddTicks(9), TimeSpan.Zero))));
    }

    [Fact]
    public void Nullable_forms_hold_values_and_NULL()
    {
        using DbDataReader reader = FirstRow("SELECT 1, NULL::INTEGER, 200::UTINYINT, DATE '2024-01-01', TIME '01:02:03', 1.5, NULL::DATE");
        Assert.Equal(1, reader.GetFieldValue<int?>(0));
        Assert.Null(reader.GetFieldValue<int?>(1));
        Assert.Equal(1L, reader.GetFieldValue<long?>(0));
        Assert.Equal(Small.Some, reader.GetFieldValue<Small?>(2));
        Assert.Null(reader.GetFieldValue<Small?>(1));
        Assert.Equal(new DateOnly(2024, 1, 1), reader.GetFieldValue<DateOnly?>(3));
        Assert.Equal(new TimeOnly(1, 2, 3), reader.GetFieldValue<TimeOnly?>(4));
        Assert.Equal(1.5m, reader.GetFieldValue<decimal?>(5));
        Assert.Null(reader.GetFieldValue<DateOnly?>(6));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<DateOnly>(6));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<string>(1));
    }

    [Fact]
    public void An_enum_that_does_not_hold_the_number_overflows()
    {
        using DbDataReader reader = FirstRow("SELECT 300, 'Some'");
        Assert.Throws<OverflowException>(() => reader.GetFieldValue<Small>(0));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<Small>(1));
    }

    [Fact]
    public void Memory_is_given_and_taken()
    {
        using DbDataReader reader = FirstRow("SELECT @b, @v", ("b", new ReadOnlyMemory<byte>([1, 2])), ("v", new ReadOnlyMemory<float>([1f, 2f])));
        Assert.Equal([1, 2], reader.GetFieldValue<ReadOnlyMemory<byte>>(0).ToArray());
        Assert.Equal([1, 2], reader.GetFieldValue<Memory<byte>>(0).ToArray());
        Assert.Equal([1f, 2f], reader.GetFieldValue<ReadOnlyMemory<float>>(1).ToArray());
        Assert.Equal([1f, 2f], reader.GetFieldValue<IReadOnlyList<float>>(1));
        Assert.Equal([1f, 2f], ((JammiDataReader)reader).GetVector(1));
        var numbers = new float[3];
        Assert.Equal(2, ((JammiDataReader)reader).GetVector(1, numbers));
        Assert.Equal([1f, 2f, 0f], numbers);
        Assert.Throws<ArgumentException>(() => ((JammiDataReader)reader).GetVector(1, new float[1]));
    }

    [Fact]
    public void Documents_of_text_are_read_as_JSON_and_given_as_text()
    {
        using JsonDocument document = JsonDocument.Parse("""{"a": [1, 2]}""");
        using DbDataReader reader = FirstRow("SELECT @d, @e, 'no json'", ("d", document), ("e", document.RootElement.GetProperty("a")));
        using JsonDocument back = reader.GetFieldValue<JsonDocument>(0);
        Assert.Equal(2, back.RootElement.GetProperty("a").GetArrayLength());
        Assert.Equal(1, reader.GetFieldValue<JsonElement>(1)[0].GetInt32());
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<JsonDocument>(2));
    }

    [Fact]
    public void Texts_are_parsed_into_nothing_silently()
    {
        using DbDataReader reader = FirstRow("SELECT '1', '2024-01-01', 'true', '00000000-0000-0000-0000-000000000000'");
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<int>(0));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<decimal>(0));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<DateOnly>(1));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<DateTime>(1));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<bool>(2));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<Guid>(3));
    }

    [Fact]
    public void A_list_with_NULLs_has_nullable_items()
    {
        using DbDataReader reader = FirstRow("SELECT [1, NULL, 3], [1, 2]");
        Assert.Equal([1, null, 3], reader.GetFieldValue<int?[]>(0));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<int[]>(0));
        Assert.Equal([1, 2], reader.GetFieldValue<int[]>(1));
        Assert.Equal([1, 2], reader.GetFieldValue<int?[]>(1));
        Assert.Equal([1, 2], reader.GetFieldValue<IReadOnlyList<int>>(1));
        Assert.IsType<int[]>(reader.GetValue(1));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<string[]>(1));
    }

    [Fact]
    public void Lists_of_days_and_times_have_them_without_the_other_half()
    {
        using DbDataReader reader = FirstRow("SELECT [DATE '2024-02-29', NULL], [TIME '01:02:03'], [TIMESTAMP '2024-02-29 00:00']");
        Assert.Equal([new DateOnly(2024, 2, 29), null], reader.GetFieldValue<DateOnly?[]>(0));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<DateOnly[]>(0));
        Assert.Equal([new TimeOnly(1, 2, 3)], reader.GetFieldValue<List<TimeOnly>>(1));
        Assert.Equal([new TimeSpan(1, 2, 3)], reader.GetFieldValue<TimeSpan[]>(1));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<DateOnly[]>(2));
    }

    [Fact]
    public void Lists_of_lists_are_arrays_of_arrays_nullable_where_an_innermost_item_is_NULL()
    {
        using DbDataReader reader = FirstRow("SELECT [[1, NULL], [2]], [[1], [2]], [NULL, ['a']], [[[1]], NULL]");
        Assert.Equal([[1, null], [2]], Assert.IsType<int?[][]>(reader.GetValue(0)));
        Assert.Equal([[1], [2]], Assert.IsType<int[][]>(reader.GetValue(1)));
        Assert.Equal([[1], [2]], reader.GetFieldValue<List<int[]>>(1));
        Assert.Equal(typeof(int[][]), reader.GetFieldType(1));
        Assert.Equal([null, ["a"]], reader.GetFieldValue<string[]?[]>(2));
        Assert.Equal([[[1]], null], reader.GetFieldValue<int[][]?[]>(3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public void A_TimeSpan_is_an_interval_wherever_one_is_wanted(int hours)
    {
        TimeSpan span = TimeSpan.FromHours(hours);
        Run("CREATE TABLE spans (i INTERVAL)");
        Assert.Equal(span, Scalar("INSERT INTO spans VALUES (@p) RETURNING i", ("p", span)));
        Assert.Equal(span, Scalar("SELECT i FROM spans WHERE i = @p AND i IN (@p, INTERVAL '2 days')", ("p", span)));
        Assert.Equal(span * 2, Scalar("SELECT i + @p FROM spans", ("p", span)));
        Assert.Equal(span * 2, Scalar("SELECT @p + i FROM spans", ("p", span)));
        Assert.Equal(TimeSpan.Zero, Scalar("SELECT i - @p FROM spans", ("p", span)));
        Assert.Equal(new DateTime(2024, 1, 1) + span, Scalar("SELECT TIMESTAMP '2024-01-01' + @p", ("p", span)));
        Assert.Equal(new DateTime(2024, 1, 1) - span, Scalar("SELECT DATE '2024-01-01' - @p", ("p", span)));
        Assert.Equal(new DateTime(2024, 1, 1) + span, Scalar("SELECT date_add(DATE '2024-01-01', @p)", ("p", span)));
        using JammiAppender appender = ((JammiConnection)Connection).CreateAppender("spans");
        appender.Append(span).EndRow();
        appender.Close();
        Assert.Equal(2L, Scalar("SELECT count(*) FROM spans WHERE i = @p", ("p", span)));
    }

    [Fact]
    public void Lists_of_mixed_types_and_numbers_too_large_are_refused()
    {
        Assert.Throws<NotSupportedException>(() => Scalar("SELECT @p", ("p", new object[] { 1, "x" })));
        Assert.Throws<NotSupportedException>(() => Scalar("SELECT @p", ("p", BigInteger.Pow(10, 40))));
        Assert.Throws<NotSupportedException>(() => Scalar("SELECT @p", ("p", new Dictionary<string, int>())));
    }

    [Fact]
    public void A_vector_parameter_searches_and_a_wrong_dimension_is_told()
    {
        Assert.Equal(0f, Scalar("SELECT l2_distance([1, 0]::FLOAT[2], @v)", ("v", new[] { 1f, 0f })));
        JammiException error = Assert.Throws<JammiException>(() => Scalar("SELECT l2_distance([1, 0]::FLOAT[2], @v)", ("v", new[] { 1f, 0f, 0f })));
        Assert.Contains("2", error.Message, StringComparison.Ordinal);
        Assert.Contains("3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interval_with_months_is_no_TimeSpan()
    {
        using DbDataReader reader = FirstRow("SELECT INTERVAL '1 month', INTERVAL '2 days'");
        Assert.Contains("GetText", Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<TimeSpan>(0)).Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromDays(2), reader.GetFieldValue<TimeSpan>(1));
    }

    [Fact]
    public void Any_value_is_read_as_the_text_that_a_cast_gives()
    {
        string[] values =
        [
            "true", "1", "0.1::REAL", "1e20::DOUBLE", "99999999999999999999999999999999999999", "1.50", "'é'", "X'00ff'", "DATE '2024-01-31'", "TIME '10:00'",
            "TIMESTAMP '2024-01-01'", "TIMESTAMPTZ '2024-01-01 10:00:00.5+02'", "INTERVAL '1 month 2 days'", "ARRAY['a b', NULL]", "[1, 2.5]::FLOAT[2]", "[1, 2.5]::HALF[2]",
            "ARRAY[INTERVAL '1 month']", "'00000000-0000-0000-0000-000000000001'::UUID",
        ];
        using var reader = (JammiDataReader)FirstRow($"SELECT {string.Join(", ", values)}, {string.Join(", ", values.Select(v => $"CAST({v} AS TEXT)"))}, NULL");
        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal(reader.GetString(values.Length + i), reader.GetText(i));
        }

        Assert.Throws<InvalidCastException>(() => reader.GetText(2 * values.Length));
    }

    void RoundTrip<T>(T value)
    {
        using DbDataReader reader = FirstRow("SELECT @p", ("p", value));
        Assert.Equal(value, reader.GetFieldValue<T>(0));
    }
}
