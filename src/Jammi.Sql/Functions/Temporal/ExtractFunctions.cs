using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Temporal;

/// <summary>
/// extract, date_part and the functions named after their field. Fields that are whole numbers are BIGINT; seconds, milliseconds and epoch have
/// decimals: exact from extract, DOUBLE from date_part, whole seconds from second(x). Timestamps with zone are taken in UTC.
/// </summary>
internal static class ExtractFunctions
{
    const string Category = "Date and time";

    /// <summary>Digits that hold seconds since 1970 of every timestamp, with six decimals.</summary>
    const int EpochDigits = 20;

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new GenericFunction("extract", new(Category, "extract(field FROM x)", "A field of a date, time, timestamp or interval. Seconds, milliseconds and epoch have decimals, the others are whole.", "extract(year FROM DATE '2024-02-29')", "2024"), a => BindPart(a, "extract")),
        new GenericFunction("date_part", new(Category, "date_part(field, x)", "extract with the field as text; seconds, milliseconds, epoch, and all fields where the text is not constant, are DOUBLE. A date has the time 00:00.", "date_part('doy', DATE '2024-02-29')", "60"), a => BindPart(a, "date_part")) { Synonyms = ["datepart"] },
        Field("year", DateField.Year, "The year.", "2024"),
        Field("month", DateField.Month, "The month, from 1.", "2"),
        Field("day", DateField.Day, "The day of the month, from 1.", "29", "dayofmonth"),
        Field("quarter", DateField.Quarter, "The quarter of the year, from 1.", "1"),
        Field("week", DateField.Week, "The week of the year, as in ISO 8601.", "9", "weekofyear"),
        Field("isoyear", DateField.IsoYear, "The year to which the week belongs, as in ISO 8601.", "2024"),
        Field("dayofweek", DateField.DayOfWeek, "The day of the week: Sunday is 0.", "4", "weekday", "dow"),
        Field("isodow", DateField.IsoDayOfWeek, "The day of the week: Monday is 1, Sunday 7.", "4"),
        Field("dayofyear", DateField.DayOfYear, "The day of the year, from 1.", "60", "doy"),
        Field("decade", DateField.Decade, "The year divided by ten.", "202"),
        Field("century", DateField.Century, "The century; 2000 was in the 20th.", "21"),
        Field("millennium", DateField.Millennium, "The millennium; 2000 was in the second.", "3"),
        Field("hour", DateField.Hour, "The hour.", "13"),
        Field("minute", DateField.Minute, "The minute.", "14"),
        Field("second", DateField.Second, "The whole second.", "15"),
        Field("millisecond", DateField.Millisecond, "Milliseconds of the minute.", "15250", "milliseconds"),
        Field("microsecond", DateField.Microsecond, "Microseconds of the minute.", "15250000", "microseconds"),
        Named("dayname", "Name of the day of the week.", "Thursday", day => EnglishNames.Days[DateParts.DayOfWeek(day) - 1]),
        Named("monthname", "Name of the month.", "February", day => EnglishNames.Months[(int)DateParts.OfDate(DateField.Month, day) - 1]),
        new OverloadedFunction(
            "yearweek",
            new(Category, "yearweek(x)", "Year and week of ISO 8601 as one number.", "yearweek(DATE '2024-02-29')", "202409"),
            new Overload(SqlType.BigInt, [SqlType.Date], RowKernels.Map(SqlType.BigInt, (int day) => YearWeek(day))),
            new Overload(SqlType.BigInt, [SqlType.Timestamp], RowKernels.Map(SqlType.BigInt, (long micros) => YearWeek(CivilCalendar.DayOf(micros)))),
            new Overload(SqlType.BigInt, [SqlType.TimestampTz], RowKernels.Map(SqlType.BigInt, (long micros) => YearWeek(CivilCalendar.DayOf(micros))))),
        new GenericFunction("julian", new(Category, "julian(x)", "The Julian day of a date or timestamp, with the time of day as its fraction.", "julian(DATE '2024-02-29')", "2460370"), a => a is [var x] && TypeOf(x) is { } type && DateParts.Has(type.Kind, DateField.Julian) ? Constant(DateField.Julian, type, SqlType.Double, 0) : null),
        new GenericFunction("epoch", new(Category, "epoch(x)", "Seconds since 1970-01-01 00:00 UTC, or of a time or interval, as DOUBLE.", "epoch(TIMESTAMP '1970-01-02 00:00:01.5')", "86401.5"), a => Epoch(a, digits: null)),
        new GenericFunction("epoch_us", new(Category, "epoch_us(x)", "Microseconds since 1970-01-01 00:00 UTC, or of a time or interval.", "epoch_us(INTERVAL '1 second')", "1000000"), a => Epoch(a, digits: 6)),
        new GenericFunction("epoch_ns", new(Category, "epoch_ns(x)", "Nanoseconds since 1970-01-01 00:00 UTC, or of a time or interval.", "epoch_ns(INTERVAL '1 second')", "1000000000"), a => Epoch(a, digits: 9)),
        new GenericFunction("epoch_ms", new(Category, "epoch_ms(x)", "Milliseconds since 1970-01-01 00:00 UTC, or of a time or interval; of a BIGINT of milliseconds, its TIMESTAMP.", "epoch_ms(TIMESTAMP '1970-01-02 00:00:01.5')", "86401500"), BindEpochMilliseconds),
    ];

    /// <summary>The temporal type of an argument; text literals and NULLs stand for timestamps.</summary>
    public static SqlType? TypeOf(Expression argument) =>
        argument.Type.IsTemporal || argument.Type.Kind == SqlTypeKind.Interval ? argument.Type
        : argument.Type.Kind == SqlTypeKind.Null || OverloadResolution.IsTextLiteral(argument) ? SqlType.Timestamp
        : null;

    static ScalarBinding? BindPart(IReadOnlyList<Expression> arguments, string function)
    {
        if (arguments is not [var name, var source] || name.Type.Kind is not (SqlTypeKind.Text or SqlTypeKind.Null) || TypeOf(source) is not { } type)
        {
            return null;
        }

        if (name is not ConstantExpression { Value: { IsNull: false } constant })
        {
            return new(SqlType.Double, [SqlType.Text, type], (values, count, _) => Varying(type, values, count));
        }

        DateField field = DateFieldNames.Parse((string)constant.ToObject()!);
        bool exact = function == "extract";
        if (!DateParts.Has(type.Kind, field) || (exact && type.Kind == SqlTypeKind.Date && DateParts.IsTimeOfDay(field)))
        {
            throw Missing(field, type);
        }

        int scale = DateParts.ScaleOf(field, type.Kind);
        SqlType result = field == DateField.Julian && type.Kind != SqlTypeKind.Date ? SqlType.Double
            : scale == 0 ? SqlType.BigInt
            : exact ? SqlType.Decimal(EpochDigits, scale)
            : SqlType.Double;
        ScalarBinding binding = Constant(field, type, result, scale);
        return binding with { ParameterTypes = [SqlType.Text, type], Kernel = (values, count, context) => binding.Kernel(values[1..], count, context) };
    }

    /// <summary>A function of one argument that gives a fixed field, whole.</summary>
    static GenericFunction Field(string name, DateField field, string description, string result, params string[] synonyms) => new(
        name,
        new(Category, $"{name}(x)", description, $"{name}(TIMESTAMP '2024-02-29 13:14:15.25')", result),
        a => a is [var source] && TypeOf(source) is { } type && DateParts.Has(type.Kind, field) ? Constant(field, type, SqlType.BigInt, DateParts.ScaleOf(field, type.Kind)) : null)
    {
        Synonyms = synonyms,
    };

    static OverloadedFunction Named(string name, string description, string result, Func<int, string> text) => new(
        name,
        new(Category, $"{name}(x)", description, $"{name}(DATE '2024-02-29')", result),
        new Overload(SqlType.Text, [SqlType.Date], RowKernels.ToText((int day, BytesBuilder o) => o.Append(text(day)))),
        new Overload(SqlType.Text, [SqlType.Timestamp], RowKernels.ToText((long micros, BytesBuilder o) => o.Append(text(CivilCalendar.DayOf(micros))))),
        new Overload(SqlType.Text, [SqlType.TimestampTz], RowKernels.ToText((long micros, BytesBuilder o) => o.Append(text(CivilCalendar.DayOf(micros))))));

    static long YearWeek(int day)
    {
        (int year, int week) = DateParts.IsoWeek(day);
        return (year * 100) + week;
    }

    /// <param name="digits">Decimals of a second that a BIGINT counts; null for seconds as DOUBLE.</param>
    static ScalarBinding? Epoch(IReadOnlyList<Expression> arguments, int? digits)
    {
        if (arguments is not [var source] || TypeOf(source) is not { } type)
        {
            return null;
        }

        int scale = DateParts.ScaleOf(DateField.Epoch, type.Kind);
        if (digits is not { } wanted)
        {
            return Constant(DateField.Epoch, type, SqlType.Double, scale);
        }

        ScalarBinding counted = Constant(DateField.Epoch, type, SqlType.BigInt, 0);
        return wanted == scale ? counted : counted with
        {
            Kernel = (values, count, context) => Rescale(counted.Kernel(values, count, context), scale, wanted),
        };
    }

    static IArrowArray Rescale(IArrowArray counts, int from, int to)
    {
        NullMask nulls = NullMask.Of(ColumnarValue.Column(counts), counts.Length);
        byte[] buffer = Columns.Allocate(counts.Length, out Span<long> output);
        ReadOnlySpan<long> input = Columns.Values<long>(counts);
        long power = (long)DecimalValue.PowerOfTen(Math.Abs(to - from));
        for (int row = 0; row < output.Length; row++)
        {
            try
            {
                output[row] = nulls.IsNull(row) ? 0 : to < from ? input[row] / power : checked(input[row] * power);
            }
            catch (OverflowException e)
            {
                throw new SqlException(SqlErrorCode.NumericOutOfRange, $"{input[row]} microseconds do not fit BIGINT as nanoseconds.", e);
            }
        }

        return Columns.Wrap(SqlType.BigInt, counts.Length, buffer, nulls);
    }

    static ScalarBinding? BindEpochMilliseconds(IReadOnlyList<Expression> arguments) => arguments is [{ Type.IsNumeric: true }]
        ? OverloadResolution.Bind([new Overload(SqlType.Timestamp, [SqlType.BigInt], RowKernels.Map(SqlType.Timestamp, (long ms) => DateConstruction.FromEpoch(ms, 1000)))], arguments)
        : Epoch(arguments, digits: 3);

    /// <summary>The kernel of one field: BIGINT without its decimals, DECIMAL with them, or DOUBLE.</summary>
    static ScalarBinding Constant(DateField field, SqlType source, SqlType result, int scale) => new(result, [source], (values, count, _) =>
    {
        NullMask nulls = NullMask.Of(values[0], count);
        byte[] whole = Columns.Allocate(count, out Span<long> parts);
        Fill(field, source, values[0], nulls, parts);
        switch (result.Kind)
        {
            case SqlTypeKind.BigInt:
                long divisor = (long)DecimalValue.PowerOfTen(scale);
                for (int row = 0; divisor > 1 && row < parts.Length; row++)
                {
                    parts[row] /= divisor;
                }

                return Columns.Wrap(result, count, whole, nulls);
            case SqlTypeKind.Decimal:
                byte[] wide = Columns.Allocate(count, out Span<Int128> decimals);
                for (int row = 0; row < parts.Length; row++)
                {
                    decimals[row] = parts[row];
                }

                return Columns.Wrap(result, count, wide, nulls);
            default:
                byte[] real = Columns.Allocate(count, out Span<double> doubles);
                for (int row = 0; row < parts.Length; row++)
                {
                    doubles[row] = ToDouble(field, source, values[0], row, parts[row]);
                }

                return Columns.Wrap(result, count, real, nulls);
        }
    });

    static double ToDouble(DateField field, SqlType source, ColumnarValue value, int row, long part)
    {
        double number = part / Math.Pow(10, DateParts.ScaleOf(field, source.Kind));
        bool hasTime = field == DateField.Julian && source.Kind != SqlTypeKind.Date;
        return hasTime ? number + (CivilCalendar.TimeOfDay(new FixedColumn<long>(value)[row]) / (double)CivilCalendar.MicrosPerDay) : number;
    }

    static void Fill(DateField field, SqlType source, ColumnarValue value, NullMask nulls, Span<long> parts)
    {
        switch (source.Kind)
        {
            case SqlTypeKind.Date:
                var days = new FixedColumn<int>(value);
                for (int row = 0; row < parts.Length; row++)
                {
                    parts[row] = DateParts.OfDate(field, days[row]);
                }

                break;
            case SqlTypeKind.Interval:
                var intervals = new FixedColumn<SqlInterval>(value);
                for (int row = 0; row < parts.Length; row++)
                {
                    parts[row] = nulls.IsValid(row) ? DateParts.OfInterval(field, intervals[row]) : 0;
                }

                break;
            default:
                var micros = new FixedColumn<long>(value);
                for (int row = 0; row < parts.Length; row++)
                {
                    parts[row] = source.Kind == SqlTypeKind.Time ? DateParts.OfTimeOfDay(field, micros[row]) : DateParts.OfTimestamp(field, micros[row]);
                }

                break;
        }
    }

    /// <summary>The field is another one from row to row: rows are done one by one.</summary>
    static IArrowArray Varying(SqlType type, ReadOnlySpan<ColumnarValue> arguments, int count)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var names = new BytesColumn(arguments[0]);
        var reader = new DateFieldReader();
        byte[] buffer = Columns.Allocate(count, out Span<double> output);
        Span<long> part = stackalloc long[1];
        for (int row = 0; row < count; row++)
        {
            output[row] = 0;
            if (nulls.IsNull(row))
            {
                continue;
            }

            DateField field = reader.Read(names[row]);
            if (!DateParts.Has(type.Kind, field))
            {
                throw Missing(field, type);
            }

            int place = arguments[1].IndexOf(row);
            ColumnarValue cell = ColumnarValue.Constant(Execution.Kernels.TakeKernels.Slice(arguments[1].Array, place, 1));
            Fill(field, type, cell, NullMask.None(1), part);
            output[row] = ToDouble(field, type, cell, 0, part[0]);
        }

        return Columns.Wrap(SqlType.Double, count, buffer, nulls);
    }

    static SqlException Missing(DateField field, SqlType type) =>
        new(SqlErrorCode.InvalidParameter, $"{type} values have no {field.ToString().ToLowerInvariant()}.");
}
