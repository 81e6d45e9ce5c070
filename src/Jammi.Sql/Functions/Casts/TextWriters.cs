using System.Buffers.Text;
using System.Globalization;
using Apache.Arrow;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Casts;

/// <summary>Writes cells as text: what CAST(x AS TEXT), <c>||</c> and error messages show.</summary>
internal static class TextWriters
{
    const int NumberLength = 48;
    const int IntervalLength = 96;

    /// <summary>Appends row i of <paramref name="array"/> (which must not be NULL) to the open row of a builder.</summary>
    public static Action<BytesBuilder, int> For(SqlType type, IArrowArray array) => type.Kind switch
    {
        SqlTypeKind.Null => (_, _) => { },
        SqlTypeKind.Boolean => (target, row) => target.Append(((BooleanArray)array).GetValue(row)!.Value ? "true"u8 : "false"u8),
        SqlTypeKind.TinyInt => Number<sbyte>(array),
        SqlTypeKind.SmallInt => Number<short>(array),
        SqlTypeKind.Integer => Number<int>(array),
        SqlTypeKind.BigInt => Number<long>(array),
        SqlTypeKind.UTinyInt => Number<byte>(array),
        SqlTypeKind.USmallInt => Number<ushort>(array),
        SqlTypeKind.UInteger => Number<uint>(array),
        SqlTypeKind.UBigInt => Number<ulong>(array),
        SqlTypeKind.Real => Float<float>(array),
        SqlTypeKind.Double => Float<double>(array),
        SqlTypeKind.Decimal => (target, row) => target.Advance(DecimalText.Format(Columns.Values<Int128>(array)[row], type.Scale, target.GetSpan(DecimalText.MaxLength))),
        SqlTypeKind.Text => (target, row) => target.Append(new BytesColumn(array)[row]),
        SqlTypeKind.Blob => (target, row) => AppendHex(target, new BytesColumn(array)[row]),
        SqlTypeKind.Date => (target, row) => target.Advance(TemporalText.FormatDate(Columns.Values<int>(array)[row], target.GetSpan(TemporalText.MaxLength))),
        SqlTypeKind.Time => (target, row) => target.Advance(TemporalText.FormatTime(Columns.Values<long>(array)[row], target.GetSpan(TemporalText.MaxLength))),
        SqlTypeKind.Timestamp => (target, row) => target.Advance(TemporalText.FormatTimestamp(Columns.Values<long>(array)[row], target.GetSpan(TemporalText.MaxLength))),
        SqlTypeKind.TimestampTz => (target, row) =>
        {
            target.Advance(TemporalText.FormatTimestamp(Columns.Values<long>(array)[row], target.GetSpan(TemporalText.MaxLength)));
            target.Append("+00"u8);
        },
        SqlTypeKind.Interval => (target, row) => target.Advance(IntervalText.Format(SqlInterval.Read(array, row), target.GetSpan(IntervalLength))),
        SqlTypeKind.Uuid => (target, row) =>
        {
            ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(Columns.Values<Int128>(array).Slice(row, 1));
            Utf8Formatter.TryFormat(new Guid(bytes, bigEndian: true), target.GetSpan(NumberLength), out int length);
            target.Advance(length);
        },
        SqlTypeKind.Vector => Vector<float>(array),
        SqlTypeKind.HalfVector => Vector<Half>(array),
        SqlTypeKind.List => List(type.Element!, (ListArray)array),
        _ => throw new SqlException(SqlErrorCode.Internal, $"Values of {type} have no text form."),
    };

    /// <summary>Appends <c>\x</c> and the bytes in hexadecimal.</summary>
    public static void AppendHex(BytesBuilder target, ReadOnlySpan<byte> bytes)
    {
        target.Append("\\x"u8);
        System.Convert.TryToHexStringLower(bytes, target.GetSpan(bytes.Length * 2), out int length);
        target.Advance(length);
    }

    /// <summary>Appends the shortest text that reads back as the same number, in PostgreSQL's spelling.</summary>
    public static void AppendFloat<T>(BytesBuilder target, T value)
        where T : unmanaged, IUtf8SpanFormattable
    {
        Span<byte> text = target.GetSpan(NumberLength);
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        int mark = text[..length].IndexOf((byte)'E');
        if (mark >= 0)
        {
            text[mark] = (byte)'e';
        }

        target.Advance(length);
    }

    static Action<BytesBuilder, int> Number<T>(IArrowArray array)
        where T : unmanaged, IUtf8SpanFormattable => (target, row) =>
        {
            Columns.Values<T>(array)[row].TryFormat(target.GetSpan(NumberLength), out int length, default, CultureInfo.InvariantCulture);
            target.Advance(length);
        };

    static Action<BytesBuilder, int> Float<T>(IArrowArray array)
        where T : unmanaged, IUtf8SpanFormattable => (target, row) => AppendFloat(target, Columns.Values<T>(array)[row]);

    static Action<BytesBuilder, int> Vector<T>(IArrowArray array)
        where T : unmanaged, IUtf8SpanFormattable => (target, row) =>
    {
        ReadOnlySpan<T> numbers = ColumnFactory.NumbersAt<T>(array, row);
        target.Append((byte)'[');
        for (int i = 0; i < numbers.Length; i++)
        {
            if (i > 0)
            {
                target.Append((byte)',');
            }

            AppendFloat(target, numbers[i]);
        }

        target.Append((byte)']');
    };

    static Action<BytesBuilder, int> List(SqlType element, ListArray array)
    {
        IArrowArray items = array.Values;
        Action<BytesBuilder, int> write = For(element, items);
        return (target, row) =>
        {
            ReadOnlySpan<int> offsets = Columns.Offsets(array);
            target.Append((byte)'[');
            for (int i = offsets[row]; i < offsets[row + 1]; i++)
            {
                if (i > offsets[row])
                {
                    target.Append(", "u8);
                }

                if (items.IsNull(i))
                {
                    target.Append("NULL"u8);
                }
                else if (element.Kind == SqlTypeKind.Text)
                {
                    ListText.AppendItem(target, new BytesColumn(items)[i]);
                }
                else
                {
                    write(target, i);
                }
            }

            target.Append((byte)']');
        };
    }
}
