using Apache.Arrow;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Temporal;

/// <summary>The current date and time, in UTC: one moment for a whole statement, except for clock_timestamp.</summary>
internal static class ClockFunctions
{
    const string Category = "Date and time";

    static readonly FunctionTraits Stable = new(Volatility.Stable);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        Now("now", "now() or current_timestamp", "The moment at which the statement began.", SqlType.TimestampTz, "current_timestamp", "transaction_timestamp", "statement_timestamp", "get_current_timestamp"),
        Now("localtimestamp", "localtimestamp", "now() as a TIMESTAMP, in UTC.", SqlType.Timestamp, "current_localtimestamp"),
        Today("current_date", "current_date", "The date at which the statement began, in UTC.", "today"),
        Time("current_time", "current_time", "The time of day at which the statement began, in UTC.", "localtime", "get_current_time", "current_localtime"),
        new OverloadedFunction(
            "clock_timestamp",
            new(Category, "clock_timestamp()", "The moment of the call itself.", "clock_timestamp() >= now()", "true"),
            new Overload(SqlType.TimestampTz, [], (_, count, _) => Fill(SqlType.TimestampTz, Micros(DateTimeOffset.UtcNow), count)) { NeverNull = true })
        {
            Behaviour = new(Volatility.Volatile),
        },
    ];

    /// <summary>The statement's moment in microseconds since 1970.</summary>
    public static long Now(ExecutionContext context) => Micros(context.Now);

    static long Micros(DateTimeOffset moment) => (moment.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    static OverloadedFunction Now(string name, string syntax, string description, SqlType type, params string[] synonyms) =>
        Define(name, syntax, description, $"{name} > TIMESTAMP '2024-01-01'".Replace("now", "now()", StringComparison.Ordinal), new Overload(type, [], (_, count, context) => Fill(type, Now(context), count)), synonyms);

    static OverloadedFunction Today(string name, string syntax, string description, params string[] synonyms) =>
        Define(name, syntax, description, "current_date > DATE '2024-01-01'", new Overload(SqlType.Date, [], (_, count, context) => Fill(SqlType.Date, CivilCalendar.DayOf(Now(context)), count)), synonyms);

    static OverloadedFunction Time(string name, string syntax, string description, params string[] synonyms) =>
        Define(name, syntax, description, "current_time >= TIME '00:00'", new Overload(SqlType.Time, [], (_, count, context) => Fill(SqlType.Time, CivilCalendar.TimeOfDay(Now(context)) * CivilCalendar.NanosPerMicro, count)), synonyms);

    static OverloadedFunction Define(string name, string syntax, string description, string example, Overload overload, string[] synonyms) =>
        new(name, new(Category, syntax, description, example, "true"), overload with { NeverNull = true })
        {
            Synonyms = synonyms,
            Behaviour = Stable,
        };

    static IArrowArray Fill<T>(SqlType type, T value, int count)
        where T : unmanaged
    {
        byte[] buffer = Columns.Allocate(count, out Span<T> output);
        output.Fill(value);
        return Columns.Wrap(type, count, buffer, NullMask.None(count));
    }
}
