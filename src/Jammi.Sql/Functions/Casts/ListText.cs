using System.Text;
using Jammi.Sql.Functions.Kernels;

namespace Jammi.Sql.Functions.Casts;

/// <summary>Lists as text: <c>[a, "b, c", NULL, [nested]]</c>; PostgreSQL's braces are read too.</summary>
internal static class ListText
{
    static readonly System.Buffers.SearchValues<byte> NeedsQuotes = System.Buffers.SearchValues.Create("[]{}\",\\' \t\r\n"u8);

    /// <summary>Appends a text item, quoted where it would not read back otherwise.</summary>
    public static void AppendItem(BytesBuilder target, ReadOnlySpan<byte> item)
    {
        if (!item.IsEmpty && !item.ContainsAny(NeedsQuotes) && !IsNull(item))
        {
            target.Append(item);
            return;
        }

        target.Append((byte)'"');
        foreach (byte b in item)
        {
            if (b is (byte)'"' or (byte)'\\')
            {
                target.Append((byte)'\\');
            }

            target.Append(b);
        }

        target.Append((byte)'"');
    }

    /// <summary>Splits a list's text into its items' texts (null for NULL), or gives null when it is not a list.</summary>
    public static List<byte[]?>? Split(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n"u8);
        if (text.Length < 2 || (text[0], text[^1]) is not (((byte)'[', (byte)']') or ((byte)'{', (byte)'}')))
        {
            return null;
        }

        text = text[1..^1];
        var items = new List<byte[]?>();
        if (text.Trim(" \t\r\n"u8).IsEmpty)
        {
            return items;
        }

        int at = 0;
        while (true)
        {
            if (!TryItem(text, ref at, out byte[]? item))
            {
                return null;
            }

            items.Add(item);
            if (at == text.Length)
            {
                return items;
            }

            at++;
        }
    }

    /// <summary>Reads up to the next comma of this level, or the end.</summary>
    static bool TryItem(ReadOnlySpan<byte> text, ref int at, out byte[]? item)
    {
        item = null;
        int depth = 0;
        bool quoted = false;
        var bytes = new List<byte>();
        while (at < text.Length && (depth > 0 || text[at] != ','))
        {
            byte b = text[at++];
            if (depth == 0 && b is (byte)'"' or (byte)'\'' && (bytes.Count == 0 || bytes.TrueForAll(c => c == ' ')))
            {
                quoted = true;
                bytes.Clear();
                if (!TryQuoted(text, b, ref at, bytes))
                {
                    return false;
                }

                while (at < text.Length && text[at] == ' ')
                {
                    at++;
                }

                if (at < text.Length && text[at] != ',')
                {
                    return false;
                }

                break;
            }

            depth += b is (byte)'[' or (byte)'{' ? 1 : b is (byte)']' or (byte)'}' ? -1 : 0;
            bytes.Add(b);
        }

        if (depth != 0)
        {
            return false;
        }

        ReadOnlySpan<byte> all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes);
        ReadOnlySpan<byte> trimmed = quoted ? all : all.Trim(" \t\r\n"u8);
        if (!quoted && trimmed.IsEmpty)
        {
            return false;
        }

        item = !quoted && IsNull(trimmed) ? null : trimmed.ToArray();
        return true;
    }

    static bool TryQuoted(ReadOnlySpan<byte> text, byte quote, ref int at, List<byte> bytes)
    {
        while (at < text.Length)
        {
            byte b = text[at++];
            if (b == quote)
            {
                return true;
            }

            if (b == '\\' && at < text.Length)
            {
                b = text[at++];
            }

            bytes.Add(b);
        }

        return false;
    }

    static bool IsNull(ReadOnlySpan<byte> item) => item.Length == 4 && Ascii.EqualsIgnoreCase(item, "null"u8);
}
