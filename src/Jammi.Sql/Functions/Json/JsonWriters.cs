using System.Buffers;
using System.Globalization;
using System.Text;
using Apache.Arrow;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Json;

/// <summary>Writes cells as JSON: numbers and booleans as such, lists and vectors as arrays, everything else as strings; what JSON has no number for (NaN) too.</summary>
internal static class JsonWriters
{
    static readonly SearchValues<byte> Special = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    /// <summary>Appends row i of <paramref name="array"/> to the open row of a builder; <paramref name="json"/>: texts are JSON already.</summary>
    public static Action<BytesBuilder, int> For(SqlType type, IArrowArray array, bool json = false)
    {
        Action<BytesBuilder, int> write = OfValue(type, array, json);
        return array is NullArray
            ? (target, _) => target.Append("null"u8)
            : (target, row) =>
            {
                if (array.IsNull(row))
                {
                    target.Append("null"u8);
                }
                else
                {
                    write(target, row);
                }
            };
    }

    /// <summary>Appends a text as a string in quotes.</summary>
    public static void AppendString(BytesBuilder target, ReadOnlySpan<byte> text)
    {
        target.Append((byte)'"');
        while (text.IndexOfAny(Special) is >= 0 and int at)
        {
            target.Append(text[..at]);
            switch (text[at])
            {
                case (byte)'"' or (byte)'\\':
                    target.Append((byte)'\\');
                    target.Append(text[at]);
                    break;
                case (byte)'\n':
                    target.Append("\\n"u8);
                    break;
                case (byte)'\r':
                    target.Append("\\r"u8);
                    break;
                case (byte)'\t':
                    target.Append("\\t"u8);
                    break;
                default:
                    target.Append(string.Create(CultureInfo.InvariantCulture, $"\\u{text[at]:x4}"));
                    break;
            }

            text = text[(at + 1)..];
        }

        target.Append(text);
        target.Append((byte)'"');
    }

    static Action<BytesBuilder, int> OfValue(SqlType type, IArrowArray array, bool json)
    {
        Action<BytesBuilder, int> text = TextWriters.For(type, array);
        switch (type.Kind)
        {
            case SqlTypeKind.Boolean:
                return text;
            case SqlTypeKind.Real:
                return (target, row) => Number(target, row, text, float.IsFinite(Columns.Values<float>(array)[row]));
            case SqlTypeKind.Double:
                return (target, row) => Number(target, row, text, double.IsFinite(Columns.Values<double>(array)[row]));
            case SqlTypeKind.Text when json:
                return text;
            case SqlTypeKind.Text:
                return (target, row) => AppendString(target, new BytesColumn(array)[row]);
            case SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz:
                return (target, row) => Moment(target, Columns.Values<long>(array)[row], type.Kind == SqlTypeKind.TimestampTz);
            case SqlTypeKind.Vector or SqlTypeKind.HalfVector:
                return text;
            case SqlTypeKind.List:
                return List(type.Element!, (ListArray)array);
            default:
                return type.IsNumeric ? text : (target, row) => Quoted(target, row, text);
        }
    }

    static void Number(BytesBuilder target, int row, Action<BytesBuilder, int> text, bool finite)
    {
        if (finite)
        {
            text(target, row);
        }
        else
        {
            Quoted(target, row, text);
        }
    }

    /// <summary>The text forms of dates, intervals, UUIDs and blobs hold nothing to escape but the backslash of a blob.</summary>
    static void Quoted(BytesBuilder target, int row, Action<BytesBuilder, int> text)
    {
        var alone = new BytesBuilder(1);
        text(alone, row);
        AppendString(target, alone.OpenRow);
    }

    static void Moment(BytesBuilder target, long micros, bool zoned)
    {
        Span<byte> text = stackalloc byte[TemporalText.MaxLength];
        int length = TemporalText.FormatTimestamp(micros, text);
        text[10] = (byte)'T';
        target.Append((byte)'"');
        target.Append(text[..length]);
        target.Append(zoned ? "+00:00\""u8 : "\""u8);
    }

    static Action<BytesBuilder, int> List(SqlType element, ListArray array)
    {
        Action<BytesBuilder, int> write = For(element, array.Values);
        return (target, row) =>
        {
            ReadOnlySpan<int> offsets = Columns.Offsets(array);
            target.Append((byte)'[');
            for (int i = offsets[row]; i < offsets[row + 1]; i++)
            {
                if (i > offsets[row])
                {
                    target.Append((byte)',');
                }

                write(target, i);
            }

            target.Append((byte)']');
        };
    }
}
