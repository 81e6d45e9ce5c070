using System.Globalization;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Operators;

/// <summary>+ - * / with dates, times, timestamps and intervals, as in PostgreSQL.</summary>
internal static class TemporalArithmetic
{
    public static IReadOnlyList<Overload> Addition { get; } =
    [
        Checked<DatePlusDays, int, int, int>(SqlType.Date, SqlType.Date, SqlType.Integer),
        Checked<Swap<DatePlusDays, int, int, int>, int, int, int>(SqlType.Date, SqlType.Integer, SqlType.Date),
        Checked<DatePlusInterval, int, SqlInterval, long>(SqlType.Timestamp, SqlType.Date, SqlType.Interval),
        Checked<Swap<DatePlusInterval, int, SqlInterval, long>, SqlInterval, int, long>(SqlType.Timestamp, SqlType.Interval, SqlType.Date),
        Checked<TimestampPlusInterval, long, SqlInterval, long>(SqlType.Timestamp, SqlType.Timestamp, SqlType.Interval),
        Checked<Swap<TimestampPlusInterval, long, SqlInterval, long>, SqlInterval, long, long>(SqlType.Timestamp, SqlType.Interval, SqlType.Timestamp),
        Checked<TimestampPlusInterval, long, SqlInterval, long>(SqlType.TimestampTz, SqlType.TimestampTz, SqlType.Interval),
        Checked<Swap<TimestampPlusInterval, long, SqlInterval, long>, SqlInterval, long, long>(SqlType.TimestampTz, SqlType.Interval, SqlType.TimestampTz),
        Checked<IntervalPlusInterval, SqlInterval, SqlInterval, SqlInterval>(SqlType.Interval, SqlType.Interval, SqlType.Interval),
        Checked<TimePlusInterval, long, SqlInterval, long>(SqlType.Time, SqlType.Time, SqlType.Interval),
        Checked<Swap<TimePlusInterval, long, SqlInterval, long>, SqlInterval, long, long>(SqlType.Time, SqlType.Interval, SqlType.Time),
        Checked<Swap<DatePlusTime, int, long, long>, long, int, long>(SqlType.Timestamp, SqlType.Time, SqlType.Date),
        Checked<DatePlusTime, int, long, long>(SqlType.Timestamp, SqlType.Date, SqlType.Time),
    ];

    public static IReadOnlyList<Overload> Subtraction { get; } =
    [
        Checked<DateMinusDays, int, int, int>(SqlType.Date, SqlType.Date, SqlType.Integer),
        Checked<DateMinusDate, int, int, int>(SqlType.Integer, SqlType.Date, SqlType.Date),
        Checked<TimestampMinusTimestamp, long, long, SqlInterval>(SqlType.Interval, SqlType.Timestamp, SqlType.Timestamp),
        Checked<TimestampMinusTimestamp, long, long, SqlInterval>(SqlType.Interval, SqlType.TimestampTz, SqlType.TimestampTz),
        Checked<Minus<DatePlusInterval, int, long>, int, SqlInterval, long>(SqlType.Timestamp, SqlType.Date, SqlType.Interval),
        Checked<Minus<TimestampPlusInterval, long, long>, long, SqlInterval, long>(SqlType.Timestamp, SqlType.Timestamp, SqlType.Interval),
        Checked<Minus<TimestampPlusInterval, long, long>, long, SqlInterval, long>(SqlType.TimestampTz, SqlType.TimestampTz, SqlType.Interval),
        Checked<Minus<IntervalPlusInterval, SqlInterval, SqlInterval>, SqlInterval, SqlInterval, SqlInterval>(SqlType.Interval, SqlType.Interval, SqlType.Interval),
        Checked<Minus<TimePlusInterval, long, long>, long, SqlInterval, long>(SqlType.Time, SqlType.Time, SqlType.Interval),
        Checked<TimeMinusTime, long, long, SqlInterval>(SqlType.Interval, SqlType.Time, SqlType.Time),
    ];

    public static IReadOnlyList<Overload> Multiplication { get; } =
    [
        Checked<IntervalTimes, SqlInterval, double, SqlInterval>(SqlType.Interval, SqlType.Interval, SqlType.Double),
        Checked<Swap<IntervalTimes, SqlInterval, double, SqlInterval>, double, SqlInterval, SqlInterval>(SqlType.Interval, SqlType.Double, SqlType.Interval),
    ];

    public static IReadOnlyList<Overload> Division { get; } =
    [
        Checked<IntervalDividedBy, SqlInterval, double, SqlInterval>(SqlType.Interval, SqlType.Interval, SqlType.Double) with { MayReturnNull = true },
    ];

    public static ScalarKernel NegateInterval { get; } = ScalarKernels.CheckedUnary<IntervalNegation, SqlInterval, SqlInterval>(SqlType.Interval);

