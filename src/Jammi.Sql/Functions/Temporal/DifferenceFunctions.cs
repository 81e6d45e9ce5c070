using System.Globalization;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Operators;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Temporal;

/// <summary>date_diff, date_sub, date_add and age. Dates are taken as timestamps at midnight.</summary>
internal static class DifferenceFunctions
{
    const string Category = "Date and time";

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new OverloadedFunction(
            "date_diff",
            new(Category, "date_diff(field, start, end)", "How many beginnings of a year, month, day ... lie between: from 23:59 to 00:01 is one day. Weeks are seven days, on whatever day they begin.", "date_diff('month', DATE '2024-01-31', DATE '2024-03-01')", "2"),
            Counts(SqlType.Timestamp, Boundaries),
            Counts(SqlType.TimestampTz, Boundaries),
            Counts(SqlType.Time, BoundariesOfTimes))
        {
            Synonyms = ["datediff"],
        },
        new OverloadedFunction(
            "date_sub",
            new(Category, "date_sub(field, start, end) or date_sub(x, interval)", "How many whole years, months, days ... lie between; or x less an interval.", "date_sub('month', DATE '2024-01-31', DATE '2024-03-01')", "1"),
            [Counts(SqlType.Timestamp, Whole), Counts(SqlType.TimestampTz, Whole), Counts(SqlType.Time, WholeOfTimes), .. WithInterval(TemporalArithmetic.Subtraction)])
        {
            Synonyms = ["datesub"],
        },
        new OverloadedFunction(
            "date_add",
            new(Category, "date_add(x, interval) or date_add(field, n, x)", "x and an interval, or n of a unit, later. A day that the month does not have becomes its last.", "date_add(DATE '2024-01-31', INTERVAL '1 month')", "2024-02-29 00:00:00"),
            [.. WithInterval(TemporalArithmetic.Addition), new Overload(SqlType.Timestamp, [SqlType.Text, SqlType.BigInt, SqlType.Timestamp], (a, count, _) => Add(SqlType.Timestamp, a, count)), new Overload(SqlType.TimestampTz, [SqlType.Text, SqlType.BigInt, SqlType.TimestampTz], (a, count, _) => Add(SqlType.TimestampTz, a, count))])
        {
            Synonyms = ["dateadd"],
        },
        new OverloadedFunction(
            "age",
            new(Category, "age(end, start) or age(start)", "The years, months, days and time from start to end, or to today.", "age(DATE '2024-03-01', DATE '2020-01-31')", "4 years 1 mon 1 day"),
            new Overload(SqlType.Interval, [SqlType.Timestamp, SqlType.Timestamp], RowKernels.Map(SqlType.Interval, (long end, long start) => Age(end, start))),
            new Overload(SqlType.Interval, [SqlType.TimestampTz, SqlType.TimestampTz], RowKernels.Map(SqlType.Interval, (long end, long start) => Age(end, start))),
            new Overload(SqlType.Interval, [SqlType.Timestamp], SinceToday),
            new Overload(SqlType.Interval, [SqlType.TimestampTz], SinceToday))
        {
            Behaviour = new(Volatility.Stable),
        },
        new OverloadedFunction("justify_days", new(Category, "justify_days(interval)", "With every 30 days as a month.", "justify_days(INTERVAL '35 days')", "1 mon 5 days"), new Overload(SqlType.Interval, [SqlType.Interval], RowKernels.Map(SqlType.Interval, (SqlInterval i) => Justify(i, hours: false, days: true)))),
        new OverloadedFunction("justify_hours", new(Category, "justify_hours(interval)", "With every 24 hours as a day.", "justify_hours(INTERVAL '27 hours')", "1 day 03:00:00"), new Overload(SqlType.Interval, [SqlType.Interval], RowKernels.Map(SqlType.Interval, (SqlInterval i) => Justify(i, hours: true, days: false)))),
        new OverloadedFunction("justify_interval", new(Category, "justify_interval(interval)", "justify_days and justify_hours together, with all parts of one sign.", "justify_interval(INTERVAL '1 mon -1 hour')", "29 days 23:00:00"), new Overload(SqlType.Interval, [SqlType.Interval], RowKernels.Map(SqlType.Interval, (SqlInterval i) => Justify(i, hours: true, days: true)))),
    ];

    /// <summary>The addition or subtraction of an interval, as overloads of a function.</summary>
    static IEnumerable<Overload> WithInterval(IReadOnlyList<Overload> operators) =>
        operators.Where(o => o.Parameters[0].Kind is SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz or SqlTypeKind.Date or SqlTypeKind.Time && o.Parameters[1].Kind == SqlTypeKind.Interval);

    static Overload Counts(SqlType type, Func<DateField, long, long, long> compute) => new(SqlType.BigInt, [SqlType.Text, type, type], (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var units = new BytesColumn(arguments[0]);
        var starts = new FixedColumn<long>(arguments[1]);
        var ends = new FixedColumn<long>(arguments[2]);
        var reader = new DateFieldReader();
        byte[] buffer = Columns.Allocate(count, out Span<long> output);
        for (int row = 0; row < count; row++)
        {
            output[row] = nulls.IsValid(row) ? compute(reader.Read(units[row]), starts[row], ends[row]) : 0;
        }

        return Columns.Wrap(SqlType.BigInt, count, buffer, nulls);
    });

    static long Boundaries(DateField field, long start, long end)
    {
        if (field == DateField.Week)
        {
            return Boundaries(DateField.Day, start, end) / 7;
        }

        long unit = TruncationFunctions.UnitMicros(field);
        return unit > 0 ? CivilCalendar.FloorDivide(end, unit) - CivilCalendar.FloorDivide(start, unit) : Ordinal(field, end) - Ordinal(field, start);
    }

    static long BoundariesOfTimes(DateField field, long start, long end) => Boundaries(field, start / CivilCalendar.NanosPerMicro, end / CivilCalendar.NanosPerMicro);

    /// <summary>The number of the calendar unit that a moment lies in.</summary>
    static long Ordinal(DateField field, long micros)
    {
        int day = CivilCalendar.DayOf(micros);
        return field switch
        {
            DateField.Month => Months(day),
            DateField.Quarter => Months(day) / 3,
            DateField.Year or DateField.Decade or DateField.Century or DateField.Millennium or DateField.IsoYear => DateParts.OfDate(field, day),
            _ => throw NotAUnit(field),
        };
    }

    static long Months(int day)
    {
        CivilCalendar.Split(day, out int year, out int month, out _);
        return (year * 12L) + month - 1;
    }

    static long Whole(DateField field, long start, long end)
    {
        long unit = field == DateField.Week ? 7 * CivilCalendar.MicrosPerDay : TruncationFunctions.UnitMicros(field);
        if (unit > 0)
        {
            return (end - start) / unit;
        }

        int months = field switch
        {
            DateField.Month => 1,
            DateField.Quarter => 3,
            _ when TruncationFunctions.UnitYears(field) is > 0 and int years => years * 12,
            _ => throw NotAUnit(field),
        };
        return (start <= end ? WholeMonths(start, end) : -WholeMonths(end, start)) / months;
    }

    /// <summary>Of times of day: units of the calendar are longer than the day.</summary>
    static long WholeOfTimes(DateField field, long start, long end) => TruncationFunctions.UnitMicros(field) is > 0 and long unit
        ? (end - start) / (unit * CivilCalendar.NanosPerMicro)
        : Whole(field, 0, 0);

    static long WholeMonths(long start, long end)
    {
        int months = (int)(Months(CivilCalendar.DayOf(end)) - Months(CivilCalendar.DayOf(start)));
        return CivilCalendar.TryAdd(start, new(months, 0, 0), out long reached) && reached > end ? months - 1 : months;
    }

    static SqlException NotAUnit(DateField field) =>
        new(SqlErrorCode.InvalidParameter, $"'{field.ToString().ToLowerInvariant()}' is not a unit to count in; use millennium, century, decade, year, quarter, month, week, day, hour, minute, second, milliseconds or microseconds.");

    static IArrowArray Add(SqlType type, ReadOnlySpan<ColumnarValue> arguments, int count)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var units = new BytesColumn(arguments[0]);
        var counts = new FixedColumn<long>(arguments[1]);
        var starts = new FixedColumn<long>(arguments[2]);
        var reader = new DateFieldReader();
        byte[] buffer = Columns.Allocate(count, out Span<long> output);
        for (int row = 0; row < count; row++)
        {
            output[row] = nulls.IsValid(row) ? Add(reader.Read(units[row]), counts[row], starts[row]) : 0;
        }

        return Columns.Wrap(type, count, buffer, nulls);
    }

    static long Add(DateField field, long count, long start)
    {
        long unit = field == DateField.Week ? 7 * CivilCalendar.MicrosPerDay : TruncationFunctions.UnitMicros(field);
        if (unit > 0)
        {
            Int128 end = start + ((Int128)unit * count);
            return end >= CivilCalendar.FirstMicro && end <= CivilCalendar.LastMicro ? (long)end : throw OutOfYears(field, count);
        }

        int months = field switch
        {
            DateField.Month => 1,
            DateField.Quarter => 3,
            _ when TruncationFunctions.UnitYears(field) is > 0 and int years => years * 12,
            _ => throw NotAUnit(field),
        };
        Int128 total = (Int128)months * count;
        return Int128.Abs(total) <= int.MaxValue && CivilCalendar.TryAdd(start, new((int)total, 0, 0), out long result) ? result : throw OutOfYears(field, count);
    }

    static SqlException OutOfYears(DateField field, long count) =>
        new(SqlErrorCode.NumericOutOfRange, string.Create(CultureInfo.InvariantCulture, $"date_add('{field.ToString().ToLowerInvariant()}', {count}, ...) leads outside the years 1 to 9999."));

    static IArrowArray SinceToday(ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
    {
        long today = CivilCalendar.DayOf(ClockFunctions.Now(context)) * CivilCalendar.MicrosPerDay;
        return RowKernels.Map(SqlType.Interval, (long start) => Age(today, start))(arguments, count, context);
    }

    /// <summary>The difference field by field; days borrow from the month of the earlier of the two, as in PostgreSQL.</summary>
    static SqlInterval Age(long end, long start)
    {
        if (end < start)
        {
            SqlInterval later = Age(start, end);
            return new(-later.Months, -later.Days, -later.Nanoseconds);
        }

        CivilCalendar.Split(CivilCalendar.DayOf(end), out int endYear, out int endMonth, out int endDay);
        CivilCalendar.Split(CivilCalendar.DayOf(start), out int startYear, out int startMonth, out int startDay);
        long time = CivilCalendar.TimeOfDay(end) - CivilCalendar.TimeOfDay(start);
        int days = endDay - startDay;
        int months = ((endYear - startYear) * 12) + endMonth - startMonth;
        if (time < 0)
        {
            time += CivilCalendar.MicrosPerDay;
            days--;
        }

        if (days < 0)
        {
            days += CivilCalendar.DaysInMonth(startYear, startMonth);
            months--;
        }

        return new(months, days, time * CivilCalendar.NanosPerMicro);
    }

    /// <summary>Hours carried into days and days into months; then the parts are given the sign of the largest.</summary>
    static SqlInterval Justify(SqlInterval interval, bool hours, bool days)
    {
        const long NanosPerDay = CivilCalendar.NanosPerDay;
        long month = interval.Months;
        long day = interval.Days;
        long time = interval.Nanoseconds;
        if (hours)
        {
            day += time / NanosPerDay;
            time %= NanosPerDay;
        }

        if (days)
        {
            month += day / 30;
            day %= 30;
            int rest = day != 0 || !hours ? Math.Sign(day) : Math.Sign(time);
            if (Math.Sign(month) * rest < 0)
            {
                day += Math.Sign(month) * 30;
                month -= Math.Sign(month);
            }
        }

        if (hours && Math.Sign(day) * Math.Sign(time) < 0)
        {
            time += Math.Sign(day) * NanosPerDay;
            day -= Math.Sign(day);
        }

        return Math.Abs(month) <= int.MaxValue && Math.Abs(day) <= int.MaxValue
            ? new((int)month, (int)day, time)
            : throw new SqlException(SqlErrorCode.NumericOutOfRange, "The interval is longer than INTERVAL holds.");
    }
}
