using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.Types;

/// <summary>
/// Makes Arrow arrays from buffers or from CLR values, and reads single cells back. Execution works on the buffers; the object forms serve
/// literals, parameters and the outermost reader.
/// </summary>
internal static class ColumnFactory
{
    static readonly DateOnly Epoch = new(1970, 1, 1);

    /// <summary>Uninitialised memory for an Arrow buffer.</summary>
    public static byte[] Allocate(int byteCount) => byteCount == 0 ? [] : GC.AllocateUninitializedArray<byte>(byteCount);

    /// <summary>Number of bytes of a validity (or boolean) bitmap for <paramref name="count"/> rows, least significant bit first.</summary>
    public static int BitmapBytes(int count) => (count + 7) >> 3;

    /// <summary>
    /// An array over ready buffers. <paramref name="validity"/> is empty when there is no null. Buffers as in Arrow after the validity:
    /// values; or offsets and data; nested types pass children.
    /// </summary>
    public static IArrowArray FromBuffers(SqlType type, int count, int nullCount, ArrowBuffer validity, ReadOnlySpan<ArrowBuffer> buffers, IArrowArray? child = null) =>
        FromBuffers(type, count, nullCount, validity, buffers, child?.Data);

    static IArrowArray FromBuffers(SqlType type, int count, int nullCount, ArrowBuffer validity, ReadOnlySpan<ArrowBuffer> buffers, ArrayData? child)
    {
        var all = new ArrowBuffer[buffers.Length + (type.Kind == SqlTypeKind.Null ? 0 : 1)];
        if (all.Length > 0)
        {
            all[0] = validity;
            // Not CopyTo: spans of structs of other assemblies are compiled when a process starts, and opening a database makes arrays for its statistics.
            for (int i = 0; i < buffers.Length; i++)
            {
                all[i + 1] = buffers[i];
            }
        }

        var data = new ArrayData(type.ToArrow(), count, nullCount, 0, all, child is null ? null : [child]);
        return ArrowArrayFactory.BuildArray(data);
    }

    /// <summary>An array of fixed-width values (not Boolean) over <paramref name="values"/>.</summary>
    public static IArrowArray FromValues(SqlType type, int count, byte[] values, byte[]? validity = null, int nullCount = 0) =>
        FromBuffers(type, count, nullCount, validity is null ? ArrowBuffer.Empty : new ArrowBuffer(validity), [new ArrowBuffer(values)]);

