using Dapper;

namespace Jammi.Data.Tests.DapperUse;

/// <summary>Values at the edges of what types hold, as Dapper's own suite asks for them, and the two places where this engine answers otherwise.</summary>
public sealed class DapperValueTests : IDisposable
{
    /// <summary>A time with all seven digits of its second.</summary>
    static readonly TimeOnly Time = new(new TimeOnly(13, 14, 15).Ticks + 1_234_567);

    static readonly DateOnly Day = new(2024, 2, 29);

    readonly JammiConnection connection = new("Data Source=:memory:");

    public DapperValueTests() => connection.Open();

    public sealed class Moment
    {
        public DateOnly Date { get; set; }

        public TimeOnly Time { get; set; }
    }

    public void Dispose() => connection.Dispose();

    [Fact]
    public async Task A_time_of_day_comes_back_to_its_last_digit()
    {
        const string sql = "SELECT @date AS Date, @time AS Time";
        var sent = new Moment { Date = Day, Time = Time };
        Moment typed = connection.QuerySingle<Moment>(sql, sent);
        Assert.Equal((Day, Time), (typed.Date, typed.Time));
        typed = await connection.QuerySingleAsync<Moment>(sql, sent);
        Assert.Equal((Day, Time), (typed.Date, typed.Time));

        var parameters = new DynamicParameters();
        parameters.Add("date", Day);
        parameters.Add("time", Time);
        dynamic untyped = connection.QuerySingle(sql, parameters);
        Assert.Equal(Day.ToDateTime(TimeOnly.MinValue), (DateTime)untyped.Date);
        Assert.Equal(Time.ToTimeSpan(), (TimeSpan)untyped.Time);
    }

    [Fact]
    public void A_time_of_day_is_stored_and_found_by_its_last_digit()
    {
        connection.Execute("CREATE TABLE alarms (id INTEGER, at TIME)");
        connection.Execute("INSERT INTO alarms VALUES (@id, @at)", new[] { new { id = 1, at = Time }, new { id = 2, at = Time.Add(TimeSpan.FromTicks(1)) } });
        Assert.Equal(2, connection.QuerySingle<int>("SELECT id FROM alarms WHERE at > @Time", new { Time }));
        Assert.Equal(1, connection.QuerySingle<int>("SELECT id FROM alarms WHERE at = @span", new { span = Time.ToTimeSpan() }));
    }

    [Fact]
    public void A_FLOAT_holds_what_BIGINT_does_not()
    {
        const ulong large = 10_223_372_036_854_775_808;
        Assert.Equal((double)large, connection.QuerySingle<double>("SELECT CAST(10223372036854775807 AS FLOAT)"));
        Assert.Equal(large, connection.QuerySingle<ulong>("SELECT CAST(10223372036854775807 AS FLOAT)"));
        Assert.Equal(ulong.MaxValue, connection.QuerySingle<ulong>("SELECT CAST(18446744073709551615 AS UBIGINT)"));
    }

    [Fact]
    public void A_FLOAT_column_finds_what_was_put_in()
    {
        connection.Execute("CREATE TABLE prices (price FLOAT)");
        connection.Execute("INSERT INTO prices VALUES (672.92)");
        Assert.Equal(672.92, connection.QuerySingle<double>("SELECT price FROM prices WHERE price = 672.92"));
        Assert.Equal(672.92, connection.QuerySingle<double>("SELECT price FROM prices WHERE price = @p", new { p = 672.92 }));
        Assert.Equal(672.92, connection.QuerySingle<double>("SELECT price FROM prices WHERE price = @p", new { p = 672.92m }));
    }

    [Fact]
    public void An_integer_is_cast_to_its_bytes() =>
        Assert.Equal([0, 0, 0, 1], connection.QuerySingle<byte[]>("SELECT CAST(1 AS VARBINARY(4))"));

    [Fact]
    public void Hexadecimal_digits_are_a_number_after_0x_and_bytes_after_X()
    {
        Assert.Equal(0xDEADBEEF, connection.QuerySingle<ValueTuple<long>>("SELECT 0xDEADBEEF").Item1);
        Assert.Equal([0xDE, 0xAD, 0xBE, 0xEF], connection.QuerySingle<ValueTuple<byte[]>>("SELECT X'DEADBEEF'").Item1);
    }

    [Fact]
    public void A_query_is_read_beside_one_that_is_not_read_to_its_end()
    {
        using IEnumerator<int> first = connection.Query<int>("SELECT 1 AS one UNION ALL SELECT 2", buffered: false).GetEnumerator();
        Assert.True(first.MoveNext());
        Assert.Equal(3, connection.Query<int>("SELECT 3", buffered: false).First());
        Assert.Equal(4, (int)connection.Query("SELECT 4 AS four", buffered: false).First().four);
        Assert.True(first.MoveNext());
        Assert.Equal(2, first.Current);
        Assert.False(first.MoveNext());
    }
}