    /// <summary>An interval multiplied; the fraction of a month becomes days (30 to a month), that of a day becomes time. Null when out of range.</summary>
    internal static SqlInterval? Multiply(SqlInterval interval, double factor)
    {
        double months = interval.Months * factor;
        double days = (interval.Days * factor) + ((months - Math.Truncate(months)) * 30);
        double micros = (interval.Nanoseconds / (double)CivilCalendar.NanosPerMicro * factor) + ((days - Math.Truncate(days)) * CivilCalendar.MicrosPerDay);
        return Math.Abs(months) <= int.MaxValue && Math.Abs(days) <= int.MaxValue && Math.Abs(micros) < long.MaxValue / CivilCalendar.NanosPerMicro
            ? new SqlInterval((int)months, (int)days, (long)Math.Round(micros) * CivilCalendar.NanosPerMicro)
            : null;
    }

    static Overload Checked<TOperation, TLeft, TRight, TOut>(SqlType result, SqlType left, SqlType right)
        where TOperation : struct, ICheckedBinaryOperation<TLeft, TRight, TOut>
        where TLeft : unmanaged
        where TRight : unmanaged
        where TOut : unmanaged => new(result, [left, right], ScalarKernels.CheckedBinary<TOperation, TLeft, TRight, TOut>(result));

    static string Text(SqlInterval interval)
    {
        Span<byte> text = stackalloc byte[96];
        return System.Text.Encoding.UTF8.GetString(text[..IntervalText.Format(interval, text)]);
    }

    static string DateText(int day)
    {
        Span<byte> text = stackalloc byte[TemporalText.MaxLength];
        return System.Text.Encoding.UTF8.GetString(text[..TemporalText.FormatDate(day, text)]);
    }

    static string TimestampText(long micros)
    {
        Span<byte> text = stackalloc byte[TemporalText.MaxLength];
        return System.Text.Encoding.UTF8.GetString(text[..TemporalText.FormatTimestamp(micros, text)]);
    }

    static SqlException OutOfYears(string operation) => new(SqlErrorCode.NumericOutOfRange, $"{operation} is outside the years 1 to 9999.");

    readonly struct Swap<TOperation, TLeft, TRight, TOut> : ICheckedBinaryOperation<TRight, TLeft, TOut>
        where TOperation : struct, ICheckedBinaryOperation<TLeft, TRight, TOut>
    {
        public static bool TryInvoke(TRight left, TLeft right, out TOut result) => TOperation.TryInvoke(right, left, out result);

        public static SqlException? Failure(TRight left, TLeft right) => TOperation.Failure(right, left);
    }

    /// <summary>Subtraction of an interval as addition of its negative.</summary>
    readonly struct Minus<TOperation, TLeft, TOut> : ICheckedBinaryOperation<TLeft, SqlInterval, TOut>
        where TOperation : struct, ICheckedBinaryOperation<TLeft, SqlInterval, TOut>
    {
        public static bool TryInvoke(TLeft left, SqlInterval right, out TOut result) => TOperation.TryInvoke(left, Negative(right), out result);

        public static SqlException? Failure(TLeft left, SqlInterval right) => TOperation.Failure(left, Negative(right));

        static SqlInterval Negative(SqlInterval interval) => unchecked(new(-interval.Months, -interval.Days, -interval.Nanoseconds));
    }

    readonly struct DatePlusDays : ICheckedBinaryOperation<int, int, int>
    {
        public static bool TryInvoke(int left, int right, out int result)
        {
            result = unchecked(left + right);
            return CivilCalendar.IsDay((long)left + right);
        }

        public static SqlException Failure(int left, int right) => OutOfYears(string.Create(CultureInfo.InvariantCulture, $"{DateText(left)} + {right} days"));
    }

    readonly struct DateMinusDays : ICheckedBinaryOperation<int, int, int>
    {
        public static bool TryInvoke(int left, int right, out int result)
        {
            result = unchecked(left - right);
            return CivilCalendar.IsDay((long)left - right);
        }

        public static SqlException Failure(int left, int right) => OutOfYears(string.Create(CultureInfo.InvariantCulture, $"{DateText(left)} - {right} days"));
    }

    readonly struct DateMinusDate : ICheckedBinaryOperation<int, int, int>
    {
        public static bool TryInvoke(int left, int right, out int result)
        {
            result = unchecked(left - right);
            return true;
        }

        public static SqlException? Failure(int left, int right) => null;
    }

    readonly struct DatePlusTime : ICheckedBinaryOperation<int, long, long>
    {
        public static bool TryInvoke(int left, long right, out long result)
        {
            result = unchecked((left * CivilCalendar.MicrosPerDay) + (right / CivilCalendar.NanosPerMicro));
            return CivilCalendar.IsDay(left);
        }

        public static SqlException Failure(int left, long right) => OutOfYears(DateText(left));
    }

