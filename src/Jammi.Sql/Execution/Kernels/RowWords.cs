using System.Numerics;
using System.Runtime.InteropServices;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>Bits of the rows of one block in words of 64 rows, least significant first.</summary>
internal static class RowWords
{
    public static int Count(int rows) => (rows + 63) / 64;

    /// <summary>All of the block's rows.</summary>
    public static ulong[] Whole(int rows)
    {
        ulong[] words = new ulong[Count(rows)];
        Array.Fill(words, ulong.MaxValue);
        if ((rows & 63) != 0)
        {
            words[^1] = (1UL << (rows & 63)) - 1;
        }

        return words;
    }

    /// <summary>Keeps the rows whose bit is set in an Arrow bitmap, from a bit on.</summary>
    public static void And(Span<ulong> words, ReadOnlySpan<byte> bitmap, int offset)
    {
        for (int i = 0; i < words.Length; i++)
        {
            words[i] &= Read(bitmap, offset + (i * 64));
        }
    }

    /// <summary>Drops the rows whose bit is set.</summary>
    public static void AndNot(Span<ulong> words, ReadOnlySpan<byte> bitmap)
    {
        for (int i = 0; i < words.Length; i++)
        {
            words[i] &= ~Read(bitmap, i * 64);
        }
    }

    public static void And(Span<ulong> words, RowBitmap rows, long first)
    {
        for (int i = 0; i < words.Length; i++)
        {
            words[i] &= rows.Word(first + (i * 64L));
        }
    }

    /// <summary>The numbers of the rows whose bit is set.</summary>
    public static int[] Rows(ReadOnlySpan<ulong> words)
    {
        int[] rows = new int[PopCount(words)];
        int count = 0;
        for (int i = 0; i < words.Length; i++)
        {
            for (ulong word = words[i]; word != 0; word &= word - 1)
            {
                rows[count++] = (i * 64) + BitOperations.TrailingZeroCount(word);
            }
        }

        return rows;
    }

    public static int PopCount(ReadOnlySpan<ulong> words)
    {
        int set = 0;
        foreach (ulong word in words)
        {
            set += BitOperations.PopCount(word);
        }

        return set;
    }

    /// <summary>64 bits of a bitmap from a bit on; those past its end are 0.</summary>
    public static ulong Read(ReadOnlySpan<byte> bitmap, int bit)
    {
        int index = bit >> 3;
        int shift = bit & 7;
        if (shift == 0 && index + sizeof(ulong) <= bitmap.Length)
        {
            return MemoryMarshal.Read<ulong>(bitmap[index..]);
        }

        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (index < bitmap.Length)
        {
            bitmap.Slice(index, Math.Min(9, bitmap.Length - index)).CopyTo(bytes);
        }

        ulong low = MemoryMarshal.Read<ulong>(bytes);
        return shift == 0 ? low : (low >> shift) | ((ulong)bytes[8] << (64 - shift));
    }
}
