using Apache.Arrow;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>Null bitmaps: bit set = value present, least significant bit first, honouring array offsets.</summary>
internal static class Validity
{
    public static bool Get(ReadOnlySpan<byte> bits, int index) => (bits[index >> 3] >> (index & 7) & 1) != 0;

    public static void Set(Span<byte> bits, int index) => bits[index >> 3] |= (byte)(1 << (index & 7));

    public static void Clear(Span<byte> bits, int index) => bits[index >> 3] &= (byte)~(1 << (index & 7));

    /// <summary>The array's bitmap and the bit that belongs to row 0; an empty span when no value is missing.</summary>
    public static ReadOnlySpan<byte> Of(IArrowArray array, out int offset)
    {
        ArrayData data = array.Data;
        offset = data.Offset;
        return data.NullCount == 0 || data.Buffers.Length == 0 ? default : data.Buffers[0].Span;
    }

    /// <summary>Copies <paramref name="count"/> bits from an offset to the start of <paramref name="target"/> shifted by <paramref name="targetOffset"/>.</summary>
    public static void CopyBits(ReadOnlySpan<byte> source, int sourceOffset, Span<byte> target, int targetOffset, int count)
    {
        if (((sourceOffset | targetOffset) & 7) == 0)
        {
            int whole = count >> 3;
            source.Slice(sourceOffset >> 3, whole).CopyTo(target[(targetOffset >> 3)..]);
            sourceOffset += whole << 3;
            targetOffset += whole << 3;
            count &= 7;
        }

        for (int i = 0; i < count; i++)
        {
            if (Get(source, sourceOffset + i))
            {
                Set(target, targetOffset + i);
            }
            else
            {
                Clear(target, targetOffset + i);
            }
        }
    }

    /// <summary>Number of set bits among the first <paramref name="count"/>.</summary>
    public static int CountSet(ReadOnlySpan<byte> bits, int count)
    {
        int set = 0;
        int whole = count >> 3;
        for (int i = 0; i < whole; i++)
        {
            set += System.Numerics.BitOperations.PopCount(bits[i]);
        }

        for (int i = whole << 3; i < count; i++)
        {
            set += Get(bits, i) ? 1 : 0;
        }

        return set;
    }
}
