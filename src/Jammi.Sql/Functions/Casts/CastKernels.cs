using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Casts;

/// <summary>
/// CAST and TRY_CAST over whole columns. Floats round half to even, decimals half away from zero, as in PostgreSQL; a value that does not fit is an
/// error that shows it (TRY_CAST: NULL). Timestamps with and without zone convert as UTC.
/// </summary>
internal static partial class CastKernels
{
    /// <summary>Whether values of one type can be converted to the other, by CAST if not implicitly.</summary>
    public static bool Exists(SqlType from, SqlType to)
    {
        if (from == to || from.Kind == SqlTypeKind.Null)
        {
            return true;
        }

        if (from.Kind == SqlTypeKind.Text)
        {
            return to.Kind != SqlTypeKind.List || Exists(SqlType.Text, to.Element!);
        }

        if (to.Kind == SqlTypeKind.Text)
        {
            return true;
        }

        return (from.Kind, to.Kind) switch
        {
            _ when IsNumberOrBoolean(from) && IsNumberOrBoolean(to) => true,
            (SqlTypeKind.Date, SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz) => true,
            (SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz, SqlTypeKind.Date or SqlTypeKind.Time or SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz) => true,
            (SqlTypeKind.Time, SqlTypeKind.Interval) => true,
            (SqlTypeKind.Uuid, SqlTypeKind.Blob) or (SqlTypeKind.Blob, SqlTypeKind.Uuid) => true,
            (_, SqlTypeKind.Blob) when from.IsInteger => true,
            (SqlTypeKind.Blob, _) when to.IsInteger => true,
            _ when from.IsVector => to.IsVector || to.Kind == SqlTypeKind.Blob || (to.Kind == SqlTypeKind.List && Exists(SqlType.Real, to.Element!)),
            (SqlTypeKind.Blob, SqlTypeKind.Vector or SqlTypeKind.HalfVector) => true,
            (SqlTypeKind.List, SqlTypeKind.Vector or SqlTypeKind.HalfVector) => Exists(from.Element!, SqlType.Real),
            (SqlTypeKind.List, SqlTypeKind.List) => Exists(from.Element!, to.Element!),
            _ => false,
        };
    }

    /// <summary>
    /// Converts a column of <paramref name="count"/> rows or a constant (then the result has one row). With <paramref name="tryCast"/> values that cannot be
    /// converted become NULL; otherwise they are an error: InvalidText for text that cannot be read, NumericOutOfRange for numbers that do not fit.
    /// </summary>
    public static IArrowArray Cast(ColumnarValue value, SqlType from, SqlType to, bool tryCast, int count)
    {
        int rows = value.IsConstant ? 1 : count;
        if (from == to)
        {
            return value.Array;
        }

        if (from.Kind == SqlTypeKind.Null)
        {
            return ColumnFactory.Nulls(to, rows);
        }

        if (!Exists(from, to))
        {
            throw new SqlException(SqlErrorCode.DatatypeMismatch, $"{from} cannot be converted to {to}.");
        }

        var input = new CastInput(value.Array, from, to, tryCast, rows);
        return (from.Kind, to.Kind) switch
        {
            (SqlTypeKind.Text, _) => FromText(input),
            (_, SqlTypeKind.Text) => ToText(input),
            _ when from.IsVector || from.Kind == SqlTypeKind.List || to.IsVector => Nested(input),
            (_, SqlTypeKind.Blob) when from.IsInteger => BetweenIntegerAndBlob(input),
            (SqlTypeKind.Blob, _) when to.IsInteger => BetweenIntegerAndBlob(input),
            _ when IsNumberOrBoolean(from) => FromNumber(input),
            (SqlTypeKind.Uuid, _) or (_, SqlTypeKind.Uuid) => BetweenUuidAndBlob(input),
            _ => Temporal(input),
        };
    }

    /// <summary>One cell as text, as a cast to TEXT writes it; for messages.</summary>
    public static string CellText(SqlType type, IArrowArray array, int row)
    {
        if (array.IsNull(row))
        {
            return "NULL";
        }

        if (type.Kind == SqlTypeKind.Text)
        {
            return System.Text.Encoding.UTF8.GetString(new BytesColumn(array)[row]);
        }

        var builder = new BytesBuilder(1);
        TextWriters.For(type, array)(builder, row);
        return System.Text.Encoding.UTF8.GetString(builder.OpenRow);
    }

    static bool IsNumberOrBoolean(SqlType type) => type.IsNumeric || type.Kind == SqlTypeKind.Boolean;

    /// <summary>Converts fixed-width values one by one.</summary>
    static IArrowArray Convert<TConversion, TIn, TOut>(CastInput input, TConversion conversion)
        where TConversion : struct, IConversion<TIn, TOut>
        where TIn : unmanaged
        where TOut : unmanaged
    {
        ReadOnlySpan<TIn> values = Columns.Values<TIn>(input.Array);
        NullMask nulls = input.Nulls();
        byte[] buffer = Columns.Allocate(input.Rows, out Span<TOut> output);
        for (int i = 0; i < output.Length; i++)
        {
            if (!conversion.TryConvert(values[i], out output[i]) && nulls.IsValid(i))
            {
                input.Fail(nulls, i);
            }
        }

        return Columns.Wrap(input.To, input.Rows, buffer, nulls);
    }
}

/// <summary>A conversion of single values; parameters such as scales are fields. False: the value cannot be converted.</summary>
internal interface IConversion<TIn, TOut>
{
    bool TryConvert(TIn value, out TOut result);
}

/// <summary>What a cast works on.</summary>
internal readonly record struct CastInput(IArrowArray Array, SqlType From, SqlType To, bool Try, int Rows)
{
    public NullMask Nulls() => NullMask.Of(ColumnarValue.Column(Array), Rows);

    /// <summary>Makes a row NULL under TRY, else throws with its value.</summary>
    public void Fail(NullMask nulls, int row)
    {
        if (!Try)
        {
            throw Error(row);
        }

        nulls.SetNull(row);
    }

    SqlException Error(int row)
    {
        string value = CastKernels.CellText(From, Array, row);
        if (From.Kind != SqlTypeKind.Text)
        {
            return new SqlException(SqlErrorCode.NumericOutOfRange, $"{value} does not fit {To}.");
        }

        bool isNumber = To.IsNumeric && double.TryParse(value, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double number)
            && (To.Kind == SqlTypeKind.Decimal || To.IsFloating || Math.Truncate(number) == number);
        return isNumber
            ? new SqlException(SqlErrorCode.NumericOutOfRange, $"\"{Shorten(value)}\" does not fit {To}.")
            : new SqlException(SqlErrorCode.InvalidText, $"cannot read \"{Shorten(value)}\" as {To}");
    }

    static string Shorten(string value) => value.Length <= 80 ? value : value[..80] + "…";
}
