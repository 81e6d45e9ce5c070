using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Temporal;

/// <summary>date_trunc, date_bin, time_bucket and last_day: the beginnings and ends of what a moment lies in.</summary>
internal static class TruncationFunctions
{
    const string Category = "Date and time";

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new OverloadedFunction(
            "date_trunc",
            new(Category, "date_trunc(field, x [, zone])", "The beginning of the year, month, week, day, hour ... that x lies in; weeks begin on Monday. A date gives a TIMESTAMP. With a time zone: the beginning there.", "date_trunc('month', DATE '2024-02-29')", "2024-02-01 00:00:00"),
            new Overload(SqlType.Timestamp, [SqlType.Text, SqlType.Timestamp], (a, count, _) => Truncate<long>(SqlType.Timestamp, a, count, Micros)),
            new Overload(SqlType.Timestamp, [SqlType.Text, SqlType.Date], (a, count, _) => TruncateDays(a, count)),
            new Overload(SqlType.TimestampTz, [SqlType.Text, SqlType.TimestampTz], (a, count, _) => Truncate<long>(SqlType.TimestampTz, a, count, Micros)),
            new Overload(SqlType.Interval, [SqlType.Text, SqlType.Interval], (a, count, _) => Truncate<SqlInterval>(SqlType.Interval, a, count, Interval)),
            new Overload(SqlType.TimestampTz, [SqlType.Text, SqlType.TimestampTz, SqlType.Text], TruncateInZone))
        {
            Synonyms = ["datetrunc"],
        },
        new OverloadedFunction(
            "date_bin",
            new(Category, "date_bin(width, x, origin)", "The beginning of the interval of the given width, counted from the origin, that x lies in. The width has no months.", "date_bin('15 minutes', TIMESTAMP '2024-02-29 13:14:15', TIMESTAMP '2024-01-01')", "2024-02-29 13:00:00"),
            new Overload(SqlType.Timestamp, [SqlType.Interval, SqlType.Timestamp, SqlType.Timestamp], RowKernels.Map(SqlType.Timestamp, (SqlInterval width, long x, long origin) => Bin(width, x, origin))),
            new Overload(SqlType.TimestampTz, [SqlType.Interval, SqlType.TimestampTz, SqlType.TimestampTz], RowKernels.Map(SqlType.TimestampTz, (SqlInterval width, long x, long origin) => Bin(width, x, origin)))),
        new OverloadedFunction(
            "time_bucket",
            new(Category, "time_bucket(width, x [, origin])", "The beginning of the interval of the given width that x lies in, counted from 2000-01-03 (2000-01-01 where the width is months) unless told otherwise.", "time_bucket('3 months', TIMESTAMP '2024-06-29')", "2024-04-01 00:00:00"),
            Buckets(SqlType.Timestamp),
            Buckets(SqlType.TimestampTz),
            BucketsFrom(SqlType.Timestamp),
            BucketsFrom(SqlType.TimestampTz)),
        new OverloadedFunction(
            "last_day",
            new(Category, "last_day(x)", "The last date of the month.", "last_day(DATE '2024-02-01')", "2024-02-29"),
            new Overload(SqlType.Date, [SqlType.Date], RowKernels.Map(SqlType.Date, (int day) => LastDay(day))),
            new Overload(SqlType.Date, [SqlType.Timestamp], RowKernels.Map(SqlType.Date, (long micros) => LastDay(CivilCalendar.DayOf(micros)))),
            new Overload(SqlType.Date, [SqlType.TimestampTz], RowKernels.Map(SqlType.Date, (long micros) => LastDay(CivilCalendar.DayOf(micros))))),
    ];

    /// <summary>Microseconds of a unit of fixed length; 0 for those of the calendar.</summary>
    public static long UnitMicros(DateField field) => field switch
    {
        DateField.Microsecond => 1,
        DateField.Millisecond => 1_000,
        DateField.Second => CivilCalendar.MicrosPerSecond,
        DateField.Minute => CivilCalendar.MicrosPerMinute,
        DateField.Hour => CivilCalendar.MicrosPerHour,
        DateField.Day => CivilCalendar.MicrosPerDay,
        _ => 0,
    };

    /// <summary>Years of a unit of whole years; 0 for others.</summary>
    public static int UnitYears(DateField field) => field switch
    {
        DateField.Year => 1,
        DateField.Decade => 10,
        DateField.Century => 100,
        DateField.Millennium => 1000,
        _ => 0,
    };

    static long Micros(DateField field, long micros)
    {
        long unit = UnitMicros(field);
        return unit > 0
            ? CivilCalendar.FloorDivide(micros, unit) * unit
            : Day(field, CivilCalendar.DayOf(micros)) * CivilCalendar.MicrosPerDay;
    }

    static int Day(DateField field, int day)
    {
        if (UnitMicros(field) > 0)
        {
            return day;
        }

        if (field == DateField.Week)
        {
            return day - DateParts.DayOfWeek(day) + 1;
        }

        if (field == DateField.IsoYear)
        {
            // The week of 4 January is the first.
            int fourth = CivilCalendar.DayNumber(DateParts.IsoWeek(day).Year, 1, 4);
            return fourth - DateParts.DayOfWeek(fourth) + 1;
        }

        CivilCalendar.Split(day, out int year, out int month, out _);
        int first = field switch
        {
            DateField.Month => CivilCalendar.DayNumber(year, month, 1),
            DateField.Quarter => CivilCalendar.DayNumber(year, ((month - 1) / 3 * 3) + 1, 1),
            DateField.Year => CivilCalendar.DayNumber(year, 1, 1),
            DateField.Decade => CivilCalendar.DayNumber(year / 10 * 10, 1, 1),

            // Centuries and millennia begin with the year 1.
            DateField.Century or DateField.Millennium => CivilCalendar.DayNumber(((year - 1) / UnitYears(field) * UnitYears(field)) + 1, 1, 1),
            _ => throw NotAUnit(field),
        };
        return first >= CivilCalendar.FirstDay ? first : throw new SqlException(SqlErrorCode.NumericOutOfRange, "date_trunc: the decade begins before the year 1.");
    }

    static SqlInterval Interval(DateField field, SqlInterval interval)
    {
        long unit = UnitMicros(field) * CivilCalendar.NanosPerMicro;
        if (unit > 0)
        {
            return interval with { Nanoseconds = field == DateField.Day ? 0 : interval.Nanoseconds / unit * unit };
        }

        int months = field switch
        {
            DateField.Month => 1,
            DateField.Quarter => 3,
            _ when UnitYears(field) is > 0 and int years => years * 12,
            _ => throw NotAUnit(field),
        };
        return new(interval.Months / months * months, 0, 0);
    }

    static SqlException NotAUnit(DateField field) =>
        new(SqlErrorCode.InvalidParameter, $"'{field.ToString().ToLowerInvariant()}' is not a unit to truncate to; use millennium, century, decade, year, quarter, month, week, day, hour, minute, second, milliseconds or microseconds.");

    static IArrowArray Truncate<T>(SqlType type, ReadOnlySpan<ColumnarValue> arguments, int count, Func<DateField, T, T> truncate)
        where T : unmanaged
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var units = new BytesColumn(arguments[0]);
        var values = new FixedColumn<T>(arguments[1]);
        var reader = new DateFieldReader();
        byte[] buffer = Columns.Allocate(count, out Span<T> output);
        for (int row = 0; row < count; row++)
        {
            output[row] = nulls.IsValid(row) ? truncate(reader.Read(units[row]), values[row]) : default;
        }

        return Columns.Wrap(type, count, buffer, nulls);
    }

    static IArrowArray TruncateDays(ReadOnlySpan<ColumnarValue> arguments, int count)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var units = new BytesColumn(arguments[0]);
        var days = new FixedColumn<int>(arguments[1]);
        var reader = new DateFieldReader();
        byte[] buffer = Columns.Allocate(count, out Span<long> output);
        for (int row = 0; row < count; row++)
        {
            output[row] = nulls.IsValid(row) ? Day(reader.Read(units[row]), days[row]) * CivilCalendar.MicrosPerDay : 0;
        }

        return Columns.Wrap(SqlType.Timestamp, count, buffer, nulls);
    }

    static IArrowArray TruncateInZone(ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
    {
        IArrowArray local = ZoneFunctions.ToLocal([arguments[2], arguments[1]], count, context);
        IArrowArray truncated = Truncate<long>(SqlType.Timestamp, [arguments[0], ColumnarValue.Column(local)], count, Micros);
        return ZoneFunctions.FromLocal([arguments[2], ColumnarValue.Column(truncated)], count, context);
    }

    static long Bin(SqlInterval width, long x, long origin)
    {
        if (width.Months != 0)
        {
            throw new SqlException(SqlErrorCode.NotSupported, "date_bin takes widths of days and time: months are of different lengths. Use time_bucket or date_trunc.");
        }

        Int128 micros = (width.Days * (Int128)CivilCalendar.MicrosPerDay) + (width.Nanoseconds / CivilCalendar.NanosPerMicro);
        if (micros <= 0 || micros > long.MaxValue)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, "The width of an interval to count by must be above zero.");
        }

        long start = origin + (CivilCalendar.FloorDivide(x - origin, (long)micros) * (long)micros);
        return CivilCalendar.IsMicro(start) ? start : throw new SqlException(SqlErrorCode.NumericOutOfRange, "The interval begins before the year 1.");
    }

    static long Bucket(SqlInterval width, long x) => Bucket(width, x, CivilCalendar.DayNumber(2000, 1, width.Months == 0 ? 3 : 1) * CivilCalendar.MicrosPerDay);

    static long Bucket(SqlInterval width, long x, long origin)
    {
        if (width.Months == 0)
        {
            return Bin(width, x, origin);
        }

        if (width.Months < 0 || width.Days != 0 || width.Nanoseconds != 0)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, "The width of a bucket is either months or days and time, and above zero.");
        }

        CivilCalendar.Split(CivilCalendar.DayOf(x), out int year, out int month, out _);
        CivilCalendar.Split(CivilCalendar.DayOf(origin), out int originYear, out int originMonth, out _);
        long months = CivilCalendar.FloorDivide(((year - originYear) * 12L) + month - originMonth, width.Months) * width.Months;
        if (CivilCalendar.TryAdd(origin, new((int)months, 0, 0), out long start) && start > x)
        {
            months -= width.Months;
        }

        return CivilCalendar.TryAdd(origin, new((int)months, 0, 0), out start) ? start : throw new SqlException(SqlErrorCode.NumericOutOfRange, "The bucket begins before the year 1.");
    }

    static Overload Buckets(SqlType type) => new(type, [SqlType.Interval, type], RowKernels.Map(type, (SqlInterval width, long x) => Bucket(width, x)));

    static Overload BucketsFrom(SqlType type) => new(type, [SqlType.Interval, type, type], RowKernels.Map(type, (SqlInterval width, long x, long origin) => Bucket(width, x, origin)));

    static int LastDay(int day)
    {
        CivilCalendar.Split(day, out int year, out int month, out _);
        return CivilCalendar.DayNumber(year, month, CivilCalendar.DaysInMonth(year, month));
    }
}
