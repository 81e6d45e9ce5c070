using Apache.Arrow;
using Jammi.Sql.Execution.Operators;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Tables.ArrowData;
using Jammi.Sql.Types;
using ParquetSharp;

namespace Jammi.Sql.Functions.Tables.Parquet;

/// <summary>
/// The bounds that a Parquet writer stored for a column of a row group, as SQL values. Byte strings may have been cut: they are bounds then, not values.
/// Writers leave NaN out, so a column of floating numbers may always hold some.
/// </summary>
internal static class ParquetStatistics
{
    const int DecimalBytes = 16;

    /// <returns>Only the number of NULLs where the bounds are missing or of a type whose order differs from SQL's.</returns>
    public static ColumnRange RangeOf(Statistics statistics, ColumnDescriptor column, Field field, long rows)
    {
        SqlType? type = ArrowTypes.Of(field);
        ScalarValue? minimum = null;
        ScalarValue? maximum = null;
        if (statistics.HasMinMax && type is not null && type == ArrowTypes.Stored(field))
        {
            using LogicalType logical = column.LogicalType;
            minimum = Bound(statistics.MinUntyped, logical, type);
            maximum = Bound(statistics.MaxUntyped, logical, type);
        }

        return new(minimum, maximum, statistics.NullCount, rows, MayHoldNaN: type is { IsFloating: true });
    }

    static ScalarValue? Bound(object? value, LogicalType logical, SqlType type) => (type.Kind, value) switch
    {
        (SqlTypeKind.Boolean, bool truth) => ScalarValue.From(truth),
        (SqlTypeKind.TinyInt, int number) => ScalarValue.From(type, (sbyte)number),
        (SqlTypeKind.SmallInt, int number) => ScalarValue.From(type, (short)number),
        (SqlTypeKind.Integer, int number) => ScalarValue.From(number),
        (SqlTypeKind.BigInt, long number) => ScalarValue.From(number),
        (SqlTypeKind.UTinyInt, int number) => ScalarValue.From(type, (byte)number),
        (SqlTypeKind.USmallInt, int number) => ScalarValue.From(type, (ushort)number),
        (SqlTypeKind.UInteger, int number) => ScalarValue.From(type, (uint)number),
        (SqlTypeKind.UBigInt, long number) => ScalarValue.From(type, (ulong)number),
        (SqlTypeKind.Real, float number) when !float.IsNaN(number) => ScalarValue.From(type, number),
        (SqlTypeKind.Double, double number) when !double.IsNaN(number) => ScalarValue.From(type, number),
        (SqlTypeKind.Date, int day) => new ScalarValue(type, ColumnFactory.FromValues(type, 1, BitConverter.GetBytes(day))),
        (SqlTypeKind.Decimal, int number) => ScalarValue.From(type, (Int128)number),
        (SqlTypeKind.Decimal, long number) => ScalarValue.From(type, (Int128)number),
        (SqlTypeKind.Decimal, FixedLenByteArray bytes) => Decimal(Bytes(bytes.Pointer, logical.ByteWidth(type)), type),
        (SqlTypeKind.Decimal, ByteArray bytes) => Decimal(Bytes(bytes.Pointer, bytes.Length), type),
        (SqlTypeKind.Text or SqlTypeKind.Blob, ByteArray bytes) => Text(Bytes(bytes.Pointer, bytes.Length), type),
        (SqlTypeKind.Uuid, FixedLenByteArray bytes) => new ScalarValue(type, ColumnFactory.FromValues(type, 1, Bytes(bytes.Pointer, type.FixedWidth).ToArray())),
        (SqlTypeKind.Time, int or long) when logical is TimeLogicalType time => Nanos(value, time.TimeUnit, type),
        (SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz, long) when logical is TimestampLogicalType timestamp => Micros(value, timestamp.TimeUnit, type),
        _ => null,
    };

    static unsafe ReadOnlySpan<byte> Bytes(IntPtr pointer, int length) => new((void*)pointer, length);

    /// <summary>Bytes of a fixed-width decimal of that precision.</summary>
    static int ByteWidth(this LogicalType logical, SqlType type)
    {
        int precision = logical is DecimalLogicalType { Precision: var p } ? p : type.Precision;
        int bits = (int)Math.Ceiling(precision * Math.Log2(10)) + 1;
        return (bits + 7) / 8;
    }

    /// <summary>A big-endian number in two's complement.</summary>
    static ScalarValue? Decimal(ReadOnlySpan<byte> bytes, SqlType type)
    {
        if (bytes.Length is 0 or > DecimalBytes)
        {
            return null;
        }

        Int128 value = (sbyte)bytes[0] < 0 ? -1 : 0;
        foreach (byte b in bytes)
        {
            value = (value << 8) | b;
        }

        return ScalarValue.From(type, value);
    }

    static ScalarValue Text(ReadOnlySpan<byte> bytes, SqlType type)
    {
        var builder = new BytesBuilder(1, bytes.Length);
        builder.AppendRow(bytes);
        return new(type, builder.Build(type, NullMask.None(1)));
    }

    /// <summary>Of a time of day, whose rest below a tick is cut as that of the values is.</summary>
    static ScalarValue? Nanos(object? value, ParquetSharp.TimeUnit unit, SqlType type)
    {
        long count = value is int narrow ? narrow : (long)value!;
        return unit switch
        {
            _ when count is < 0 or >= CivilCalendar.NanosPerDay => null,
            ParquetSharp.TimeUnit.Nanos => ScalarValue.From(type, count - (count % CivilCalendar.NanosPerTick)),
            ParquetSharp.TimeUnit.Micros when count < CivilCalendar.MicrosPerDay => ScalarValue.From(type, count * CivilCalendar.NanosPerMicro),
            ParquetSharp.TimeUnit.Millis when count < 86_400_000 => ScalarValue.From(type, count * 1_000_000),
            _ => null,
        };
    }

    static ScalarValue? Micros(object? value, ParquetSharp.TimeUnit unit, SqlType type)
    {
        long count = value is int narrow ? narrow : (long)value!;
        return unit switch
        {
            ParquetSharp.TimeUnit.Micros => ScalarValue.From(type, count),
            ParquetSharp.TimeUnit.Millis when Math.Abs(count) < long.MaxValue / 1000 => ScalarValue.From(type, count * 1000),
            ParquetSharp.TimeUnit.Nanos => ScalarValue.From(type, (long)Math.Floor(count / 1000m)),
            _ => null,
        };
    }
}
