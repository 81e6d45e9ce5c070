using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using Apache.Arrow;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Casts;

/// <summary>Conversions between TEXT and everything else.</summary>
internal static partial class CastKernels
{
    static IArrowArray FromText(CastInput input) => input.To.Kind switch
    {
        SqlTypeKind.Boolean => Parse<BooleanParser, byte>(input, default),
        SqlTypeKind.TinyInt => Parse<IntegerParser<sbyte>, sbyte>(input, default),
        SqlTypeKind.SmallInt => Parse<IntegerParser<short>, short>(input, default),
        SqlTypeKind.Integer => Parse<IntegerParser<int>, int>(input, default),
        SqlTypeKind.BigInt => Parse<IntegerParser<long>, long>(input, default),
        SqlTypeKind.UTinyInt => Parse<IntegerParser<byte>, byte>(input, default),
        SqlTypeKind.USmallInt => Parse<IntegerParser<ushort>, ushort>(input, default),
        SqlTypeKind.UInteger => Parse<IntegerParser<uint>, uint>(input, default),
        SqlTypeKind.UBigInt => Parse<IntegerParser<ulong>, ulong>(input, default),
        SqlTypeKind.Real => Parse<FloatParser<float>, float>(input, default),
        SqlTypeKind.Double => Parse<FloatParser<double>, double>(input, default),
        SqlTypeKind.Decimal => Parse<DecimalParser, Int128>(input, new(input.To)),
        SqlTypeKind.Date => Parse<DateParser, int>(input, default),
        SqlTypeKind.Time => Parse<TimeParser, long>(input, default),
        SqlTypeKind.Timestamp => Parse<TimestampParser, long>(input, default),
        SqlTypeKind.TimestampTz => Parse<TimestampTzParser, long>(input, default),
        SqlTypeKind.Interval => Parse<IntervalParser, SqlInterval>(input, default),
        SqlTypeKind.Uuid => Parse<UuidParser, Int128>(input, default),
        SqlTypeKind.Blob => BlobFromText(input),
        SqlTypeKind.Vector or SqlTypeKind.HalfVector => VectorFromText(input),
        _ => ListFromText(input),
    };

    static IArrowArray ToText(CastInput input)
    {
        NullMask nulls = input.Nulls();
        var builder = new BytesBuilder(input.Rows);
        Action<BytesBuilder, int> write = TextWriters.For(input.From, input.Array);
        for (int i = 0; i < input.Rows; i++)
        {
            if (nulls.IsValid(i))
            {
                write(builder, i);
            }

            builder.EndRow();
        }

        return builder.Build(input.To, nulls);
    }

    static IArrowArray Parse<TParser, TOut>(CastInput input, TParser parser)
        where TParser : struct, ITextParser<TOut>
        where TOut : unmanaged
    {
        var texts = new BytesColumn(input.Array);
        NullMask nulls = input.Nulls();
        byte[] buffer = Columns.Allocate(input.Rows, out Span<TOut> output);
        for (int i = 0; i < output.Length; i++)
        {
            output[i] = default;
            if (nulls.IsValid(i) && !parser.TryParse(texts[i], out output[i]))
            {
                input.Fail(nulls, i);
            }
        }

        return Columns.Wrap(input.To, input.Rows, buffer, nulls);
    }

    static IArrowArray BlobFromText(CastInput input)
    {
        var texts = new BytesColumn(input.Array);
        NullMask nulls = input.Nulls();
        var builder = new BytesBuilder(input.Rows);
        for (int i = 0; i < input.Rows; i++)
        {
            if (nulls.IsValid(i) && !TryReadBlob(texts[i], builder))
            {
                input.Fail(nulls, i);
            }

            builder.EndRow();
        }

        return builder.Build(input.To, nulls);
    }

    /// <summary><c>\xDEADBEEF</c> is hexadecimal; other text is its own UTF-8 bytes.</summary>
    static bool TryReadBlob(ReadOnlySpan<byte> text, BytesBuilder builder)
    {
        if (!text.StartsWith("\\x"u8))
        {
            builder.Append(text);
            return true;
        }

        ReadOnlySpan<byte> digits = text[2..];
        if (digits.Length % 2 != 0)
        {
            return false;
        }

        Span<byte> target = builder.GetSpan(digits.Length / 2);
        for (int i = 0; i < digits.Length / 2; i++)
        {
            if (!Utf8Parser.TryParse(digits.Slice(i * 2, 2), out byte value, out int consumed, 'X') || consumed != 2)
            {
                return false;
            }

            target[i] = value;
        }

        builder.Advance(digits.Length / 2);
        return true;
    }
}

