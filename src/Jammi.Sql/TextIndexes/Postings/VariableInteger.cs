using System.Runtime.CompilerServices;

namespace Jammi.Sql.TextIndexes.Postings;

/// <summary>Non-negative integers in seven bits a byte, low ones first; the high bit says that more follow.</summary>
internal static class VariableInteger
{
    /// <summary>The most bytes of one.</summary>
    public const int LongestBytes = 5;

    /// <summary>Writes a number at a position, which moves on.</summary>
    public static void Write(Span<byte> target, ref int position, uint value)
    {
        while (value >= 0x80)
        {
            target[position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[position++] = (byte)value;
    }

    /// <summary>Reads a number at a position, which moves on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(ReadOnlySpan<byte> source, ref int position)
    {
        uint value = source[position++];
        return value < 0x80 ? value : ReadLonger(source, ref position, value & 0x7F);
    }

    static uint ReadLonger(ReadOnlySpan<byte> source, ref int position, uint value)
    {
        for (int shift = 7; ; shift += 7)
        {
            uint next = source[position++];
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
