using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Jammi.Inference.Text;

/// <summary>
/// Undoes mojibake: UTF-8 that was read as a single-byte encoding, perhaps more than once ("Ã©tÃ©" for "été"). After the
/// method of ftfy 6 (Robyn Speer): only text with an improbable sequence of characters is touched, and only where its bytes
/// in some common encoding are UTF-8, allowing for spaces in place of no-break spaces and for bytes lost on the way.
/// </summary>
internal static partial class MojibakeRepair
{
    public static string Repair(string text)
    {
        while (true)
        {
            var before = text;
            text = RepairOnce(text);
            if (text == before)
            {
                return text;
            }
        }
    }

    private static string RepairOnce(string text)
    {
        if (Ascii.IsValid(text) || !MojibakeDetector.IsSuspicious(text))
        {
            return text;
        }

        foreach (var encoding in SingleByteEncoding.Candidates)
        {
            if (encoding.CanEncode(text) && ReadAsUtf8(text, encoding) is { } whole)
            {
                return whole;
            }
        }

        var repaired = RepairFragments(text);
        if (repaired != text || (SingleByteEncoding.Latin1.CanEncode(text) && SingleByteEncoding.Windows1252.CanEncode(text)))
        {
            return repaired;
        }

        return ReadControlsAsWindows1252(text);
    }

    private static string ReadControlsAsWindows1252(string text) => string.Create(text.Length, text, static (result, source) =>
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = source[i] is >= '\x80' and <= '\x9F' ? SingleByteEncoding.Windows1252.ToChar((byte)source[i]) : source[i];
        }
    });

    /// <returns>What the text's bytes say as UTF-8, or null where they are none.</returns>
    private static string? ReadAsUtf8(string text, SingleByteEncoding encoding)
    {
        // Bytes are held as Latin-1 characters, which the expressions below work on.
        var bytes = Encoding.Latin1.GetString(encoding.Encode(text));

        // In Mac Roman the same bytes are an en dash and a space.
        if (encoding != SingleByteEncoding.MacRoman && SpaceInUtf8().IsMatch(bytes))
        {
            bytes = SpaceInUtf8().Replace(FrenchAGrave().Replace(bytes, "\xC3\xA0 "), match => match.Value.Replace(' ', '\xA0'));
        }

        if (encoding.IsWindows)
        {
            bytes = LossInUtf8().Replace(bytes, "\xEF\xBF\xBD");
        }

        return DecodeUtf8(WithStandardForms(bytes));
    }

    /// <summary>Rewrites what Java and CESU-8 encode their own way: U+0000, and characters beyond U+FFFF as two surrogates.</summary>
    private static string WithStandardForms(string bytes) => SurrogatePairInUtf8().Replace(bytes, match =>
    {
        if (match.Length == 2)
        {
            return "\0";
        }

        var pair = match.ValueSpan;
        var high = (char)(0xD000 | ((pair[1] & 0x3F) << 6) | (pair[2] & 0x3F));
        var low = (char)(0xD000 | ((pair[4] & 0x3F) << 6) | (pair[5] & 0x3F));
        return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes([high, low]));
    });

    private static string? DecodeUtf8(string bytes)
    {
        var result = new char[bytes.Length];
        var status = Utf8.ToUtf16(Encoding.Latin1.GetBytes(bytes), result, out _, out var length, replaceInvalidSequences: false);
        return status == OperationStatus.Done ? new string(result, 0, length) : null;
    }

    /// <summary>Repairs pieces that look like UTF-8 inside text that is sound elsewhere.</summary>
    private static string RepairFragments(string text)
    {
        StringBuilder? result = null;
        var copied = 0;
        for (var start = 0; start < text.Length;)
        {
            var length = Utf8LookAlike.Match(text, start);
            if (length == 0)
            {
                start++;
                continue;
            }

            // A fragment that is the whole text has been tried before.
            var fragment = text.Substring(start, length);
            if (length < text.Length && MojibakeDetector.IsSuspicious(fragment))
            {
                result ??= new StringBuilder(text.Length);
                result.Append(text, copied, start - copied).Append(Repair(fragment));
                copied = start + length;
            }

            start += length;
        }

        return result is null ? text : result.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>UTF-8 sequences with a blank where A0 belongs. 85 is left out, it is an ellipsis in Windows-1252.</summary>
    [GeneratedRegex(@"[\xC2\xC3\xC5\xCE\xD0\xD9] |[\xE2\xE3] [\x80-\x84\x86-\x9F\xA1-\xBF]|[\xE0-\xE3][\x80-\x84\x86-\x9F\xA1-\xBF] |\xF0 [\x80-\xBF]{2}|\xF0[\x80-\xBF] [\x80-\xBF]|\xF0[\x80-\xBF]{2} ")]
    private static partial Regex SpaceInUtf8();

    /// <summary>The word "à", whose no-break space swallowed the blank after it; not where a Portuguese word goes on.</summary>
    [GeneratedRegex("\xC3 (?! |quele|quela|quilo|s )")]
    private static partial Regex FrenchAGrave();

    /// <summary>UTF-8 sequences in which bytes became a substitute or a question mark.</summary>
    [GeneratedRegex(@"[\xC2-\xDF]\x1A|[\xC2\xC3]\?|\xED[\xA0-\xAF][\x1A?]\xED[\xB0-\xBF][\x1A?\x80-\xBF]|\xED[\xA0-\xAF][\x1A?\x80-\xBF]\xED[\xB0-\xBF][\x1A?]|[\xE0-\xEF][\x1A?][\x1A\x80-\xBF]|[\xE0-\xEF][\x1A\x80-\xBF][\x1A?]|[\xF0-\xF4][\x1A?][\x1A\x80-\xBF]{2}|[\xF0-\xF4][\x1A\x80-\xBF][\x1A?][\x1A\x80-\xBF]|[\xF0-\xF4][\x1A\x80-\xBF]{2}[\x1A?]|\x1A")]
    private static partial Regex LossInUtf8();

    [GeneratedRegex(@"\xC0\x80|\xED[\xA0-\xAF][\x80-\xBF]\xED[\xB0-\xBF][\x80-\xBF]")]
    private static partial Regex SurrogatePairInUtf8();
}
