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
            return IsTrue(value.Array, 0) ? [.. Enumerable.Range(0, count)] : [];
        }

        ReadOnlySpan<byte> bits = value.Array.Data.Buffers[1].Span;
        int bitOffset = value.Array.Data.Offset;
        ReadOnlySpan<byte> validity = Validity.Of(value.Array, out int validityOffset);
        var rows = new int[count];
        int found = 0;
        if (validity.IsEmpty)
        {
            // Branch-free: every row is written, only passing ones advance.
            for (int i = 0; i < count; i++)
            {
                rows[found] = i;
                found += (bits[(bitOffset + i) >> 3] >> ((bitOffset + i) & 7)) & 1;
            }
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                rows[found] = i;
                found += (bits[(bitOffset + i) >> 3] >> ((bitOffset + i) & 7)) & (validity[(validityOffset + i) >> 3] >> ((validityOffset + i) & 7)) & 1;
            }
        }

        System.Array.Resize(ref rows, found);
        return rows;
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