    readonly struct DatePlusInterval : ICheckedBinaryOperation<int, SqlInterval, long>
    {
        public static bool TryInvoke(int left, SqlInterval right, out long result) => CivilCalendar.TryAdd(unchecked(left * CivilCalendar.MicrosPerDay), right, out result);

        public static SqlException Failure(int left, SqlInterval right) => OutOfYears($"{DateText(left)} + {Text(right)}");
    }

    readonly struct TimestampPlusInterval : ICheckedBinaryOperation<long, SqlInterval, long>
    {
        public static bool TryInvoke(long left, SqlInterval right, out long result) => CivilCalendar.TryAdd(left, right, out result);

        public static SqlException Failure(long left, SqlInterval right) => OutOfYears($"{TimestampText(left)} + {Text(right)}");
    }

    readonly struct TimestampMinusTimestamp : ICheckedBinaryOperation<long, long, SqlInterval>
    {
        public static bool TryInvoke(long left, long right, out SqlInterval result)
        {
            long micros = unchecked(left - right);
            long days = micros / CivilCalendar.MicrosPerDay;
            result = new(0, unchecked((int)days), (micros - (days * CivilCalendar.MicrosPerDay)) * CivilCalendar.NanosPerMicro);
            return true;
        }

        public static SqlException? Failure(long left, long right) => null;
    }

    readonly struct TimeMinusTime : ICheckedBinaryOperation<long, long, SqlInterval>
    {
        public static bool TryInvoke(long left, long right, out SqlInterval result)
        {
            result = new(0, 0, unchecked(left - right));
            return true;
        }

        public static SqlException? Failure(long left, long right) => null;
    }

    /// <summary>A time of day goes around at midnight; months and days do not move it.</summary>
    readonly struct TimePlusInterval : ICheckedBinaryOperation<long, SqlInterval, long>
    {
        public static bool TryInvoke(long left, SqlInterval right, out long result)
        {
            long sum = left + (right.Nanoseconds % CivilCalendar.NanosPerDay);
            long time = sum - (CivilCalendar.FloorDivide(sum, CivilCalendar.NanosPerDay) * CivilCalendar.NanosPerDay);
            result = time - (time % CivilCalendar.NanosPerTick);
            return true;
        }

        public static SqlException? Failure(long left, SqlInterval right) => null;
    }

    readonly struct IntervalPlusInterval : ICheckedBinaryOperation<SqlInterval, SqlInterval, SqlInterval>
    {
        public static bool TryInvoke(SqlInterval left, SqlInterval right, out SqlInterval result)
        {
            long months = (long)left.Months + right.Months;
            long days = (long)left.Days + right.Days;
            Int128 nanos = (Int128)left.Nanoseconds + right.Nanoseconds;
            result = unchecked(new((int)months, (int)days, (long)nanos));
            return result.Months == months && result.Days == days && result.Nanoseconds == nanos;
        }

        public static SqlException Failure(SqlInterval left, SqlInterval right) => new(SqlErrorCode.NumericOutOfRange, $"{Text(left)} + {Text(right)} overflows INTERVAL.");
    }

    readonly struct IntervalTimes : ICheckedBinaryOperation<SqlInterval, double, SqlInterval>
    {
        public static bool TryInvoke(SqlInterval left, double right, out SqlInterval result)
        {
            SqlInterval? product = Multiply(left, right);
            result = product.GetValueOrDefault();
            return product is not null;
        }

        public static SqlException Failure(SqlInterval left, double right) =>
            new(SqlErrorCode.NumericOutOfRange, string.Create(CultureInfo.InvariantCulture, $"{Text(left)} * {right} overflows INTERVAL."));
    }

    readonly struct IntervalDividedBy : ICheckedBinaryOperation<SqlInterval, double, SqlInterval>
    {
        public static bool TryInvoke(SqlInterval left, double right, out SqlInterval result)
        {
            SqlInterval? quotient = right == 0 ? null : Multiply(left, 1 / right);
            result = quotient.GetValueOrDefault();
            return quotient is not null;
        }

        public static SqlException? Failure(SqlInterval left, double right) =>
            right == 0 ? null : new(SqlErrorCode.NumericOutOfRange, string.Create(CultureInfo.InvariantCulture, $"{Text(left)} / {right} overflows INTERVAL."));
    }

    readonly struct IntervalNegation : ICheckedUnaryOperation<SqlInterval, SqlInterval>
    {
        public static bool TryInvoke(SqlInterval value, out SqlInterval result)
        {
            result = unchecked(new(-value.Months, -value.Days, -value.Nanoseconds));
            return value.Months != int.MinValue && value.Days != int.MinValue && value.Nanoseconds != long.MinValue;
        }

        public static SqlException Failure(SqlInterval value) => new(SqlErrorCode.NumericOutOfRange, $"-({Text(value)}) overflows INTERVAL.");
    }
}
