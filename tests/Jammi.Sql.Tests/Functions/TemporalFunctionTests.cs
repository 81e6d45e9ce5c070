using CsCheck;
using Jammi.Sql.Types;
using static Jammi.Sql.Tests.Functions.FunctionHarness;

namespace Jammi.Sql.Tests.Functions;

public class TemporalFunctionTests
{
    [Theory]
    [InlineData("century", "TIMESTAMP '2000-12-16 12:21:13'", "20")]
    [InlineData("century", "TIMESTAMP '2001-02-16 20:38:40'", "21")]
    [InlineData("millennium", "TIMESTAMP '2001-02-16 20:38:40'", "3")]
    [InlineData("decade", "TIMESTAMP '2001-02-16 20:38:40'", "200")]
    [InlineData("dow", "TIMESTAMP '2001-02-16 20:38:40'", "5")]
    [InlineData("isodow", "TIMESTAMP '2001-02-18 20:38:40'", "7")]
    [InlineData("dow", "TIMESTAMP '2001-02-18 20:38:40'", "0")]
    [InlineData("doy", "TIMESTAMP '2001-02-16 20:38:40'", "47")]
    [InlineData("week", "TIMESTAMP '2001-02-16 20:38:40'", "7")]
    [InlineData("week", "DATE '2005-01-01'", "53")]
    [InlineData("isoyear", "DATE '2006-01-01'", "2005")]
    [InlineData("isoyear", "DATE '2006-01-02'", "2006")]
    [InlineData("quarter", "DATE '2001-12-31'", "4")]
    [InlineData("second", "TIMESTAMP '2001-02-16 17:12:28.5'", "28.500000")]
    [InlineData("milliseconds", "TIMESTAMP '2001-02-16 17:12:28.5'", "28500.000")]
    [InlineData("microseconds", "TIME '17:12:28.5'", "28500000")]
    [InlineData("epoch", "TIMESTAMPTZ '2001-02-16 20:38:40.12-08'", "982384720.120000")]
    [InlineData("epoch", "TIMESTAMP '2001-02-16 20:38:40.12'", "982355920.120000")]
    [InlineData("epoch", "INTERVAL '5 days 3 hours'", "442800.000000")]
    [InlineData("epoch", "INTERVAL '1 year 1 month'", "34149600.000000")]
    [InlineData("month", "INTERVAL '2 years 3 months'", "3")]
    [InlineData("month", "INTERVAL '2 years 13 months'", "1")]
    [InlineData("hour", "INTERVAL '-30 hours'", "-30")]
    [InlineData("julian", "DATE '2006-01-01'", "2453737")]
    [InlineData("julian", "TIMESTAMP '2006-01-01 12:00'", "2453737.5")]
    [InlineData("year", "DATE '0001-01-01'", "1")]
    [InlineData("dow", "DATE '1969-12-31'", "3")]
    [InlineData("microseconds", "TIMESTAMP '1969-12-31 23:59:59.000001'", "59000001")]
    public void Fields_are_those_of_postgresql(string field, string value, string expected) =>
        Assert.Equal(expected, SqlText.Value($"extract({field} FROM {value})"));

    /// <summary>A TIME has a digit more than PostgreSQL's, and so have its fields with decimals.</summary>
    [Theory]
    [InlineData("hour", "17")]
    [InlineData("minute", "12")]
    [InlineData("second", "28.1234567")]
    [InlineData("milliseconds", "28123.4567")]
    [InlineData("microseconds", "28123456")]
    [InlineData("epoch", "61948.1234567")]
    public void The_fields_of_a_time_have_all_its_digits(string field, string expected)
    {
        Assert.Equal(expected, SqlText.Value($"extract({field} FROM TIME '17:12:28.1234567')"));
        string part = SqlText.Value($"date_part('{field}', TIME '17:12:28.1234567')");
        Assert.Equal(expected, part);
    }

