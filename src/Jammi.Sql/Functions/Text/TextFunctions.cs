using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Lists;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Text;

/// <summary>Functions of texts. Positions and lengths count characters (code points) from 1.</summary>
internal static class TextFunctions
{
    const string Category = "Text";

    static readonly SqlType Text = SqlType.Text;
    static readonly SqlType Number = SqlType.BigInt;

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        ToText("upper", "upper(text)", "In upper case.", "upper('blue')", "BLUE", [Text], (a, row, o) => ChangeCase(a.Text(0, row), o, upper: true)) with { Synonyms = ["ucase"] },
        ToText("lower", "lower(text)", "In lower case.", "lower('BLUE')", "blue", [Text], (a, row, o) => ChangeCase(a.Text(0, row), o, upper: false)) with { Synonyms = ["lcase"] },
        ToText("initcap", "initcap(text)", "Each word with a capital letter.", "initcap('big red circle')", "Big Red Circle", [Text], (a, row, o) => o.Append(CultureInfo.InvariantCulture.TextInfo.ToTitleCase(a.String(0, row).ToLowerInvariant()))),
        new GenericFunction("length", new(Category, "length(text or list)", "Number of characters of a text, or of items of a list.", "length('héron')", "5"), BindLength) { Synonyms = ["char_length", "character_length", "len"] },
        ToNumber("octet_length", "octet_length(text or blob)", "Number of bytes.", "octet_length('héron')", "6", [Text], (a, row) => a.Text(0, row).Length) with { Blob = true },
        ToNumber("bit_length", "bit_length(text or blob)", "Number of bits.", "bit_length('ab')", "16", [Text], (a, row) => a.Text(0, row).Length * 8L) with { Blob = true },
        ToText("substring", "substring(text, start [, count]), substring(text FROM start FOR count) or substring(text FROM pattern)", "count characters from start; or what a regular expression (its first group, where it has one) matches first.", "substring('figure', 1, 3)", "fig", [Text, Number], (a, row, o) => o.Append(Utf8.Slice(a.Text(0, row), a.Length(1, row) - 1, int.MaxValue)))
            with { Synonyms = ["substr"], More = [([Text, Number, Number], (a, row, o) => o.Append(Substring(a, row)))], Others = [RegexFunctions.FirstMatch] },
        ToText("left", "left(text, count)", "The first characters; a negative count leaves out that many at the end.", "left('figure', 3)", "fig", [Text, Number], (a, row, o) => o.Append(Left(a.Text(0, row), a.Length(1, row)))),
        ToText("right", "right(text, count)", "The last characters; a negative count leaves out that many at the start.", "right('figure', 3)", "ure", [Text, Number], (a, row, o) => o.Append(Right(a.Text(0, row), a.Length(1, row)))),
        Trim("trim", "trim([BOTH] [characters FROM] text)", "Without blanks (or the characters given) at both ends.", "trim('  ab ')", "ab", start: true, end: true) with { Synonyms = ["btrim"] },
        Trim("ltrim", "ltrim(text [, characters])", "Without blanks (or the characters given) at the start.", "ltrim('xxab', 'x')", "ab", start: true, end: false),
        Trim("rtrim", "rtrim(text [, characters])", "Without blanks (or the characters given) at the end.", "rtrim('abxx', 'x')", "ab", start: false, end: true),
        ToText("replace", "replace(text, from, to)", "Every occurrence of from replaced.", "replace('a-b-c', '-', '+')", "a+b+c", [Text, Text, Text], Replace),
        ToText("translate", "translate(text, from, to)", "Each character of from replaced by the one at its place in to, or left out where to is shorter.", "translate('12345', '143', 'ax')", "a2x5", [Text, Text, Text], (a, row, o) => o.Append(Translate(a.String(0, row), a.String(1, row), a.String(2, row)))),
        ToText("overlay", "overlay(text PLACING new FROM start [FOR count])", "count characters from start (default: as many as new has) replaced by new.", "overlay('Txxxxas' PLACING 'hom' FROM 2 FOR 4)", "Thomas", [Text, Text, Number], (a, row, o) => Overlay(a, row, Utf8.Count(a.Text(1, row)), o))
            with { More = [([Text, Text, Number, Number], (a, row, o) => Overlay(a, row, a.Length(3, row), o))] },
        ToNumber("position", "position(part IN text)", "Where part first occurs, from 1; 0 when it does not.", "position('c' IN 'abcd')", "3", [Text, Text], (a, row) => Position(a.Text(1, row), a.Text(0, row))),
        ToNumber("strpos", "strpos(text, part)", "Where part first occurs, from 1; 0 when it does not.", "strpos('abcd', 'c')", "3", [Text, Text], (a, row) => Position(a.Text(0, row), a.Text(1, row))) with { Synonyms = ["instr"] },
        ToFlag("starts_with", "starts_with(text, part)", "Whether the text begins with part.", "starts_with('fig-001', 'fig')", "true", (a, row) => a.Text(0, row).StartsWith(a.Text(1, row))) with { Synonyms = ["prefix"] },
        ToFlag("ends_with", "ends_with(text, part)", "Whether the text ends with part.", "ends_with('a.png', '.png')", "true", (a, row) => a.Text(0, row).EndsWith(a.Text(1, row))) with { Synonyms = ["suffix"] },
        ToFlag("contains", "contains(text, part)", "Whether part occurs in the text.", "contains('a red circle', 'red')", "true", (a, row) => a.Text(0, row).IndexOf(a.Text(1, row)) >= 0),
        ToText("reverse", "reverse(text)", "The characters in reverse order.", "reverse('abc')", "cba", [Text], (a, row, o) => Reverse(a.Text(0, row), o)),
        ToText("repeat", "repeat(text, count)", "The text count times.", "repeat('ab', 3)", "ababab", [Text, Number], Repeat),
        ToText("lpad", "lpad(text, length [, fill])", "Filled up at the start, or cut, to length characters.", "lpad('7', 3, '0')", "007", [Text, Number], (a, row, o) => Pad(a.Text(0, row), a.Length(1, row), " "u8, atStart: true, o))
            with { More = [([Text, Number, Text], (a, row, o) => Pad(a.Text(0, row), a.Length(1, row), a.Text(2, row), atStart: true, o))] },
        ToText("rpad", "rpad(text, length [, fill])", "Filled up at the end, or cut, to length characters.", "rpad('7', 3, '.')", "7..", [Text, Number], (a, row, o) => Pad(a.Text(0, row), a.Length(1, row), " "u8, atStart: false, o))
            with { More = [([Text, Number, Text], (a, row, o) => Pad(a.Text(0, row), a.Length(1, row), a.Text(2, row), atStart: false, o))] },
        ToText("split_part", "split_part(text, separator, n)", "The n-th part, from 1; a negative n counts from the end; empty when there is none.", "split_part('a,b,c', ',', 2)", "b", [Text, Text, Number], (a, row, o) => o.Append(SplitPart(a.String(0, row), a.String(1, row), a.Integer(2, row)))),
        ToText("chr", "chr(number)", "The character of a Unicode code point.", "chr(65)", "A", [Number], (a, row, o) => o.Append(Character(a.Integer(0, row)))),
        ToNumber("ascii", "ascii(text)", "The code point of the first character; 0 for an empty text.", "ascii('A')", "65", [Text], (a, row) => Rune.DecodeFromUtf8(a.Text(0, row), out Rune rune, out int width) == System.Buffers.OperationStatus.Done && width > 0 ? rune.Value : 0) with { Synonyms = ["unicode"] },
        ToText("md5", "md5(text or blob)", "The MD5 hash as hexadecimal digits.", "md5('abc')", "900150983cd24fb0d6963f7d28e17f72", [Text], (a, row, o) => o.Append(Convert.ToHexStringLower(Md5(a.Text(0, row))))) with { Blob = true },
        ToText("sha256", "sha256(text or blob)", "The SHA-256 hash as hexadecimal digits.", "left(sha256('abc'), 8)", "ba7816bf", [Text], (a, row, o) => o.Append(Convert.ToHexStringLower(SHA256.HashData(a.Text(0, row))))) with { Blob = true },
    ];

    static TextFunction ToText(string name, string syntax, string description, string example, string result, ValueList<SqlType> parameters, TextRow write) =>
        new(name, new(Category, syntax, description, example, result), SqlType.Text, parameters, TextKernels.ToText(write));

    static TextFunction ToNumber(string name, string syntax, string description, string example, string result, ValueList<SqlType> parameters, ValueRow<long> compute) =>
        new(name, new(Category, syntax, description, example, result), SqlType.BigInt, parameters, TextKernels.ToValue(SqlType.BigInt, compute));

    static TextFunction ToFlag(string name, string syntax, string description, string example, string result, ValueRow<bool> test) =>
        new(name, new(Category, syntax, description, example, result), SqlType.Boolean, [Text, Text], TextKernels.ToFlag(test));

    static TextFunction Trim(string name, string syntax, string description, string example, string result, bool start, bool end) =>
        ToText(name, syntax, description, example, result, [Text], (a, row, o) => o.Append(Utf8.Trim(a.Text(0, row), " "u8, start, end)))
            with { More = [([Text, Text], (a, row, o) => o.Append(Utf8.Trim(a.Text(0, row), a.Text(1, row), start, end)))] };

    static ScalarBinding? BindLength(IReadOnlyList<Expression> arguments) => arguments is [{ Type.Kind: SqlTypeKind.List or SqlTypeKind.Vector or SqlTypeKind.HalfVector } list]
        ? new(Number, [ListArguments.ListOf(list)!], ListFunctions.Length)
        : OverloadResolution.Bind([new Overload(Number, [Text], TextKernels.ToValue(Number, (a, row) => (long)Utf8.Count(a.Text(0, row))))], arguments);

    static void ChangeCase(ReadOnlySpan<byte> text, BytesBuilder output, bool upper)
    {
        if (Ascii.IsValid(text))
        {
            Span<byte> target = output.GetSpan(text.Length);
            int written;
            _ = upper ? Ascii.ToUpper(text, target, out written) : Ascii.ToLower(text, target, out written);
            output.Advance(written);
            return;
        }

        string decoded = Encoding.UTF8.GetString(text);
        output.Append(upper ? decoded.ToUpperInvariant() : decoded.ToLowerInvariant());
    }

    static ReadOnlySpan<byte> Substring(TextArguments a, int row)
    {
        int count = a.Length(2, row);
        return count >= 0
            ? Utf8.Slice(a.Text(0, row), a.Length(1, row) - 1L, count)
            : throw new SqlException(SqlErrorCode.InvalidParameter, $"The length of substring is {count}; it cannot be negative.");
    }

    static ReadOnlySpan<byte> Left(ReadOnlySpan<byte> text, int count) => Utf8.Slice(text, 0, count >= 0 ? count : Utf8.Count(text) + count);

    static ReadOnlySpan<byte> Right(ReadOnlySpan<byte> text, int count) =>
        Utf8.Slice(text, count >= 0 ? Math.Max(0, Utf8.Count(text) - count) : -count, int.MaxValue);

    static void Replace(TextArguments a, int row, BytesBuilder output)
    {
        ReadOnlySpan<byte> text = a.Text(0, row);
        ReadOnlySpan<byte> from = a.Text(1, row);
        ReadOnlySpan<byte> to = a.Text(2, row);
        while (!from.IsEmpty && text.IndexOf(from) is >= 0 and int at)
        {
            output.Append(text[..at]);
            output.Append(to);
            text = text[(at + from.Length)..];
        }

        output.Append(text);
    }

    static string Translate(string text, string from, string to)
    {
        Rune[] source = [.. from.EnumerateRunes()];
        Rune[] target = [.. to.EnumerateRunes()];
        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            int at = Array.IndexOf(source, rune);
            if (at < 0)
            {
                result.Append(rune);
            }
            else if (at < target.Length)
            {
                result.Append(target[at]);
            }
        }

        return result.ToString();
    }

    static void Overlay(TextArguments a, int row, int count, BytesBuilder output)
    {
        ReadOnlySpan<byte> text = a.Text(0, row);
        int start = a.Length(2, row);
        if (start < 1)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"overlay begins at character {start}; the first is 1.");
        }

        output.Append(Utf8.Slice(text, 0, start - 1));
        output.Append(a.Text(1, row));
        output.Append(Utf8.Slice(text, start - 1L + count, int.MaxValue));
    }

    static long Position(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part)
    {
        int at = text.IndexOf(part);
        return at < 0 ? 0 : Utf8.Count(text[..at]) + 1;
    }

    static void Reverse(ReadOnlySpan<byte> text, BytesBuilder output)
    {
        while (!text.IsEmpty)
        {
            Rune.DecodeLastFromUtf8(text, out _, out int width);
            output.Append(text[^width..]);
            text = text[..^width];
        }
    }

    static void Repeat(TextArguments a, int row, BytesBuilder output)
    {
        ReadOnlySpan<byte> text = a.Text(0, row);
        for (long left = text.IsEmpty ? 0 : a.Integer(1, row); left > 0; left--)
        {
            output.Append(text);
        }
    }

    static void Pad(ReadOnlySpan<byte> text, int length, ReadOnlySpan<byte> fill, bool atStart, BytesBuilder output)
    {
        int missing = length - Utf8.Count(text);
        ReadOnlySpan<byte> kept = missing < 0 ? Utf8.Slice(text, 0, length) : text;
        if (!atStart)
        {
            output.Append(kept);
        }

        for (int fillCount = Utf8.Count(fill); missing > 0 && fillCount > 0; missing -= fillCount)
        {
            output.Append(Utf8.Slice(fill, 0, missing));
        }

        if (atStart)
        {
            output.Append(kept);
        }
    }

    static string SplitPart(string text, string separator, long part)
    {
        if (part == 0)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, "split_part counts from 1, or from -1 at the end; 0 is no part.");
        }

        string[] parts = separator.Length == 0 ? [text] : text.Split(separator);
        long index = part > 0 ? part - 1 : parts.Length + part;
        return index >= 0 && index < parts.Length ? parts[index] : string.Empty;
    }

    static string Character(long code) => code is > 0 and <= int.MaxValue && Rune.IsValid((int)code)
        ? new Rune((int)code).ToString()
        : throw new SqlException(SqlErrorCode.InvalidParameter, $"{code} is not the code point of a character.");

    /// <summary>A checksum that SQL users expect by this name; nothing here relies on it for security.</summary>
#pragma warning disable CA5351
    static byte[] Md5(ReadOnlySpan<byte> bytes) => MD5.HashData(bytes);
#pragma warning restore CA5351
}
