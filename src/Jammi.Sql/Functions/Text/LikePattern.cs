using System.Buffers;
using System.Text;

namespace Jammi.Sql.Functions.Text;

/// <summary>
/// A LIKE pattern over UTF-8: <c>%</c> is any text, <c>_</c> one character, the escape character takes the next one as it is. Patterns without
/// <c>_</c> are searched for piece by piece; a piece never moves back, so matching is linear but for the pieces' own search.
/// </summary>
internal sealed class LikePattern
{
    readonly byte[][] pieces;
    readonly bool[][] wild;
    readonly bool anyStart;
    readonly bool anyEnd;

    LikePattern(List<byte[]> pieces, List<bool[]> wild, bool anyStart, bool anyEnd)
    {
        this.pieces = [.. pieces];
        this.wild = [.. wild];
        this.anyStart = anyStart;
        this.anyEnd = anyEnd;
    }

    /// <param name="pattern">UTF-8.</param>
    /// <param name="escape">The escape character, or null for none.</param>
    /// <exception cref="SqlException">The pattern ends with the escape character.</exception>
    public static LikePattern Parse(ReadOnlySpan<byte> pattern, Rune? escape)
    {
        var pieces = new List<byte[]>();
        var wild = new List<bool[]>();
        var piece = new List<byte>();
        var any = new List<bool>();
        bool anyStart = false;
        bool anyEnd = false;
        Span<byte> utf8 = stackalloc byte[4];
        for (bool first = true; !pattern.IsEmpty; first = false)
        {
            Rune.DecodeFromUtf8(pattern, out Rune rune, out int width);
            ReadOnlySpan<byte> literal = pattern[..width];
            pattern = pattern[width..];
            anyEnd = false;
            if (rune == escape)
            {
                if (pattern.IsEmpty)
                {
                    throw new SqlException(SqlErrorCode.InvalidParameter, $"The pattern ends with its escape character {escape}; write it twice to mean itself.");
                }

                Rune.DecodeFromUtf8(pattern, out rune, out width);
                literal = pattern[..width];
                pattern = pattern[width..];
            }
            else if (rune.Value == '%')
            {
                anyStart |= first;
                anyEnd = true;
                Close();
                continue;
            }
            else if (rune.Value == '_')
            {
                piece.Add(0);
                any.Add(true);
                continue;
            }

            foreach (byte b in literal)
            {
                piece.Add(b);
                any.Add(false);
            }
        }

        Close();
        return new(pieces, wild, anyStart, anyEnd);

        void Close()
        {
            if (piece.Count > 0)
            {
                pieces.Add([.. piece]);
                wild.Add(any.Contains(true) ? [.. any] : []);
                piece.Clear();
                any.Clear();
            }
        }
    }

    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        if (pieces.Length == 0)
        {
            return anyEnd || text.IsEmpty;
        }

        int first = 0;
        int last = pieces.Length;
        if (!anyStart)
        {
            int length = MatchAt(text, 0);
            if (length < 0 || (pieces.Length == 1 && !anyEnd && length != text.Length))
            {
                return false;
            }

            text = text[length..];
            first = 1;
        }

        if (first == last)
        {
            return true;
        }

        int middleEnd = anyEnd ? last : last - 1;
        for (int i = first; i < middleEnd; i++)
        {
            int end = Find(text, i);
            if (end < 0)
            {
                return false;
            }

            text = text[end..];
        }

        return anyEnd || EndsWith(text, last - 1);
    }

    /// <summary>The number of bytes that a piece takes at the start of the text, or -1.</summary>
    int MatchAt(ReadOnlySpan<byte> text, int index)
    {
        byte[] piece = pieces[index];
        bool[] any = wild[index];
        if (any.Length == 0)
        {
            return text.StartsWith(piece) ? piece.Length : -1;
        }

        int position = 0;
        for (int i = 0; i < piece.Length; i++)
        {
            if (position >= text.Length)
            {
                return -1;
            }

            if (any[i])
            {
                position += Width(text[position..]);
            }
            else if (text[position++] != piece[i])
            {
                return -1;
            }
        }

        return position;
    }

    /// <summary>Where the first occurrence of a piece ends, or -1.</summary>
    int Find(ReadOnlySpan<byte> text, int index)
    {
        if (wild[index].Length == 0)
        {
            int start = text.IndexOf(pieces[index]);
            return start < 0 ? -1 : start + pieces[index].Length;
        }

        for (int start = 0; start < text.Length; start += Width(text[start..]))
        {
            int length = MatchAt(text[start..], index);
            if (length >= 0)
            {
                return start + length;
            }
        }

        return -1;
    }

    bool EndsWith(ReadOnlySpan<byte> text, int index)
    {
        if (wild[index].Length == 0)
        {
            return text.EndsWith(pieces[index]);
        }

        for (int start = 0; start < text.Length; start += Width(text[start..]))
        {
            if (MatchAt(text[start..], index) == text.Length - start)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Bytes of the first character; a malformed byte counts as one.</summary>
    static int Width(ReadOnlySpan<byte> text) =>
        text[0] < 0x80 ? 1
        : Rune.DecodeFromUtf8(text, out _, out int width) == OperationStatus.Done ? width : Math.Max(1, width);
}