    [Fact]
    public void Times_are_made_and_counted_in_hundreds_of_nanoseconds()
    {
        Assert.Equal("01:02:03.1234568", SqlText.Value("TIME '01:02:03.12345675'"));
        Assert.Equal("01:02:03.1234567", SqlText.Value("make_time(1, 2, 3.1234567)"));
        Assert.Equal("00:00:00", SqlText.Value("TIME '23:59:59.9999999' + INTERVAL '0.0000001 seconds'"));
        Assert.Equal("23:59:59.9999999", SqlText.Value("TIME '00:00' - INTERVAL '0.0000001 seconds'"));
        Assert.Equal("00:00:00.0000001", SqlText.Value("TIME '00:00:01' - TIME '00:00:00.9999999'"));
        Assert.Equal("00:00:00.0000001", SqlText.Value("TIME '00:00:00.0000001'::INTERVAL"));
        Assert.Equal("2024-01-01 00:00:00.123456", SqlText.Value("DATE '2024-01-01' + TIME '00:00:00.1234567'"));
        Assert.Equal("1", SqlText.Value("date_diff('second', TIME '00:00:00.9999999', TIME '00:00:01')"));
        Assert.Equal("0", SqlText.Value("date_sub('second', TIME '00:00:00.9999999', TIME '00:00:01.9999998')"));
        Assert.Equal("3723123456700", SqlText.Value("epoch_ns(TIME '01:02:03.1234567')"));
        Assert.Equal("3723123456", SqlText.Value("epoch_us(TIME '01:02:03.1234567')"));
        Assert.Equal("00:00:00.0000002", SqlText.Value("quantile_cont(t, 0.5) FROM (VALUES (TIME '00:00:00.0000001'), (TIME '00:00:00.0000003')) v(t)"));
        Assert.Contains("no time", SqlText.Error("make_time(23, 59, 59.99999999)").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_types_of_fields_are_known_before_a_row_is_read()
    {
        Assert.Equal("BIGINT", SqlText.Type("extract(year FROM DATE '2024-01-01')"));
        Assert.Equal("DECIMAL(20,6)", SqlText.Type("extract(epoch FROM TIMESTAMP '2024-01-01')"));
        Assert.Equal("DOUBLE", SqlText.Type("date_part('epoch', TIMESTAMP '2024-01-01')"));
        Assert.Equal("DOUBLE", SqlText.Type("date_part(f, d) FROM (VALUES ('year', DATE '2024-01-01')) v(f, d)"));
        Assert.Equal("BIGINT", SqlText.Type("second(TIMESTAMP '2024-01-01')"));
    }

    [Fact]
    public void A_field_that_a_type_does_not_have_is_an_error_at_its_place()
    {
        SqlException error = SqlText.Error("1 + extract(hour FROM DATE '2024-01-01')");
        Assert.Equal((SqlErrorCode.InvalidParameter, "DATE values have no hour."), (error.Code, error.Message));
        Assert.True(error.Position.IsKnown);
        Assert.Contains("INTERVAL values have no week", SqlText.Error("extract(week FROM INTERVAL '1 day')").Message, StringComparison.Ordinal);
        Assert.Contains("The parts are millennium", SqlText.Error("date_part('eon', now())").Message, StringComparison.Ordinal);
        Assert.Equal("0", SqlText.Value("date_part('hour', DATE '2024-01-01')"));
    }

    [Fact]
    public void Fields_of_columns_agree_with_dotnet() => Gen.DateTime[new(1, 1, 1), new(9999, 12, 31)].Array[1, 20].Sample(times =>
    {
        object?[] rows = [.. times.Select(t => (object?)DateTime.SpecifyKind(t, DateTimeKind.Unspecified)), null];
        object?[] Field(string name) => Run(name, Column(SqlType.Timestamp, rows));
        object?[] Expected(Func<DateTime, long> of) => [.. times.Select(t => (object?)of(t)), null];
        Assert.Equal(Expected(t => t.Year), Field("year"));
        Assert.Equal(Expected(t => t.Month), Field("month"));
        Assert.Equal(Expected(t => t.Day), Field("day"));
        Assert.Equal(Expected(t => t.DayOfYear), Field("dayofyear"));
        Assert.Equal(Expected(t => (int)t.DayOfWeek), Field("dayofweek"));
        Assert.Equal(Expected(t => System.Globalization.ISOWeek.GetWeekOfYear(t)), Field("week"));
        Assert.Equal(Expected(t => t.Hour), Field("hour"));
        Assert.Equal(Expected(t => t.Second), Field("second"));
    });

    [Theory]
    [InlineData("hour", "2001-02-16 20:00:00")]
    [InlineData("day", "2001-02-16 00:00:00")]
    [InlineData("week", "2001-02-12 00:00:00")]
    [InlineData("month", "2001-02-01 00:00:00")]
    [InlineData("quarter", "2001-01-01 00:00:00")]
    [InlineData("year", "2001-01-01 00:00:00")]
    [InlineData("decade", "2000-01-01 00:00:00")]
    [InlineData("century", "2001-01-01 00:00:00")]
    [InlineData("millennium", "2001-01-01 00:00:00")]
    [InlineData("milliseconds", "2001-02-16 20:38:40.123")]
    [InlineData("second", "2001-02-16 20:38:40")]
    public void Moments_are_truncated(string unit, string expected) =>
        Assert.Equal(expected, SqlText.Value($"date_trunc('{unit}', TIMESTAMP '2001-02-16 20:38:40.123456')"));

    [Theory]
    [InlineData("date_trunc('day', TIMESTAMPTZ '2001-02-16 20:38:40+00', 'Australia/Sydney')", "2001-02-16 13:00:00+00")]
    [InlineData("date_trunc('hour', INTERVAL '3 days 02:47:33')", "3 days 02:00:00")]
    [InlineData("date_trunc('year', INTERVAL '26 months')", "2 years")]
    [InlineData("date_trunc('hour', TIMESTAMP '1969-12-31 23:59:59')", "1969-12-31 23:00:00")]
    [InlineData("date_bin('15 minutes', TIMESTAMP '2020-02-11 15:44:17', TIMESTAMP '2001-01-01')", "2020-02-11 15:30:00")]
    [InlineData("date_bin('15 minutes', TIMESTAMP '2020-02-11 15:44:17', TIMESTAMP '2001-01-01 00:02:30')", "2020-02-11 15:32:30")]
    [InlineData("time_bucket(INTERVAL '1 week', TIMESTAMP '2024-02-29')", "2024-02-26 00:00:00")]
    [InlineData("time_bucket(INTERVAL '2 months', TIMESTAMP '1999-12-31')", "1999-11-01 00:00:00")]
    [InlineData("last_day(DATE '2023-02-01')", "2023-02-28")]
    public void Moments_are_put_in_buckets(string expression, string expected) => Assert.Equal(expected, SqlText.Value(expression));

    [Theory]
    [InlineData("age(TIMESTAMP '2001-04-10', TIMESTAMP '1957-06-13')", "43 years 9 mons 27 days")]
    [InlineData("age(TIMESTAMP '1957-06-13', TIMESTAMP '2001-04-10')", "-43 years -9 mons -27 days")]
    [InlineData("age(DATE '2024-03-31', DATE '2024-02-29')", "1 mon 2 days")]
    [InlineData("date_diff('year', DATE '2023-12-31', DATE '2024-01-01')", "1")]
    [InlineData("date_diff('week', DATE '2024-02-25', DATE '2024-03-03')", "1")]
    [InlineData("date_diff('hour', TIMESTAMP '2024-01-01 00:59', TIMESTAMP '2024-01-01 01:00')", "1")]
    [InlineData("date_diff('day', DATE '2024-02-01', DATE '2024-01-01')", "-31")]
    [InlineData("date_sub('year', DATE '2023-12-31', DATE '2024-12-30')", "0")]
    [InlineData("date_sub('month', DATE '2024-01-31', DATE '2024-02-29')", "1")]
    [InlineData("date_sub('month', DATE '2024-02-29', DATE '2024-01-31')", "-1")]
    [InlineData("date_sub(TIMESTAMP '2024-03-31', INTERVAL '1 month')", "2024-02-29 00:00:00")]
    [InlineData("date_add('month', 1, TIMESTAMP '2024-01-31')", "2024-02-29 00:00:00")]
    [InlineData("make_interval(days => 10, hours => 2)", "10 days 02:00:00")]
    [InlineData("make_interval(1, months => 2, secs => 1.5)", "1 year 2 mons 00:00:01.5")]
    [InlineData("avg(x) FROM (VALUES (INTERVAL '1 day'), (INTERVAL '2 days'), (NULL)) t(x)", "1 day 12:00:00")]
    [InlineData("justify_days(INTERVAL '35 days')", "1 mon 5 days")]
    [InlineData("justify_days(INTERVAL '1 mon -1 day')", "29 days")]
    [InlineData("justify_hours(INTERVAL '-27 hours')", "-1 days -03:00:00")]
    [InlineData("justify_interval(INTERVAL '1 mon -1 hour')", "29 days 23:00:00")]
    [InlineData("justify_interval(INTERVAL '-1 mon 1 hour')", "-29 days -23:00:00")]
    public void Differences_and_intervals_are_those_of_postgresql_and_duckdb(string expression, string expected) => Assert.Equal(expected, SqlText.Value(expression));

    [Fact]
    public void A_difference_in_whole_units_undoes_date_add() => Gen.Select(Gen.Int[-400, 400], Gen.Int[1, 28], Gen.Int[0, 4].Select(i => ((string[])["year", "month", "week", "day", "hour"])[i])).Sample((count, day, unit) =>
    {
        var start = new DateTime(2000, 5, day, 1, 2, 3);
        object? end = Call("date_add", unit, (long)count, start);
        Assert.Equal((long)count, Call("date_sub", unit, start, end));
    });

    [Theory]
    [InlineData("TIMESTAMP '2001-02-16 20:38:40' AT TIME ZONE 'America/Denver'", "2001-02-17 03:38:40+00")]
    [InlineData("TIMESTAMPTZ '2001-02-16 20:38:40-05' AT TIME ZONE 'America/Denver'", "2001-02-16 18:38:40")]
    [InlineData("TIMESTAMP '2024-03-31 02:30:00' AT TIME ZONE 'Europe/Berlin'", "2024-03-31 01:30:00+00")]
    [InlineData("TIMESTAMP '2024-10-27 02:30:00' AT TIME ZONE 'Europe/Berlin'", "2024-10-27 01:30:00+00")]
    [InlineData("TIMESTAMPTZ '2024-01-01 00:00:00+00' AT TIME ZONE INTERVAL '5 hours 30 minutes'", "2024-01-01 05:30:00")]
    [InlineData("make_timestamptz(2024, 7, 1, 12, 0, 0, 'Europe/Berlin')", "2024-07-01 10:00:00+00")]
    public void Time_zones_are_those_of_the_tz_database(string expression, string expected) => Assert.Equal(expected, SqlText.Value(expression));

    [Theory]
    [InlineData("now() AT TIME ZONE 'Mars/Olympus'", "'Mars/Olympus' is not known")]
    [InlineData("now() AT TIME ZONE '+02'", "INTERVAL '2 hours'")]
    [InlineData("make_date(2023, 2, 29)", "There is no date with year 2023, month 2 and day 29")]
    [InlineData("make_interval(day => 1)", "there is no parameter \"day\". The parameters are years")]
    [InlineData("make_interval(days => 1, days => 2)", "\"days\" is given twice")]
    [InlineData("make_interval(days => 1, 2)", "stand before those by name")]
    [InlineData("upper(x => 'a')", "takes its arguments by position")]
    [InlineData("make_time(24, 0, 0)", "There is no time")]
    [InlineData("to_timestamp(1e18)", "outside the years 1 to 9999")]
    [InlineData("to_char(now(), 'YYYY-MM-DDThing')", "put text in double quotes")]
    [InlineData("strftime(now(), '%Q')", "'%Q' in the format")]
    [InlineData("strptime('2024-13-01', '%Y-%m-%d')", "there is no such date")]
    [InlineData("strptime('2024-01-01 x', '%Y-%m-%d')", "is left over")]
    [InlineData("to_date('soon', 'YYYY')", "does not fit")]
    [InlineData("date_bin(INTERVAL '1 month', now(), now())", "time_bucket")]
    [InlineData("date_trunc('dow', now())", "not a unit to truncate to")]
    public void Errors_say_what_to_do(string expression, string message) =>
        Assert.Contains(message, SqlText.Error(expression).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("%a %A %b %B %d %-d %m %-m %y %Y", "Thu Thursday Feb February 09 9 02 2 23 2023")]
    [InlineData("%H %I %p %M %S %f %g %j %u %w %G %V %U %W %%", "13 01 PM 04 05 678900 678 040 4 4 2023 06 06 06 %")]
    [InlineData("%c|%x|%X|%z|%Z", "2023-02-09 13:04:05|2023-02-09|13:04:05|+00|UTC")]
    public void Formats_of_c_are_written(string format, string expected) =>
        Assert.Equal(expected, SqlText.Value($"strftime(TIMESTAMP '2023-02-09 13:04:05.6789', '{format}')"));

    [Theory]
    [InlineData("HH12:MI:SS AM", "01:04:05 PM")]
    [InlineData("Day|DAY|day|FMDay", "Thursday |THURSDAY |thursday |Thursday")]
    [InlineData("FMMonth FMDDth, YYYY", "February 9th, 2023")]
    [InlineData("Mon Dy D ID W WW IW CC J Q RM", "Feb Thu 5 4 2 06 06 21 2459985 1 II  ")]
    [InlineData("Y,YYY YYY YY Y IYYY DDD IDDD", "2,023 023 23 3 2023 040 039")]
    [InlineData("MS US FF3 SSSS HH24\"h\"", "678 678900 678 47045 13h")]
    [InlineData("TZ TZH:TZM OF AD", "UTC +00:00 +00 AD")]
    public void Patterns_of_postgresql_are_written(string pattern, string expected) =>
        Assert.Equal(expected, SqlText.Value($"to_char(TIMESTAMP '2023-02-09 13:04:05.6789', '{pattern}')"));

    [Theory]
    [InlineData("to_date('05 Dec 2000', 'DD Mon YYYY')", "2000-12-05")]
    [InlineData("to_date('20240229', 'YYYYMMDD')", "2024-02-29")]
    [InlineData("to_date('2024/060', 'YYYY-DDD')", "2024-02-29")]
    [InlineData("to_date('2024-09-4', 'IYYY-IW-ID')", "2024-02-29")]
    [InlineData("to_timestamp('05 December 2000 01:30 pm', 'DD Month YYYY HH12:MI am')", "2000-12-05 13:30:00+00")]
    [InlineData("to_timestamp('2024-02-29 10:00:00.25 +02', 'YYYY-MM-DD HH24:MI:SS.MS TZH')", "2024-02-29 08:00:00.25+00")]
    [InlineData("strptime('29/Feb/24 01:02:03 PM', '%d/%b/%y %I:%M:%S %p')", "2024-02-29 13:02:03")]
    [InlineData("strptime('2024-02-29T10:00:00+0200', '%Y-%m-%dT%H:%M:%S%z')", "2024-02-29 08:00:00+00")]
    [InlineData("to_char(INTERVAL '15 hours 2 minutes 12 seconds', 'HH24:MI:SS')", "15:02:12")]
    [InlineData("to_char(NULL::TIMESTAMP, 'YYYY')", "NULL")]
    public void Formats_are_read(string expression, string expected) => Assert.Equal(expected, SqlText.Value(expression));

    [Theory]
    [InlineData("485", "999", " 485")]
    [InlineData("-485", "999", "-485")]
    [InlineData("-485", "999MI", "485-")]
    [InlineData("485", "999MI", "485 ")]
    [InlineData("485", "S999", "+485")]
    [InlineData("-485", "999S", "485-")]
    [InlineData("-485", "999PR", "<485>")]
    [InlineData("1485", "9,999", " 1,485")]
    [InlineData("485", "9,999", "   485")]
    [InlineData("148.5", "999.999", " 148.500")]
    [InlineData("148.5", "FM999.999", "148.5")]
    [InlineData("148.5", "FM999.990", "148.500")]
    [InlineData("0.1", "99.99", "   .10")]
    [InlineData("-0.1", "99.99", "  -.10")]
    [InlineData("0.1", "0.9", " 0.1")]
    [InlineData("12", "9990999.9", "    0012.0")]
    [InlineData("12", "FM9990999.9", "0012.")]
    [InlineData("1485", "999", " ###")]
    [InlineData("0", "999", "   0")]
    [InlineData("482", "999th", " 482nd")]
    [InlineData("485", "\"Good number:\"999", "Good number: 485")]
    public void Numbers_are_written_as_in_postgresql(string number, string pattern, string expected) =>
        Assert.Equal(expected, SqlText.Value($"to_char({number}, '{pattern}')"));

    [Fact]
    public void Now_is_one_moment_for_a_statement()
    {
        Assert.Equal("true", SqlText.Value("count(DISTINCT t) = 1 FROM (SELECT now() AS t FROM range(5000)) x"));
        Assert.Equal(new DateOnly(2024, 2, 29), Call("current_date"));
        Assert.Equal(new TimeOnly(12, 30, 45), Call("current_time"));
        Assert.Equal("true|true", SqlText.Row("SELECT current_timestamp = now(), current_date = CURRENT_TIMESTAMP::DATE"));
        Assert.Equal("TIMESTAMP WITH TIME ZONE", SqlText.Type("current_timestamp"));
    }

    [Fact]
    public void A_null_gives_null_and_is_not_looked_at()
    {
        Assert.Equal([null, 2024L], Run("year", Column(SqlType.Date, null, new DateOnly(2024, 1, 1))));
        Assert.Equal([null, null], Run("date_trunc", Column(SqlType.Text, null, "month"), Column(SqlType.Timestamp, new DateTime(2024, 1, 1), null)));
        Assert.Equal([null], Run("make_date", Column(SqlType.BigInt, (object?)null), Constant(SqlType.Integer, 13), Constant(SqlType.Integer, 1)));
        Assert.Equal("NULL", SqlText.Value("extract(year FROM NULL)"));
    }

    [Fact]
    public void Writing_and_reading_by_a_format_agree() => Gen.DateTime[new(1970, 1, 1), new(2068, 12, 31)].Sample(time =>
    {
        DateTime second = new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMicrosecond));
        foreach (string format in (string[])["%Y-%m-%d %H:%M:%S.%f", "%d %B %y, %I:%M:%S.%f %p", "%G-W%V-%u %H%M%S%f", "%Y%j %-H:%-M:%-S.%n"])
        {
            Assert.Equal(second, Call("strptime", Call("strftime", second, format), format));
        }

        string text = (string)Call("to_char", second, "YYYY-MM-DD HH24:MI:SS.US")!;
        Assert.Equal(new DateTimeOffset(second, TimeSpan.Zero), Call("to_timestamp", text, "YYYY-MM-DD HH24:MI:SS.US"));
    });
}
