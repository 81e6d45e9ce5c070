using System.Numerics;
using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>Makes and reads BOOLEAN columns.</summary>
internal static class BooleanColumn
{
    /// <summary>A column over ready bitmaps; the validity may be null when nothing is missing.</summary>
    public static IArrowArray Create(int count, byte[] bits, byte[]? validity)
    {
        int nullCount = validity is null ? 0 : count - Validity.CountSet(validity, count);
        return ColumnFactory.FromBuffers(SqlType.Boolean, count, nullCount, nullCount == 0 ? ArrowBuffer.Empty : new ArrowBuffer(validity), [new ArrowBuffer(bits)]);
    }

    /// <summary>The rows whose value is TRUE (not NULL), in order.</summary>
    public static int[] TrueRows(ColumnarValue value, int count)
    {
        if (value.IsConstant)
        {
            return IsTrue(value.Array, 0) ? AllRows(count) : [];
        }

        return Rows(value.Array, count, inverted: false, withNulls: false);
    }

    /// <summary>The rows that are not FALSE, or with <paramref name="inverted"/> those that are not TRUE, of a BOOLEAN column.</summary>
    public static int[] Undecided(IArrowArray array, int count, bool inverted) => Rows(array, count, inverted, withNulls: true);

    public static int[] AllRows(int count)
    {
        var rows = new int[count];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
        }

        return rows;
    }

    static int[] Rows(IArrowArray array, int count, bool inverted, bool withNulls)
    {
        ReadOnlySpan<byte> bits = count == 0 ? [] : array.Data.Buffers[1].Span;
        int bitOffset = array.Data.Offset;
        ReadOnlySpan<byte> validity = Validity.Of(array, out int validityOffset);
        Span<ulong> words = count <= 64 * 64 ? stackalloc ulong[(count + 63) >> 6] : new ulong[(count + 63) >> 6];
        int found = 0;
        for (int w = 0; w < words.Length; w++)
        {
            int start = w << 6;
            int length = Math.Min(64, count - start);
            ulong word = RowWords.Read(bits, bitOffset + start);
            word = inverted ? ~word : word;
            if (!validity.IsEmpty)
            {
                ulong present = RowWords.Read(validity, validityOffset + start);
                word = withNulls ? word | ~present : word & present;
            }

            words[w] = length == 64 ? word : word & ((1UL << length) - 1);
            found += BitOperations.PopCount(words[w]);
        }

        return found == count ? AllRows(count) : RowWords.Rows(words);
    }

    /// <summary>Keeps, of the rows whose bits are set in words of 64, those whose value is TRUE.</summary>
    public static void AndTrue(ColumnarValue value, Span<ulong> rows)
    {
        if (value.IsConstant)
        {
            if (!IsTrue(value.Array, 0))
            {
                rows.Clear();
            }

            return;
        }

        RowWords.And(rows, value.Array.Data.Buffers[1].Span, value.Array.Data.Offset);
        ReadOnlySpan<byte> validity = Validity.Of(value.Array, out int offset);
        if (!validity.IsEmpty)
        {
            RowWords.And(rows, validity, offset);
        }
    }

    public static bool IsTrue(IArrowArray array, int row) => array is BooleanArray boolean && !array.IsNull(row) && Validity.Get(boolean.Data.Buffers[1].Span, boolean.Data.Offset + row);
}
