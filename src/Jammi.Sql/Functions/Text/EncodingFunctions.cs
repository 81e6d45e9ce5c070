using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Text;

/// <summary>Bytes as text and back: hexadecimal, binary, base 64, percent signs; and hashes.</summary>
internal static class EncodingFunctions
{
    const string Category = "Text";

    static readonly SqlType Text = SqlType.Text;
    static readonly SqlType Blob = SqlType.Blob;

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        OfBytes("to_base64", "to_base64(text or blob)", "The bytes in base 64.", "to_base64('abc')", "YWJj", (a, row, o) => o.Append(Convert.ToBase64String(a.Text(0, row))), "base64"),
        ToBlob("from_base64", "from_base64(text)", "The bytes that a text in base 64 stands for.", "from_base64('YWJj')", "\\x616263", a => FromBase64(a)),
        new OverloadedFunction(
            "hex",
            new(Category, "hex(text, blob or integer)", "Upper-case hexadecimal digits of the bytes, or of an integer.", "hex('abc')", "616263"),
            new Overload(Text, [Text], TextKernels.ToText((a, row, o) => o.Append(Convert.ToHexString(a.Text(0, row))))),
            new Overload(Text, [Blob], TextKernels.ToText((a, row, o) => o.Append(Convert.ToHexString(a.Text(0, row))))),
            new Overload(Text, [SqlType.BigInt], RowKernels.ToText((long number, BytesBuilder o) => o.Append(number.ToString("X", CultureInfo.InvariantCulture))))),
        OfInteger("to_hex", "to_hex(integer)", "Hexadecimal digits of an integer, a negative one in two's complement.", "to_hex(255)", "ff", "x"),
        OfInteger("bin", "bin(integer)", "Binary digits of an integer, a negative one in two's complement.", "bin(10)", "1010", "b", "to_bin", "to_binary"),
        new OverloadedFunction(
            "to_oct",
            new(Category, "to_oct(integer)", "Octal digits of an integer, a negative one in two's complement.", "to_oct(8)", "10"),
            new Overload(Text, [SqlType.Integer], RowKernels.ToText((int number, BytesBuilder o) => o.Append(Convert.ToString(number, 8)))),
            new Overload(Text, [SqlType.BigInt], RowKernels.ToText((long number, BytesBuilder o) => o.Append(Convert.ToString(number, 8))))),
        ToBlob("unhex", "unhex(text)", "The bytes that hexadecimal digits stand for.", "unhex('616263')", "\\x616263", FromHex, "from_hex"),
        new OverloadedFunction(
            "encode",
            new(Category, "encode(blob, 'hex' | 'base64' | 'escape') or encode(text)", "A blob as text; or the bytes of a text in UTF-8.", "encode('abc'::BLOB, 'base64')", "YWJj"),
            new Overload(Text, [Blob, Text], TextKernels.ToText((a, row, o) => o.Append(Encode(a.Text(0, row), a.String(1, row))))),
            new Overload(Blob, [Text], TextKernels.ToBytes(Blob, (a, row, o) => o.Append(a.Text(0, row))))),
        new OverloadedFunction(
            "decode",
            new(Category, "decode(text, 'hex' | 'base64' | 'escape') or decode(blob)", "A blob from its text; or the text that bytes in UTF-8 stand for.", "decode('YWJj', 'base64')", "\\x616263"),
            new Overload(Blob, [Text, Text], TextKernels.ToBytes(Blob, (a, row, o) => o.Append(Decode(a.String(0, row), a.String(1, row))))),
            new Overload(Text, [Blob], TextKernels.ToText((a, row, o) => o.Append(Utf8Text(a.Text(0, row)))))),
        OfText("url_encode", "url_encode(text)", "With every byte that cannot stand in a part of a URL as % and two digits.", "url_encode('a b/ü')", "a%20b%2F%C3%BC", Uri.EscapeDataString),
        OfText("url_decode", "url_decode(text)", "With % and two digits turned into what they stand for.", "url_decode('a%20b%2F%C3%BC')", "a b/ü", Uri.UnescapeDataString),
        OfBytes("sha1", "sha1(text or blob)", "The SHA-1 hash as hexadecimal digits.", "left(sha1('abc'), 8)", "a9993e36", (a, row, o) => o.Append(Convert.ToHexStringLower(Sha1(a.Text(0, row))))),
        OfBytes("sha384", "sha384(text or blob)", "The SHA-384 hash as hexadecimal digits.", "left(sha384('abc'), 8)", "cb00753f", (a, row, o) => o.Append(Convert.ToHexStringLower(SHA384.HashData(a.Text(0, row))))),
        OfBytes("sha512", "sha512(text or blob)", "The SHA-512 hash as hexadecimal digits.", "left(sha512('abc'), 8)", "ddaf35a1", (a, row, o) => o.Append(Convert.ToHexStringLower(SHA512.HashData(a.Text(0, row))))),
    ];

    static OverloadedFunction OfBytes(string name, string syntax, string description, string example, string result, TextRow write, params string[] synonyms) => new(
        name,
        new(Category, syntax, description, example, result),
        new Overload(Text, [Text], TextKernels.ToText(write)),
        new Overload(Text, [Blob], TextKernels.ToText(write)))
    {
        Synonyms = synonyms,
    };

    static OverloadedFunction OfText(string name, string syntax, string description, string example, string result, Func<string, string> convert) =>
        new(name, new(Category, syntax, description, example, result), new Overload(Text, [Text], TextKernels.ToText((a, row, o) => o.Append(convert(a.String(0, row))))));

    static OverloadedFunction ToBlob(string name, string syntax, string description, string example, string result, Func<string, byte[]> convert, params string[] synonyms) =>
        new(name, new(Category, syntax, description, example, result), new Overload(Blob, [Text], TextKernels.ToBytes(Blob, (a, row, o) => o.Append(convert(a.String(0, row))))))
        {
            Synonyms = synonyms,
        };

    static OverloadedFunction OfInteger(string name, string syntax, string description, string example, string result, string format, params string[] synonyms) => new(
        name,
        new(Category, syntax, description, example, result),
        new Overload(Text, [SqlType.Integer], RowKernels.ToText((int number, BytesBuilder o) => o.Append(number.ToString(format, CultureInfo.InvariantCulture)))),
        new Overload(Text, [SqlType.BigInt], RowKernels.ToText((long number, BytesBuilder o) => o.Append(number.ToString(format, CultureInfo.InvariantCulture)))))
    {
        Synonyms = synonyms,
    };

    static string Encode(ReadOnlySpan<byte> bytes, string format) => format.ToLowerInvariant() switch
    {
        "hex" => Convert.ToHexStringLower(bytes),
        "base64" => Convert.ToBase64String(bytes),
        "escape" => Escape(bytes),
        _ => throw UnknownFormat(format),
    };

    static byte[] Decode(string text, string format) => format.ToLowerInvariant() switch
    {
        "hex" => FromHex(text),
        "base64" => FromBase64(text),
        "escape" => Unescape(text),
        _ => throw UnknownFormat(format),
    };

    static SqlException UnknownFormat(string format) => new(SqlErrorCode.InvalidParameter, $"'{format}' is not a form of binary text; use 'hex', 'base64' or 'escape'.");

    static byte[] FromHex(string text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException error)
        {
            throw NotText(text, "hexadecimal digits, two for each byte", error);
        }
    }

    static byte[] FromBase64(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException error)
        {
            throw NotText(text, "base 64", error);
        }
    }

    static SqlException NotText(string text, string what, Exception? error = null) =>
        new(SqlErrorCode.InvalidText, $"\"{(text.Length <= 80 ? text : text[..80] + "…")}\" is not {what}.", error);

    /// <summary>Bytes that are not ASCII as \ and three octal digits, \ doubled.</summary>
    static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte b in bytes)
        {
            text.Append(b is 0 or >= 128 ? "\\" + Convert.ToString(b, 8).PadLeft(3, '0') : b == '\\' ? "\\\\" : ((char)b).ToString());
        }

        return text.ToString();
    }

    static byte[] Unescape(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i].ToString()));
            }
            else if (i + 1 < text.Length && text[i + 1] == '\\')
            {
                bytes.Add((byte)text[i++]);
            }
            else if (i + 3 < text.Length && text[i + 1] is >= '0' and <= '3' && text[i + 2] is >= '0' and <= '7' && text[i + 3] is >= '0' and <= '7')
            {
                bytes.Add((byte)(((text[i + 1] - '0') * 64) + ((text[i + 2] - '0') * 8) + text[i + 3] - '0'));
                i += 3;
            }
            else
            {
                throw NotText(text, "escaped text: \\ is followed by \\ or by three octal digits");
            }
        }

        return [.. bytes];
    }

    static ReadOnlySpan<byte> Utf8Text(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes)
        ? bytes
        : throw new SqlException(SqlErrorCode.InvalidText, $"The blob \\x{Convert.ToHexStringLower(bytes[..Math.Min(bytes.Length, 20)])} is not text in UTF-8.");

    /// <summary>A checksum that SQL users expect by this name; nothing here relies on it for security.</summary>
#pragma warning disable CA5350
    static byte[] Sha1(ReadOnlySpan<byte> bytes) => SHA1.HashData(bytes);
#pragma warning restore CA5350
}
