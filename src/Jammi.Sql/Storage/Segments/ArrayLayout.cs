using System.Numerics;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Jammi.Sql.Storage.Segments;

/// <summary>
/// Whether the buffers of an array read from a file hold what its type and length promise. A damaged file must be reported as such: kernels trust
/// lengths and offsets, and some of them read without bounds checks. Values are not looked at; only the checksum of the file speaks for them.
/// </summary>
internal static class ArrayLayout
{
    /// <summary>What is wrong, or null.</summary>
    public static string? FindProblem(ArrayData array, IArrowType type, int length)
    {
        if (array.Length != length || array.Offset != 0)
        {
            return $"it has {array.Length} values from {array.Offset} on where {length} are expected";
        }

        if (array.DataType.TypeId != type.TypeId)
        {
            return $"it is {array.DataType.Name} where {type.Name} is expected";
        }

        return FindNullProblem(array, type, length) ?? type switch
        {
            NullType => null,
            StringType or BinaryType => FindOffsetProblem(array, length, Bytes(array, 2), "bytes"),
            ListType list => FindListProblem(array, list, length),
            FixedSizeListType list => FindVectorProblem(array, list, length),
            FixedWidthType fixedWidth => FindWidthProblem(array, fixedWidth, length),
            _ => $"{type.Name} is no type of a column",
        };
    }

    static string? FindNullProblem(ArrayData array, IArrowType type, int length)
    {
        int bitmap = Bytes(array, 0);
        if (array.NullCount > length)
        {
            return $"{array.NullCount} of {length} values are to be NULL";
        }

        return type is NullType || (bitmap == 0 ? array.NullCount <= 0 : bitmap >= (length + 7) / 8) ? null
            : $"the bitmap of NULLs has {bitmap} bytes for {length} values";
    }

    static string? FindWidthProblem(ArrayData array, FixedWidthType type, int length)
    {
        long expected = (((long)length * type.BitWidth) + 7) / 8;
        return array.DataType is not FixedWidthType stored || stored.BitWidth != type.BitWidth ? $"it is {array.DataType.Name} of another width than {type.Name}"
            : Bytes(array, 1) < expected ? $"{Bytes(array, 1)} bytes are there for {length} values of {type.BitWidth} bits"
            : null;
    }

    static string? FindListProblem(ArrayData array, ListType type, int length)
    {
        if (array.Children is not [{ } items])
        {
            return "the list has no items";
        }

        return FindOffsetProblem(array, length, items.Length, "items") ?? FindProblem(items, type.ValueDataType, items.Length);
    }

    static string? FindVectorProblem(ArrayData array, FixedSizeListType type, int length)
    {
        if (array.DataType is not FixedSizeListType stored || stored.ListSize != type.ListSize || array.Children is not [{ } items])
        {
            return $"it is no vector of {type.ListSize} numbers";
        }

        return items.Length < (long)length * type.ListSize ? $"{items.Length} numbers are there for {length} vectors of {type.ListSize}"
            : FindProblem(items, type.ValueDataType, items.Length);
    }

    /// <summary>Offsets must not fall and must end within what they point into.</summary>
    static string? FindOffsetProblem(ArrayData array, int length, int available, string what)
    {
        if (length == 0)
        {
            return null;
        }

        ReadOnlySpan<byte> buffer = array.Buffers[1].Span;
        if (buffer.Length < (length + 1L) * sizeof(int))
        {
            return $"the offsets have {buffer.Length} bytes for {length} values";
        }

        ReadOnlySpan<int> offsets = MemoryMarshal.Cast<byte, int>(buffer)[..(length + 1)];
        return offsets[0] < 0 || !IsAscending(offsets) ? "its offsets do not ascend"
            : offsets[^1] > available ? $"its offsets end at {offsets[^1]}, and there are {available} {what}"
            : null;
    }

    static bool IsAscending(ReadOnlySpan<int> offsets)
    {
        ReadOnlySpan<int> next = offsets[1..];
        int i = 0;
        for (; i <= next.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            if (Vector.LessThanAny(new Vector<int>(next[i..]), new Vector<int>(offsets[i..])))
            {
                return false;
            }
        }

        for (; i < next.Length; i++)
        {
            if (next[i] < offsets[i])
            {
                return false;
            }
        }

        return true;
    }

    static int Bytes(ArrayData array, int buffer) => buffer < array.Buffers.Length ? array.Buffers[buffer].Length : 0;
}
