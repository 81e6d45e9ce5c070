using System.Globalization;
using System.Numerics;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Operators;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Temporal;

/// <summary>Dates, times, timestamps and intervals made of numbers.</summary>
internal static class DateConstruction
{
    const string Category = "Date and time";

    static readonly SqlType Whole = SqlType.BigInt;

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new OverloadedFunction(
            "make_date",
            new(Category, "make_date(year, month, day)", "The date; of one number, that day since 1970-01-01.", "make_date(2024, 2, 29)", "2024-02-29"),
            new Overload(SqlType.Date, [Whole, Whole, Whole], RowKernels.Map(SqlType.Date, (long year, long month, long day) => Day(year, month, day))),
            new Overload(SqlType.Date, [Whole], RowKernels.Map(SqlType.Date, (long day) => DayNumber(day)))),
        new OverloadedFunction(
            "make_time",
            new(Category, "make_time(hour, minute, second)", "The time of day; the seconds may have decimals.", "make_time(13, 14, 15.5)", "13:14:15.5"),
            new Overload(SqlType.Time, [Whole, Whole, SqlType.Double], RowKernels.Map(SqlType.Time, (long hour, long minute, double second) => Time(hour, minute, second, TimeSpan.TicksPerSecond) * CivilCalendar.NanosPerTick))),
        new OverloadedFunction(
            "make_timestamp",
            new(Category, "make_timestamp(year, month, day, hour, minute, second)", "The timestamp; of one number, that microsecond since 1970-01-01.", "make_timestamp(2024, 2, 29, 13, 14, 15.5)", "2024-02-29 13:14:15.5"),
            new Overload(SqlType.Timestamp, [Whole, Whole, Whole, Whole, Whole, SqlType.Double], (a, count, _) => Timestamps(SqlType.Timestamp, a, count)),
            new Overload(SqlType.Timestamp, [Whole], RowKernels.Map(SqlType.Timestamp, (long micros) => FromEpoch(micros, 1)))),
        new OverloadedFunction(
            "make_timestamptz",
            new(Category, "make_timestamptz(year, month, day, hour, minute, second [, zone])", "The moment at which it is that time in a time zone, in UTC unless given.", "make_timestamptz(2024, 2, 29, 13, 14, 15.5)", "2024-02-29 13:14:15.5+00"),
            new Overload(SqlType.TimestampTz, [Whole, Whole, Whole, Whole, Whole, SqlType.Double], (a, count, _) => Timestamps(SqlType.TimestampTz, a, count)),
            new Overload(SqlType.TimestampTz, [Whole, Whole, Whole, Whole, Whole, SqlType.Double, SqlType.Text], ZonedTimestamps)),
        new OverloadedFunction(
            "to_timestamp",
            new(Category, "to_timestamp(seconds) or to_timestamp(text, pattern)", "The moment so many seconds after 1970-01-01 00:00 UTC, or read from a text by a pattern of to_char.", "to_timestamp(86401.5)", "1970-01-02 00:00:01.5+00"),
            new Overload(SqlType.TimestampTz, [SqlType.Double], RowKernels.Map(SqlType.TimestampTz, (double seconds) => FromSeconds(seconds))),
            new Overload(SqlType.TimestampTz, [SqlType.Text, SqlType.Text], FormatFunctions.Reader(SqlType.TimestampTz, PatternFormat.Parse, orNull: false))),
        new OverloadedFunction(
            "make_interval",
            new(Category, "make_interval(years [, months [, weeks [, days [, hours [, mins [, secs]]]]]])", "The interval; what is left out is 0. Arguments may be named: make_interval(days => 10).", "make_interval(1, 2, 0, 3)", "1 year 2 mons 3 days"),
            [.. Enumerable.Range(0, 7).Select(n => new Overload(SqlType.Interval, Enumerable.Repeat(Whole, n).ToValueList(), Intervals)), new Overload(SqlType.Interval, [Whole, Whole, Whole, Whole, Whole, Whole, SqlType.Double], Intervals)])
        {
            ParametersByName = [.. ((string[])["years", "months", "weeks", "days", "hours", "mins", "secs"]).Select(part => (part, ScalarValue.From(0)))],
        },
        Units("to_millennia", "millennia", new(12_000, 0, 0), "to_millennia(1)", "1000 years"),
        Units("to_centuries", "centuries", new(1_200, 0, 0), "to_centuries(1)", "100 years"),
        Units("to_decades", "decades", new(120, 0, 0), "to_decades(1)", "10 years"),
        Units("to_years", "years", new(12, 0, 0), "to_years(2)", "2 years"),
        Units("to_quarters", "quarters", new(3, 0, 0), "to_quarters(2)", "6 mons"),
        Units("to_months", "months", new(1, 0, 0), "to_months(2)", "2 mons"),
        Units("to_weeks", "weeks", new(0, 7, 0), "to_weeks(2)", "14 days"),
        Units("to_days", "days", new(0, 1, 0), "to_days(2)", "2 days"),
        Units("to_hours", "hours", new(0, 0, Nanos(CivilCalendar.MicrosPerHour)), "to_hours(2)", "02:00:00"),
        Units("to_minutes", "minutes", new(0, 0, Nanos(CivilCalendar.MicrosPerMinute)), "to_minutes(2)", "00:02:00"),
        Units("to_microseconds", "microseconds", new(0, 0, Nanos(1)), "to_microseconds(2)", "00:00:00.000002"),
        Fractions("to_seconds", "seconds", CivilCalendar.MicrosPerSecond, "to_seconds(2.5)", "00:00:02.5"),
        Fractions("to_milliseconds", "milliseconds", 1_000, "to_milliseconds(2.5)", "00:00:00.0025"),
    ];

    /// <summary>The timestamp of a count of units since 1970.</summary>
    public static long FromEpoch(long count, long microsPerUnit)
    {
        Int128 micros = (Int128)count * microsPerUnit;
        return micros >= CivilCalendar.FirstMicro && micros <= CivilCalendar.LastMicro
            ? (long)micros
            : throw new SqlException(SqlErrorCode.NumericOutOfRange, string.Create(CultureInfo.InvariantCulture, $"{count} as a timestamp is outside the years 1 to 9999."));
    }

    public static int Day(long year, long month, long day) =>
        year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day is >= 1 and <= 31 && CivilCalendar.TryGetDay((int)year, (int)month, (int)day, out int days)
            ? days
            : throw new SqlException(SqlErrorCode.NumericOutOfRange, string.Create(CultureInfo.InvariantCulture, $"There is no date with year {year}, month {month} and day {day}."));

    /// <summary>A time of day in units of which a second has so many.</summary>
    static long Time(long hour, long minute, double second, long unitsPerSecond)
    {
        bool exists = hour is >= 0 and <= 23 && minute is >= 0 and <= 59 && second is >= 0 and < 60;
        long time = exists ? (((hour * 60) + minute) * 60 * unitsPerSecond) + (long)Math.Round(second * unitsPerSecond) : 0;
        return exists && time < 86_400 * unitsPerSecond
            ? time
            : throw new SqlException(SqlErrorCode.NumericOutOfRange, string.Create(CultureInfo.InvariantCulture, $"There is no time with hour {hour}, minute {minute} and second {second}."));
    }

    static int DayNumber(long day) => CivilCalendar.IsDay(day)
        ? (int)day
        : throw new SqlException(SqlErrorCode.NumericOutOfRange, string.Create(CultureInfo.InvariantCulture, $"Day {day} is outside the years 1 to 9999."));

    static long FromSeconds(double seconds)
    {
        double micros = Math.Round(seconds * CivilCalendar.MicrosPerSecond);
        return micros is >= CivilCalendar.FirstMicro and <= CivilCalendar.LastMicro
            ? (long)micros
            : throw new SqlException(SqlErrorCode.NumericOutOfRange, string.Create(CultureInfo.InvariantCulture, $"to_timestamp({seconds}) is outside the years 1 to 9999."));
    }

    static long Nanos(long micros) => micros * CivilCalendar.NanosPerMicro;

    static IArrowArray Timestamps(SqlType type, ReadOnlySpan<ColumnarValue> arguments, int count)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        byte[] buffer = Columns.Allocate(count, out Span<long> output);
        var year = new FixedColumn<long>(arguments[0]);
        var month = new FixedColumn<long>(arguments[1]);
        var day = new FixedColumn<long>(arguments[2]);
        var hour = new FixedColumn<long>(arguments[3]);
        var minute = new FixedColumn<long>(arguments[4]);
        var second = new FixedColumn<double>(arguments[5]);
        for (int row = 0; row < count; row++)
        {
            output[row] = nulls.IsNull(row) ? 0 : (Day(year[row], month[row], day[row]) * CivilCalendar.MicrosPerDay) + Time(hour[row], minute[row], second[row], CivilCalendar.MicrosPerSecond);
        }

        return Columns.Wrap(type, count, buffer, nulls);
    }

    static IArrowArray ZonedTimestamps(ReadOnlySpan<ColumnarValue> arguments, int count, Execution.ExecutionContext context)
    {
        IArrowArray local = Timestamps(SqlType.Timestamp, arguments[..6], count);
        return ZoneFunctions.FromLocal([arguments[6], ColumnarValue.Column(local)], count, context);
    }

    static IArrowArray Intervals(ReadOnlySpan<ColumnarValue> arguments, int count, Execution.ExecutionContext context)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        byte[] buffer = Columns.Allocate(count, out Span<SqlInterval> output);
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsNull(row))
            {
                output[row] = default;
                continue;
            }

            double second = arguments.Length < 7 ? 0 : new FixedColumn<double>(arguments[6])[row];
            Int128 months = ((Int128)Part(arguments, 0, row) * 12) + Part(arguments, 1, row);
            Int128 days = ((Int128)Part(arguments, 2, row) * 7) + Part(arguments, 3, row);
            double micros = (Part(arguments, 4, row) * (double)CivilCalendar.MicrosPerHour) + (Part(arguments, 5, row) * (double)CivilCalendar.MicrosPerMinute) + Math.Round(second * CivilCalendar.MicrosPerSecond);
            if (Int128.Abs(months) > int.MaxValue || Int128.Abs(days) > int.MaxValue || !(Math.Abs(micros) < long.MaxValue / CivilCalendar.NanosPerMicro))
            {
                throw new SqlException(SqlErrorCode.NumericOutOfRange, "make_interval: the interval is longer than INTERVAL holds.");
            }

            output[row] = new((int)months, (int)days, Nanos((long)micros));
        }

        return Columns.Wrap(SqlType.Interval, count, buffer, nulls);
    }

    static long Part(ReadOnlySpan<ColumnarValue> arguments, int argument, int row) =>
        argument < arguments.Length ? new FixedColumn<long>(arguments[argument])[row] : 0;

    static OverloadedFunction Units(string name, string units, SqlInterval unit, string example, string result) => new(
        name,
        new(Category, $"{name}(n)", $"An interval of n {units}.", example, result),
        new Overload(SqlType.Interval, [Whole], RowKernels.Map(SqlType.Interval, (long count) => Times(unit, count, units))));

    static OverloadedFunction Fractions(string name, string units, long micros, string example, string result) => new(
        name,
        new(Category, $"{name}(n)", $"An interval of n {units}; n may have decimals.", example, result),
        new Overload(SqlType.Interval, [SqlType.Double], RowKernels.Map(SqlType.Interval, (double count) =>
            TemporalArithmetic.Multiply(new(0, 0, Nanos(micros)), count) ?? throw TooLong(count, units))));

    static SqlInterval Times(SqlInterval unit, long count, string units)
    {
        Int128 months = (Int128)unit.Months * count;
        Int128 days = (Int128)unit.Days * count;
        Int128 nanos = (Int128)unit.Nanoseconds * count;
        return Int128.Abs(months) <= int.MaxValue && Int128.Abs(days) <= int.MaxValue && Int128.Abs(nanos) <= long.MaxValue
            ? new((int)months, (int)days, (long)nanos)
            : throw TooLong(count, units);
    }

    static SqlException TooLong<T>(T count, string units)
        where T : INumber<T> => new(SqlErrorCode.NumericOutOfRange, string.Create(CultureInfo.InvariantCulture, $"{count} {units} are longer than INTERVAL holds."));
}
