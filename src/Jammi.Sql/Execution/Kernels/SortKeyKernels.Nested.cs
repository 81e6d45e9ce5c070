using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>The keys of vectors and lists: those of their items one behind the other.</summary>
internal static partial class SortKeyKernels
{
    static void WriteVectors(IArrowArray column, byte mask, byte[] bytes, Span<int> cursors)
    {
        for (int i = 0; i < cursors.Length; i++)
        {
            if (column.IsNull(i))
            {
                continue;
            }

            foreach (float value in ColumnFactory.VectorAt(column, i))
            {
                Span<byte> target = bytes.AsSpan(cursors[i], sizeof(float));
                FloatKey.Write(value, target);
                Apply(mask, target);
                cursors[i] += sizeof(float);
            }
        }
    }

    static void WriteLists(ListArray column, byte mask, byte[] bytes, Span<int> cursors)
    {
        SortKeys items = EncodeItems(column, out int first);
        ReadOnlySpan<int> offsets = TakeKernels.OffsetsOf(column.Data);
        for (int i = 0; i < cursors.Length; i++)
        {
            if (column.IsNull(i))
            {
                continue;
            }

            int start = cursors[i];
            int position = start;
            for (int item = offsets[i] - first; item < offsets[i + 1] - first; item++)
            {
                bytes[position++] = 1;
                items[item].CopyTo(bytes.AsSpan(position));
                position += items[item].Length;
            }

            bytes[position++] = 0;
            Apply(mask, bytes.AsSpan(start, position - start));
            cursors[i] = position;
        }
    }

    static SortKeys EncodeItems(ListArray column, out int first)
    {
        ReadOnlySpan<int> offsets = TakeKernels.OffsetsOf(column.Data);
        first = offsets[0];
        int count = offsets[^1] - first;
        return Encode([TakeKernels.Slice(column.Values, first, count)], [default], count);
    }
}
