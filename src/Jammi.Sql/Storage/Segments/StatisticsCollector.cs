using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage.Segments;

/// <summary>Smallest and largest value and the number of NULLs of a column, for types that have an order; long texts are left out.</summary>
internal static class StatisticsCollector
{
    const int LongestText = 64;

    public static ColumnStatistics? Collect(SqlType type, IArrowArray array) => type.Kind switch
    {
        SqlTypeKind.TinyInt => Fixed<sbyte>(type, array),
        SqlTypeKind.SmallInt => Fixed<short>(type, array),
        SqlTypeKind.Integer or SqlTypeKind.Date => Fixed<int>(type, array),
        SqlTypeKind.BigInt or SqlTypeKind.Time or SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz => Fixed<long>(type, array),
        SqlTypeKind.UTinyInt => Fixed<byte>(type, array),
        SqlTypeKind.USmallInt => Fixed<ushort>(type, array),
        SqlTypeKind.UInteger => Fixed<uint>(type, array),
        SqlTypeKind.UBigInt => Fixed<ulong>(type, array),
        SqlTypeKind.Decimal => Fixed<Int128>(type, array),
        SqlTypeKind.Text => Text(type, array),
        SqlTypeKind.Real => Floating<float>(type, array),
        SqlTypeKind.Double => Floating<double>(type, array),
        _ => new ColumnStatistics(null, null, array.NullCount, null),
    };

    /// <summary>Statistics of two sets of rows taken together, column by column.</summary>
    public static ValueList<ColumnStatistics?> Merge(ValueList<ColumnStatistics?> a, long rowsOfA, ValueList<ColumnStatistics?> b, long rowsOfB)
    {
        if (rowsOfA == 0 || rowsOfB == 0)
        {
            return rowsOfA == 0 ? b : a;
        }

        var merged = new ColumnStatistics?[Math.Max(a.Count, b.Count)];
        for (int i = 0; i < merged.Length; i++)
        {
            merged[i] = Merge(i < a.Count ? a[i] : null, rowsOfA, i < b.Count ? b[i] : null, rowsOfB);
        }

        return merged.ToValueList();
    }

    static ColumnStatistics? Merge(ColumnStatistics? a, long rowsOfA, ColumnStatistics? b, long rowsOfB)
    {
        if (a is null || b is null)
        {
            return null;
        }

        // Rows that are all NULL have no bounds and leave the others' as they are; otherwise absent bounds mean that nothing is known.
        long nulls = a.NullCount + b.NullCount;
        if (a.NullCount == rowsOfA || b.NullCount == rowsOfB)
        {
            ColumnStatistics bounds = a.NullCount == rowsOfA ? b : a;
            return bounds with { NullCount = nulls };
        }

        return new(Pick(a.Minimum, b.Minimum, smaller: true), Pick(a.Maximum, b.Maximum, smaller: false), nulls, null);
    }

    static ScalarValue? Pick(ScalarValue? x, ScalarValue? y, bool smaller) =>
        x is null || y is null ? null : Compare(x, y) < 0 == smaller ? x : y;

    static int Compare(ScalarValue x, ScalarValue y) => x.Type.Kind switch
    {
        SqlTypeKind.Text => x.Bytes.SequenceCompareTo(y.Bytes),
        SqlTypeKind.BigInt => BinaryPrimitives.ReadInt64LittleEndian(x.Bytes).CompareTo(BinaryPrimitives.ReadInt64LittleEndian(y.Bytes)),
        SqlTypeKind.Integer => BinaryPrimitives.ReadInt32LittleEndian(x.Bytes).CompareTo(BinaryPrimitives.ReadInt32LittleEndian(y.Bytes)),
        SqlTypeKind.Double => BinaryPrimitives.ReadDoubleLittleEndian(x.Bytes).CompareTo(BinaryPrimitives.ReadDoubleLittleEndian(y.Bytes)),
        _ => CompareOthers(x, y),
    };

    /// <summary>Apart, because merging is part of opening a database: methods that know decimals are not compiled ahead, and load much when they are compiled.</summary>
    static int CompareOthers(ScalarValue x, ScalarValue y) => x.Type.Kind == SqlTypeKind.Decimal
        ? DecimalValue.Read(x.Array, 0).CompareTo(DecimalValue.Read(y.Array, 0))
        : Comparer<object>.Default.Compare(x.ToObject(), y.ToObject());

    static ColumnStatistics Fixed<T>(SqlType type, IArrowArray array)
        where T : unmanaged, INumber<T>
    {
        if (array.Length == array.NullCount)
        {
            return new(null, null, array.NullCount, null);
        }

        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(array.Data.Buffers[1].Span).Slice(array.Data.Offset, array.Length);
        if (array.NullCount == 0)
        {
            return new(At(type, array, TensorPrimitives.IndexOfMin(values)), At(type, array, TensorPrimitives.IndexOfMax(values)), 0, null);
        }

        ReadOnlySpan<byte> validity = Validity.Of(array, out int offset);
        int smallest = -1;
        int largest = -1;
        for (int i = 0; i < values.Length; i++)
        {
            if (!Validity.Get(validity, offset + i))
            {
                continue;
            }

            if (smallest < 0 || values[i].CompareTo(values[smallest]) < 0)
            {
                smallest = i;
            }

            if (largest < 0 || values[i].CompareTo(values[largest]) > 0)
            {
                largest = i;
            }
        }

        return new(At(type, array, smallest), At(type, array, largest), array.NullCount, null);
    }

    /// <summary>A NaN sorts in other places for other comparisons; a column with one gets no bounds.</summary>
    static ColumnStatistics Floating<T>(SqlType type, IArrowArray array)
        where T : unmanaged, IFloatingPoint<T>
    {
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(array.Data.Buffers[1].Span).Slice(array.Data.Offset, array.Length);
        foreach (T value in values)
        {
            if (T.IsNaN(value))
            {
                return new(null, null, array.NullCount, null);
            }
        }

        return Fixed<T>(type, array);
    }

    static ColumnStatistics Text(SqlType type, IArrowArray array)
    {
        var text = (BinaryArray)array;
        ReadOnlySpan<int> ends = text.ValueOffsets;
        ReadOnlySpan<byte> bytes = text.ValueBuffer.Span;
        ReadOnlySpan<byte> validity = array.NullCount == 0 ? [] : Validity.Of(array, out _);
        int offset = array.Data.Offset;
        int smallest = -1;
        int largest = -1;
        ReadOnlySpan<byte> least = default;
        ReadOnlySpan<byte> greatest = default;
        for (int i = 0; i < text.Length; i++)
        {
            if (!validity.IsEmpty && !Validity.Get(validity, offset + i))
            {
                continue;
            }

            ReadOnlySpan<byte> value = bytes[ends[i]..ends[i + 1]];
            if (value.Length > LongestText)
            {
                return new(null, null, array.NullCount, null);
            }

            if (smallest < 0 || value.SequenceCompareTo(least) < 0)
            {
                smallest = i;
                least = value;
            }

            if (largest < 0 || value.SequenceCompareTo(greatest) > 0)
            {
                largest = i;
                greatest = value;
            }
        }

        return smallest < 0 ? new(null, null, array.NullCount, null) : new(At(type, array, smallest), At(type, array, largest), array.NullCount, null);
    }

    static ScalarValue At(SqlType type, IArrowArray array, int index) => new(type, TakeKernels.Take(array, [index]));
}