/// <summary>Reads one value from UTF-8 text.</summary>
internal interface ITextParser<TOut>
{
    bool TryParse(ReadOnlySpan<byte> text, out TOut result);
}

/// <summary>PostgreSQL's words for truth: true, t, yes, y, on, 1 and their opposites, in any case.</summary>
internal readonly struct BooleanParser : ITextParser<byte>
{
    public bool TryParse(ReadOnlySpan<byte> text, out byte result)
    {
        text = text.Trim(" \t\r\n"u8);
        result = 0;
        Span<byte> lower = stackalloc byte[8];
        if (text.Length > lower.Length || System.Text.Ascii.ToLower(text, lower, out int length) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        lower = lower[..length];
        if (lower.SequenceEqual("true"u8) || lower.SequenceEqual("t"u8) || lower.SequenceEqual("yes"u8) || lower.SequenceEqual("y"u8) || lower.SequenceEqual("on"u8) || lower.SequenceEqual("1"u8))
        {
            result = 1;
            return true;
        }

        return lower.SequenceEqual("false"u8) || lower.SequenceEqual("f"u8) || lower.SequenceEqual("no"u8) || lower.SequenceEqual("n"u8) || lower.SequenceEqual("off"u8) || lower.SequenceEqual("0"u8);
    }
}

internal readonly struct IntegerParser<T> : ITextParser<T>
    where T : IBinaryInteger<T>
{
    public bool TryParse(ReadOnlySpan<byte> text, out T result) => T.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out result!);
}

internal readonly struct FloatParser<T> : ITextParser<T>
    where T : IBinaryFloatingPointIeee754<T>
{
    public bool TryParse(ReadOnlySpan<byte> text, out T result)
    {
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out result!))
        {
            // The parser turns 1e999 into infinity; only the word may mean that.
            return T.IsFinite(result) || !text.ContainsAnyInRange((byte)'0', (byte)'9');
        }

        string word = text.Length <= 16 ? System.Text.Encoding.UTF8.GetString(text).Trim().ToLowerInvariant() : string.Empty;
        (bool known, result) = word switch
        {
            "inf" or "+inf" or "infinity" or "+infinity" => (true, T.PositiveInfinity),
            "-inf" or "-infinity" => (true, T.NegativeInfinity),
            "nan" => (true, T.NaN),
            _ => (false, T.Zero),
        };
        return known;
    }
}

internal readonly struct DecimalParser(SqlType type) : ITextParser<Int128>
{
    readonly int precision = type.Precision;
    readonly int scale = type.Scale;

    public bool TryParse(ReadOnlySpan<byte> text, out Int128 result) => DecimalText.TryParse(text, precision, scale, out result);
}

internal readonly struct DateParser : ITextParser<int>
{
    public bool TryParse(ReadOnlySpan<byte> text, out int result) => TemporalText.TryParseDate(text, out result);
}

internal readonly struct TimeParser : ITextParser<long>
{
    public bool TryParse(ReadOnlySpan<byte> text, out long result) => TemporalText.TryParseTime(text, out result);
}

/// <summary>A zone in the text of a TIMESTAMP without one is ignored, as in PostgreSQL.</summary>
internal readonly struct TimestampParser : ITextParser<long>
{
    public bool TryParse(ReadOnlySpan<byte> text, out long result) => TemporalText.TryParseTimestamp(text, out result, out _);
}

/// <summary>Without a zone the text is UTC.</summary>
internal readonly struct TimestampTzParser : ITextParser<long>
{
    public bool TryParse(ReadOnlySpan<byte> text, out long result)
    {
        bool parsed = TemporalText.TryParseTimestamp(text, out result, out long? offset);
        result -= offset ?? 0;
        return parsed && CivilCalendar.IsMicro(result);
    }
}

internal readonly struct IntervalParser : ITextParser<SqlInterval>
{
    public bool TryParse(ReadOnlySpan<byte> text, out SqlInterval result) => IntervalText.TryParse(text, out result);
}

/// <summary>A UUID as the 16 big-endian bytes that Arrow stores, carried as an Int128 for its width only.</summary>
internal readonly struct UuidParser : ITextParser<Int128>
{
    public bool TryParse(ReadOnlySpan<byte> text, out Int128 result)
    {
        result = 0;
        if (!Guid.TryParse(System.Text.Encoding.UTF8.GetString(text), out Guid guid))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        result = System.Runtime.InteropServices.MemoryMarshal.Read<Int128>(bytes);
        return true;
    }
}
