using System.Text;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Text;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Temporal;

/// <summary>Dates written and read by formats: those of C (strftime, strptime) and of PostgreSQL (to_char, to_date, to_timestamp).</summary>
internal static class FormatFunctions
{
    const string Category = "Date and time";

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new GenericFunction("strftime", new(Category, "strftime(x, format)", "A date or timestamp written by a format of C: %Y year, %m month, %d day, %H hour, %M minute, %S second, %f microseconds, %a %A weekday, %b %B month's name, %j day of the year, %G %V ISO year and week; %-d without padding. The arguments may stand in either order.", "strftime(DATE '2024-02-29', '%d.%m.%Y')", "29.02.2024"), BindStrftime),
        new GenericFunction("strptime", new(Category, "strptime(text, format)", "The timestamp that a format of C reads from a text; an error where it does not fit.", "strptime('29.02.2024', '%d.%m.%Y')", "2024-02-29 00:00:00"), a => BindStrptime(a, orNull: false)),
        new GenericFunction("try_strptime", new(Category, "try_strptime(text, format)", "strptime, with NULL where the text does not fit.", "try_strptime('soon', '%d.%m.%Y')", "NULL"), a => BindStrptime(a, orNull: true)),
        new OverloadedFunction(
            "to_char",
            new(Category, "to_char(x, pattern)", "A date, timestamp, interval or number written by a pattern of PostgreSQL: YYYY, MM, DD, HH24, MI, SS, MS, Month, Mon, Day, Dy ..., or 9, 0, D, G, FM ... of numbers.", "to_char(TIMESTAMP '2024-02-29 13:14:15', 'DD Mon YYYY, HH24:MI')", "29 Feb 2024, 13:14"),
            new Overload(SqlType.Text, [SqlType.Timestamp, SqlType.Text], Writer<long, PatternFormat>(PatternFormat.Parse, static (format, micros, o) => format.Write(new SplitMoment(micros), o))),
            new Overload(SqlType.Text, [SqlType.TimestampTz, SqlType.Text], Writer<long, PatternFormat>(PatternFormat.Parse, static (format, micros, o) => format.Write(new SplitMoment(micros), o))),
            new Overload(SqlType.Text, [SqlType.Interval, SqlType.Text], Writer<SqlInterval, PatternFormat>(PatternFormat.Parse, static (format, interval, o) => format.Write(interval, o))),
            new Overload(SqlType.Text, [SqlType.BigInt, SqlType.Text], Writer<long, NumberPattern>(NumberPattern.Parse, static (format, number, o) => format.Write(number, o))),
            new Overload(SqlType.Text, [SqlType.Double, SqlType.Text], Writer<double, NumberPattern>(NumberPattern.Parse, static (format, number, o) => format.Write(number, o)))),
        new OverloadedFunction(
            "to_date",
            new(Category, "to_date(text, pattern)", "The date that a pattern of to_char reads from a text.", "to_date('29 Feb 2024', 'DD Mon YYYY')", "2024-02-29"),
            new Overload(SqlType.Date, [SqlType.Text, SqlType.Text], Reader(SqlType.Date, PatternFormat.Parse, orNull: false))),
    ];

    /// <summary>Writes values by formats, each compiled once as long as it does not change.</summary>
    static ScalarKernel Writer<T, TFormat>(Func<string, TFormat> parse, Action<TFormat, T, BytesBuilder> write, int value = 0)
        where T : unmanaged => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var values = new FixedColumn<T>(arguments[value]);
        var formats = new FormatColumn<TFormat>(arguments[1 - value], parse);
        var output = new BytesBuilder(count);
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsValid(row))
            {
                write(formats.At(row), values[row], output);
            }

            output.EndRow();
        }

        return output.Build(SqlType.Text, nulls);
    };

    /// <summary>Reads texts by formats into DATE, TIMESTAMP or TIMESTAMP WITH TIME ZONE.</summary>
    public static ScalarKernel Reader(SqlType type, Func<string, IDateFormat> parse, bool orNull) => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var texts = new BytesColumn(arguments[0]);
        var formats = new FormatColumn<IDateFormat>(arguments[1], parse);
        byte[] buffer = Columns.Allocate(count, out Span<long> moments);
        for (int row = 0; row < count; row++)
        {
            moments[row] = 0;
            if (nulls.IsNull(row))
            {
                continue;
            }

            string text = Encoding.UTF8.GetString(texts[row]);
            if (!formats.At(row).TryRead(text, out moments[row], out string? problem))
            {
                if (!orNull)
                {
                    throw new SqlException(SqlErrorCode.InvalidText, $"\"{text}\" cannot be read by '{Encoding.UTF8.GetString(new BytesColumn(arguments[1])[row])}': {problem ?? "it is outside the years 1 to 9999"}.");
                }

                nulls.SetNull(row);
            }
        }

        if (type.Kind != SqlTypeKind.Date)
        {
            return Columns.Wrap(type, count, buffer, nulls);
        }

        byte[] dates = Columns.Allocate(count, out Span<int> days);
        for (int row = 0; row < count; row++)
        {
            days[row] = CivilCalendar.DayOf(moments[row]);
        }

        return Columns.Wrap(type, count, dates, nulls);
    };

    static ScalarBinding? BindStrftime(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not [var first, var second])
        {
            return null;
        }

        // Of two text literals the one with a % is the format.
        bool formatFirst = first.Type.Kind == SqlTypeKind.Text && (second.Type.Kind != SqlTypeKind.Text || (first is ConstantExpression { Value: { IsNull: false } constant } && ((string)constant.ToObject()!).Contains('%', StringComparison.Ordinal)));
        int value = formatFirst ? 1 : 0;
        ScalarKernel kernel = Writer<long, StrftimeFormat>(StrftimeFormat.Parse, static (format, micros, o) => format.Write(new SplitMoment(micros), o), value);
        return OverloadResolution.Bind(
            [.. ((SqlType[])[SqlType.Timestamp, SqlType.TimestampTz]).Select(t => new Overload(SqlType.Text, formatFirst ? [SqlType.Text, t] : [t, SqlType.Text], kernel))],
            arguments);
    }

    static ScalarBinding? BindStrptime(IReadOnlyList<Expression> arguments, bool orNull)
    {
        if (arguments is not [_, var format])
        {
            return null;
        }

        // A format that reads an offset from UTC gives a moment.
        bool zoned = format is ConstantExpression { Value: { IsNull: false, Type.Kind: SqlTypeKind.Text } constant } && StrftimeFormat.Parse((string)constant.ToObject()!).HasZone;
        SqlType type = zoned ? SqlType.TimestampTz : SqlType.Timestamp;
        return OverloadResolution.Bind([new Overload(type, [SqlType.Text, SqlType.Text], Reader(type, StrftimeFormat.Parse, orNull)) { MayReturnNull = orNull }], arguments);
    }

    /// <summary>A column of formats, compiled as they change.</summary>
    ref struct FormatColumn<TFormat>(ColumnarValue value, Func<string, TFormat> parse)
    {
        readonly BytesColumn texts = new(value);
        byte[]? last;
        TFormat? format;

        public TFormat At(int row)
        {
            if (last is null || !texts[row].SequenceEqual(last))
            {
                last = texts[row].ToArray();
                format = parse(Encoding.UTF8.GetString(last));
            }

            return format!;
        }
    }
}