    /// <summary>An array of vectors over their numbers, floats or halves.</summary>
    public static IArrowArray FromNumbers(SqlType type, int count, int nullCount, ArrowBuffer validity, byte[] numbers)
    {
        IArrowType number = type.Kind == SqlTypeKind.HalfVector ? HalfFloatType.Default : FloatType.Default;
        return FromBuffers(type, count, nullCount, validity, [], new ArrayData(number, count * type.Dimension, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(numbers)]));
    }

    /// <summary>An array of <paramref name="count"/> nulls.</summary>
    public static IArrowArray Nulls(SqlType type, int count) => FromObjects(type, new object?[count]);

    /// <summary>
    /// An array of CLR values: bool, sbyte … ulong, float, double, Int128 (unscaled DECIMAL) or decimal, string, byte[], DateOnly, TimeOnly,
    /// DateTime (TIMESTAMP), DateTimeOffset (TIMESTAMPTZ), long nanoseconds for the first of the three and microseconds for the others, <see cref="SqlInterval"/>, Guid, float[] or Half[], object?[] for lists.
    /// </summary>
    public static IArrowArray FromObjects(SqlType type, ReadOnlySpan<object?> values)
    {
        int count = values.Length;
        if (type.Kind == SqlTypeKind.Null)
        {
            return new NullArray(count);
        }

        byte[] validity = new byte[BitmapBytes(count)];
        int nullCount = 0;
        for (int i = 0; i < count; i++)
        {
            if (values[i] is null)
            {
                nullCount++;
            }
            else
            {
                validity[i >> 3] |= (byte)(1 << (i & 7));
            }
        }

        ArrowBuffer validityBuffer = nullCount == 0 ? ArrowBuffer.Empty : new ArrowBuffer(validity);
        switch (type.Kind)
        {
            case SqlTypeKind.Boolean:
                byte[] bits = new byte[BitmapBytes(count)];
                for (int i = 0; i < count; i++)
                {
                    if (values[i] is true)
                    {
                        bits[i >> 3] |= (byte)(1 << (i & 7));
                    }
                }

                return FromBuffers(type, count, nullCount, validityBuffer, [new ArrowBuffer(bits)]);

            case SqlTypeKind.Text or SqlTypeKind.Blob:
                return FromBytes(type, values, nullCount, validityBuffer);

            case SqlTypeKind.Vector:
                byte[] floats = new byte[checked(count * type.Dimension * sizeof(float))];
                for (int i = 0; i < count; i++)
                {
                    if (values[i] is float[] vector)
                    {
                        vector.CopyTo(MemoryMarshal.Cast<byte, float>(floats.AsSpan()).Slice(i * type.Dimension, type.Dimension));
                    }
                }

                return FromNumbers(type, count, nullCount, validityBuffer, floats);

            case SqlTypeKind.HalfVector:
                byte[] halves = new byte[checked(count * type.VectorBytes)];
                for (int i = 0; i < count; i++)
                {
                    if (values[i] is Half[] vector)
                    {
                        vector.CopyTo(MemoryMarshal.Cast<byte, Half>(halves.AsSpan()).Slice(i * type.Dimension, type.Dimension));
                    }
                }

                return FromNumbers(type, count, nullCount, validityBuffer, halves);

            case SqlTypeKind.List:
                return FromLists(type, values, nullCount, validityBuffer);
        }

        int width = type.FixedWidth;
        byte[] buffer = new byte[count * width];
        for (int i = 0; i < count; i++)
        {
            if (values[i] is { } value)
            {
                WriteFixed(type, value, buffer.AsSpan(i * width, width));
            }
        }

        return FromBuffers(type, count, nullCount, validityBuffer, [new ArrowBuffer(buffer)]);
    }

    /// <summary>The CLR form of a cell, or null: DECIMAL as decimal where it fits (else rounded), DATE as DateOnly, TIME as TimeOnly, TIMESTAMP as DateTime, TIMESTAMPTZ as DateTimeOffset.</summary>
    public static object? ToObject(SqlType type, IArrowArray array, int index)
    {
        if (type.Kind == SqlTypeKind.Null || array.IsNull(index))
        {
            return null;
        }

        return type.Kind switch
        {
            SqlTypeKind.Boolean => ((BooleanArray)array).GetValue(index)!.Value,
            SqlTypeKind.TinyInt => ((Int8Array)array).Values[index],
            SqlTypeKind.SmallInt => ((Int16Array)array).Values[index],
            SqlTypeKind.Integer => ((Int32Array)array).Values[index],
            SqlTypeKind.BigInt => ((Int64Array)array).Values[index],
            SqlTypeKind.UTinyInt => ((UInt8Array)array).Values[index],
            SqlTypeKind.USmallInt => ((UInt16Array)array).Values[index],
            SqlTypeKind.UInteger => ((UInt32Array)array).Values[index],
            SqlTypeKind.UBigInt => ((UInt64Array)array).Values[index],
            SqlTypeKind.Real => ((FloatArray)array).Values[index],
            SqlTypeKind.Double => ((DoubleArray)array).Values[index],
            SqlTypeKind.Decimal => DecimalValue.ToDecimal(DecimalValue.Read(array, index), type.Scale),
            SqlTypeKind.Text => Encoding.UTF8.GetString(((BinaryArray)array).GetBytes(index)),
            SqlTypeKind.Blob => ((BinaryArray)array).GetBytes(index).ToArray(),
            SqlTypeKind.Date => Epoch.AddDays(((Date32Array)array).Values[index]),
            SqlTypeKind.Time => new TimeOnly(((Time64Array)array).Values[index] / CivilCalendar.NanosPerTick),
            SqlTypeKind.Timestamp => DateTime.UnixEpoch.AddTicks(((TimestampArray)array).Values[index] * TimeSpan.TicksPerMicrosecond) is var t ? DateTime.SpecifyKind(t, DateTimeKind.Unspecified) : default,
            SqlTypeKind.TimestampTz => new DateTimeOffset(DateTime.UnixEpoch.AddTicks(((TimestampArray)array).Values[index] * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero),
            SqlTypeKind.Interval => SqlInterval.Read(array, index),
            SqlTypeKind.Uuid => new Guid(((Apache.Arrow.Arrays.FixedSizeBinaryArray)array).GetBytes(index), bigEndian: true),
            SqlTypeKind.Vector => VectorAt(array, index).ToArray(),
            SqlTypeKind.HalfVector => HalvesAt(array, index).ToArray(),
            SqlTypeKind.List => ListAt(type, (ListArray)array, index),
            _ => throw new SqlException(SqlErrorCode.Internal, $"Cells of {type} cannot be read."),
        };
    }

    /// <summary>The numbers of a vector cell, in place.</summary>
    public static ReadOnlySpan<float> VectorAt(IArrowArray array, int index) => NumbersAt<float>(array, index);

    /// <summary>The numbers of a vector cell of halves, in place.</summary>
    public static ReadOnlySpan<Half> HalvesAt(IArrowArray array, int index) => NumbersAt<Half>(array, index);

    /// <summary>The numbers of a vector cell as floats, whichever it is made of.</summary>
    public static float[] CopyVector(IArrowArray array, int index) => IsOfHalves(array) ? HalfVectors.Widen(HalvesAt(array, index)) : VectorAt(array, index).ToArray();

    /// <summary>Whether the vectors of a column are made of halves.</summary>
    public static bool IsOfHalves(IArrowArray vectors) => vectors.Data.Children[0].DataType is HalfFloatType;

    /// <summary>The numbers of a vector cell in the type that they are stored in.</summary>
    public static ReadOnlySpan<T> NumbersAt<T>(IArrowArray array, int index)
        where T : unmanaged
    {
        var list = (FixedSizeListArray)array;
        int dimension = ((FixedSizeListType)list.Data.DataType).ListSize;
        // Addressing the raw child honours the offsets of slices of both levels.
        var raw = MemoryMarshal.Cast<byte, T>(list.Data.Children[0].Buffers[1].Span);
        return raw.Slice(list.Data.Children[0].Offset + ((list.Data.Offset + index) * dimension), dimension);
    }

    static object?[] ListAt(SqlType type, ListArray array, int index)
    {
        int start = array.ValueOffsets[index];
        int length = array.ValueOffsets[index + 1] - start;
        var items = new object?[length];
        for (int i = 0; i < length; i++)
        {
            items[i] = ToObject(type.Element!, array.Values, start + i);
        }

        return items;
    }

    static IArrowArray FromBytes(SqlType type, ReadOnlySpan<object?> values, int nullCount, ArrowBuffer validity)
    {
        var offsets = new int[values.Length + 1];
        using var data = new MemoryStream();
        for (int i = 0; i < values.Length; i++)
        {
            switch (values[i])
            {
                case null:
                    break;
                case string text:
                    data.Write(Encoding.UTF8.GetBytes(text));
                    break;
                case byte[] bytes:
                    data.Write(bytes);
                    break;
                default:
                    throw new ArgumentException($"{values[i]!.GetType().Name} is not a form of {type}.");
            }

            offsets[i + 1] = checked((int)data.Length);
        }

        return FromBuffers(type, values.Length, nullCount, validity, [new ArrowBuffer(MemoryMarshal.AsBytes(offsets.AsSpan()).ToArray()), new ArrowBuffer(data.ToArray())]);
    }

    static IArrowArray FromLists(SqlType type, ReadOnlySpan<object?> values, int nullCount, ArrowBuffer validity)
    {
        var offsets = new int[values.Length + 1];
        var items = new List<object?>();
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is object?[] list)
            {
                items.AddRange(list);
            }

            offsets[i + 1] = items.Count;
        }

        IArrowArray child = FromObjects(type.Element!, CollectionsMarshal.AsSpan(items));
        return FromBuffers(type, values.Length, nullCount, validity, [new ArrowBuffer(MemoryMarshal.AsBytes(offsets.AsSpan()).ToArray())], child);
    }

    static void WriteFixed(SqlType type, object value, Span<byte> target)
    {
        switch (type.Kind)
        {
            case SqlTypeKind.TinyInt:
                MemoryMarshal.Write(target, (sbyte)value);
                break;
            case SqlTypeKind.SmallInt:
                MemoryMarshal.Write(target, (short)value);
                break;
            case SqlTypeKind.Integer:
                MemoryMarshal.Write(target, (int)value);
                break;
            case SqlTypeKind.BigInt:
                MemoryMarshal.Write(target, (long)value);
                break;
            case SqlTypeKind.UTinyInt:
                MemoryMarshal.Write(target, (byte)value);
                break;
            case SqlTypeKind.USmallInt:
                MemoryMarshal.Write(target, (ushort)value);
                break;
            case SqlTypeKind.UInteger:
                MemoryMarshal.Write(target, (uint)value);
                break;
            case SqlTypeKind.UBigInt:
                MemoryMarshal.Write(target, (ulong)value);
                break;
            case SqlTypeKind.Real:
                MemoryMarshal.Write(target, (float)value);
                break;
            case SqlTypeKind.Double:
                MemoryMarshal.Write(target, (double)value);
                break;
            case SqlTypeKind.Decimal:
                MemoryMarshal.Write(target, value is Int128 unscaled ? unscaled : DecimalValue.FromDecimal((decimal)value, type.Scale));
                break;
            case SqlTypeKind.Date:
                MemoryMarshal.Write(target, ((DateOnly)value).DayNumber - Epoch.DayNumber);
                break;
            case SqlTypeKind.Time:
                MemoryMarshal.Write(target, value is long ns ? ns : ((TimeOnly)value).Ticks * CivilCalendar.NanosPerTick);
                break;
            case SqlTypeKind.Timestamp:
                MemoryMarshal.Write(target, value is long ts ? ts : CivilCalendar.Micros((DateTime)value));
                break;
            case SqlTypeKind.TimestampTz:
                MemoryMarshal.Write(target, value is long tz ? tz : CivilCalendar.Micros(((DateTimeOffset)value).UtcDateTime));
                break;
            case SqlTypeKind.Interval:
                ((SqlInterval)value).Write(target);
                break;
            case SqlTypeKind.Uuid:
                ((Guid)value).TryWriteBytes(target, bigEndian: true, out _);
                break;
            default:
                throw new SqlException(SqlErrorCode.Internal, $"Values of {type} have no fixed width.");
        }
    }
}
