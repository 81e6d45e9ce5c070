using System.Text;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Temporal;

/// <summary>
/// AT TIME ZONE, as the function timezone(zone, x). Zones are those of the tz database; an interval is an offset east of UTC. A local time that
/// exists twice, or not at all, is taken in standard time.
/// </summary>
internal static class ZoneFunctions
{
    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new OverloadedFunction(
            "timezone",
            new("Date and time", "x AT TIME ZONE zone or timezone(zone, x)", "Of a TIMESTAMP: the moment at which it is that time in the zone, as a TIMESTAMP WITH TIME ZONE. Of a TIMESTAMP WITH TIME ZONE: the local time there, as a TIMESTAMP. The zone is a name of the tz database or an interval east of UTC.", "TIMESTAMPTZ '2024-07-01 12:00:00+00' AT TIME ZONE 'Europe/Berlin'", "2024-07-01 14:00:00"),
            new Overload(SqlType.TimestampTz, [SqlType.Text, SqlType.Timestamp], FromLocal),
            new Overload(SqlType.Timestamp, [SqlType.Text, SqlType.TimestampTz], ToLocal),
            new Overload(SqlType.TimestampTz, [SqlType.Interval, SqlType.Timestamp], RowKernels.Map(SqlType.TimestampTz, (SqlInterval offset, long local) => Checked(local - Micros(offset)))),
            new Overload(SqlType.Timestamp, [SqlType.Interval, SqlType.TimestampTz], RowKernels.Map(SqlType.Timestamp, (SqlInterval offset, long moment) => Checked(moment + Micros(offset))))),
    ];

    /// <summary>Local times of zones as moments: arguments are zone and TIMESTAMP.</summary>
    public static IArrowArray FromLocal(ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context) =>
        Convert(SqlType.TimestampTz, arguments, count, static (zone, local) => local - Offset(zone.GetUtcOffset(Time(local, DateTimeKind.Unspecified))));

    /// <summary>Moments as local times of zones: arguments are zone and TIMESTAMP WITH TIME ZONE.</summary>
    public static IArrowArray ToLocal(ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context) =>
        Convert(SqlType.Timestamp, arguments, count, static (zone, moment) => moment + Offset(zone.GetUtcOffset(Time(moment, DateTimeKind.Utc))));

    /// <exception cref="SqlException">No such zone is known on this machine.</exception>
    public static TimeZoneInfo Find(string name)
    {
        name = name.Trim();
        if (name.Equals("utc", StringComparison.OrdinalIgnoreCase) || name.Equals("gmt", StringComparison.OrdinalIgnoreCase) || name.Equals("z", StringComparison.OrdinalIgnoreCase))
        {
            return TimeZoneInfo.Utc;
        }

        if (name.Length > 0 && name[0] is '+' or '-')
        {
            // PostgreSQL reads these as POSIX does, west of Greenwich, and ISO 8601 the other way: better to ask than to be hours off.
            throw new SqlException(SqlErrorCode.InvalidParameter, $"'{name}' is not the name of a time zone; write an offset as an interval east of UTC, such as INTERVAL '2 hours'.");
        }

        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception error) when (error is TimeZoneNotFoundException or InvalidTimeZoneException or ArgumentException)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"The time zone '{name}' is not known on this machine; zones are called like 'Europe/Berlin', 'America/New_York' or 'UTC'.", error);
        }
    }

    static IArrowArray Convert(SqlType type, ReadOnlySpan<ColumnarValue> arguments, int count, Func<TimeZoneInfo, long, long> convert)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var names = new BytesColumn(arguments[0]);
        var values = new FixedColumn<long>(arguments[1]);
        byte[] buffer = Columns.Allocate(count, out Span<long> output);
        byte[]? last = null;
        TimeZoneInfo zone = TimeZoneInfo.Utc;
        for (int row = 0; row < count; row++)
        {
            output[row] = 0;
            if (nulls.IsNull(row))
            {
                continue;
            }

            if (last is null || !names[row].SequenceEqual(last))
            {
                zone = Find(Encoding.UTF8.GetString(names[row]));
                last = names[row].ToArray();
            }

            output[row] = Checked(convert(zone, values[row]));
        }

        return Columns.Wrap(type, count, buffer, nulls);
    }

    static DateTime Time(long micros, DateTimeKind kind) => DateTime.SpecifyKind(DateTime.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond), kind);

    static long Offset(TimeSpan offset) => offset.Ticks / TimeSpan.TicksPerMicrosecond;

    static long Micros(SqlInterval offset) => offset is { Months: 0, Days: 0 }
        ? offset.Nanoseconds / CivilCalendar.NanosPerMicro
        : throw new SqlException(SqlErrorCode.InvalidParameter, "An offset from UTC has no months and no days.");

    static long Checked(long micros) => CivilCalendar.IsMicro(micros)
        ? micros
        : throw new SqlException(SqlErrorCode.NumericOutOfRange, "AT TIME ZONE leads outside the years 1 to 9999.");
}
