using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables.ArrowData;

/// <summary>
/// Columns of Arrow and Parquet files in the engine's own form. Values are always copied, so that a batch may outlive the reader's native memory or
/// the file's map; nanoseconds are cut to what TIME and TIMESTAMP hold.
/// </summary>
internal static class ArrowColumns
{
    /// <summary>A copy of a column (or a slice of one) as <paramref name="type"/>, which <see cref="ArrowTypes.Stored"/> gave for its field.</summary>
    /// <exception cref="SqlException">NumericOutOfRange: a value does not fit; DataCorrupted: a vector holds a NULL.</exception>
    public static IArrowArray Copy(IArrowArray array, SqlType type)
    {
        if (array is ExtensionArray extension)
        {
            return Copy(extension.Storage, type);
        }

        if (array is NullArray || array.Length == 0)
        {
            return ColumnFactory.Nulls(type, array.Length);
        }

        NullMask nulls = NullMask.Of(ColumnarValue.Column(array), array.Length);
        return array switch
        {
            BooleanArray => Columns.Wrap(type, array.Length, Columns.Values<byte>(array).ToArray(), nulls),
            DictionaryArray dictionary => Decode(dictionary, type),
            BinaryArray binary => CopyBytes(binary, type, nulls),
            LargeBinaryArray large => CopyBytes(large.Length, large.GetBytes, type, nulls),
            BinaryViewArray view => CopyBytes(view.Length, view.GetBytes, type, nulls),
            Apache.Arrow.Arrays.FixedSizeBinaryArray binary when type.Kind == SqlTypeKind.Blob => CopyBytes(binary.Length, binary.GetBytes, type, nulls),
            FixedSizeListArray list => CopyFixedLists(list, type, nulls),
            ListArray list => CopyLists(list.Values, list.ValueOffsets[..(list.Length + 1)], type, nulls),
            LargeListArray list => CopyLists(list.Values, Narrow(list.ValueOffsets[..(list.Length + 1)]), type, nulls),
            _ => CopyFixed(array, type, nulls),
        };
    }

    static IArrowArray CopyFixed(IArrowArray array, SqlType type, NullMask nulls) => array.Data.DataType switch
    {
        HalfFloatType => Map<Half, float>(array, type, nulls, half => (float)half),
        Date64Type => Map<long, int>(array, type, nulls, ms => checked((int)Floor(ms, 86_400_000))),
        Time32Type { Unit: Apache.Arrow.Types.TimeUnit.Second } => Map<int, long>(array, type, nulls, s => s * CivilCalendar.NanosPerSecond),
        Time32Type => Map<int, long>(array, type, nulls, ms => ms * 1_000_000L),
        Time64Type { Unit: Apache.Arrow.Types.TimeUnit.Microsecond } => Map<long, long>(array, type, nulls, us => checked(us * CivilCalendar.NanosPerMicro)),
        Time64Type => Map<long, long>(array, type, nulls, ns => ns - (ns % CivilCalendar.NanosPerTick)),
        TimestampType { Unit: Apache.Arrow.Types.TimeUnit.Nanosecond } => Map<long, long>(array, type, nulls, ns => Floor(ns, 1_000)),
        TimestampType { Unit: Apache.Arrow.Types.TimeUnit.Second } => Map<long, long>(array, type, nulls, s => checked(s * 1_000_000)),
        TimestampType { Unit: Apache.Arrow.Types.TimeUnit.Millisecond } => Map<long, long>(array, type, nulls, ms => checked(ms * 1_000)),
        Decimal32Type => Map<int, Int128>(array, type, nulls, v => v),
        Decimal64Type => Map<long, Int128>(array, type, nulls, v => v),
        Decimal256Type => Map<Wide, Int128>(array, type, nulls, v => v.ToNarrow()),
        IntervalType { Unit: IntervalUnit.YearMonth } => Map<int, SqlInterval>(array, type, nulls, months => new SqlInterval(months, 0, 0)),
        IntervalType { Unit: IntervalUnit.DayTime } => Map<DayTime, SqlInterval>(array, type, nulls, v => new SqlInterval(0, v.Days, v.Milliseconds * 1_000_000L)),
        DurationType duration => Map<long, SqlInterval>(array, type, nulls, v => new SqlInterval(0, 0, checked(v * Nanoseconds(duration.Unit)))),
        FixedWidthType { BitWidth: var bits } when bits == type.FixedWidth * 8 =>
            nulls.Wrap(type, array.Data.Buffers[1].Span.Slice(array.Data.Offset * type.FixedWidth, array.Length * type.FixedWidth).ToArray()),
        var other => throw new SqlException(SqlErrorCode.Internal, $"A column of {other.Name} cannot be read as {type}."),
    };

    static IArrowArray Map<TIn, TOut>(IArrowArray array, SqlType type, NullMask nulls, Func<TIn, TOut> convert)
        where TIn : unmanaged
        where TOut : unmanaged
    {
        ReadOnlySpan<TIn> values = Columns.Values<TIn>(array);
        byte[] buffer = Columns.Allocate(array.Length, out Span<TOut> output);
        for (int i = 0; i < output.Length; i++)
        {
            try
            {
                output[i] = nulls.IsNull(i) ? default : convert(values[i]);
            }
            catch (OverflowException error)
            {
                throw new SqlException(SqlErrorCode.NumericOutOfRange, $"a value of row {i} does not fit {type}.", error);
            }
        }

        return nulls.Wrap(type, buffer);
    }

    static long Floor(long value, long unit) => value >= 0 ? value / unit : -((-(value + 1) / unit) + 1);

    static long Nanoseconds(Apache.Arrow.Types.TimeUnit unit) => unit switch
    {
        Apache.Arrow.Types.TimeUnit.Second => 1_000_000_000,
        Apache.Arrow.Types.TimeUnit.Millisecond => 1_000_000,
        Apache.Arrow.Types.TimeUnit.Microsecond => 1_000,
        _ => 1,
    };

    static IArrowArray CopyBytes(BinaryArray array, SqlType type, NullMask nulls)
    {
        ReadOnlySpan<int> from = Columns.Offsets(array);
        byte[] buffer = Columns.Allocate(from.Length, out Span<int> offsets);
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = from[i] - from[0];
        }

        byte[] data = array.Data.Buffers[2].Span[from[0]..from[^1]].ToArray();
        return ColumnFactory.FromBuffers(type, array.Length, nulls.NullCount, nulls.ToBuffer(), [new ArrowBuffer(buffer), new ArrowBuffer(data)]);
    }

    delegate ReadOnlySpan<byte> BytesOf(int row);

    static IArrowArray CopyBytes(int count, BytesOf bytesOf, SqlType type, NullMask nulls)
    {
        var builder = new BytesBuilder(count);
        for (int i = 0; i < count; i++)
        {
            if (nulls.IsValid(i))
            {
                builder.Append(bytesOf(i));
            }

            builder.EndRow();
        }

        return builder.Build(type, nulls);
    }

    static IArrowArray Decode(DictionaryArray dictionary, SqlType type)
    {
        IArrowArray values = Copy(dictionary.Dictionary, type);
        IArrowArray indices = dictionary.Indices;
        var rows = new int[dictionary.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = indices.IsNull(i) ? -1 : indices switch
            {
                Int8Array a => a.Values[i],
                UInt8Array a => a.Values[i],
                Int16Array a => a.Values[i],
                UInt16Array a => a.Values[i],
                Int32Array a => a.Values[i],
                UInt32Array a => checked((int)a.Values[i]),
                Int64Array a => checked((int)a.Values[i]),
                UInt64Array a => checked((int)a.Values[i]),
                _ => throw new SqlException(SqlErrorCode.DataCorrupted, $"a dictionary is indexed by {indices.Data.DataType.Name}."),
            };
            if (rows[i] < -1 || rows[i] >= values.Length)
            {
                throw new SqlException(SqlErrorCode.DataCorrupted, $"row {i} refers to entry {rows[i]} of a dictionary of {values.Length}.");
            }
        }

        return TakeKernels.Take(values, rows);
    }

    static IArrowArray CopyLists(IArrowArray items, ReadOnlySpan<int> from, SqlType type, NullMask nulls)
    {
        byte[] buffer = Columns.Allocate(from.Length, out Span<int> offsets);
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = from[i] - from[0];
        }

        IArrowArray copied = Copy(ArrowArrayFactory.Slice(items, from[0], from[^1] - from[0]), type.Element!);
        return ColumnFactory.FromBuffers(type, from.Length - 1, nulls.NullCount, nulls.ToBuffer(), [new ArrowBuffer(buffer)], copied);
    }

    static int[] Narrow(ReadOnlySpan<long> offsets)
    {
        var narrow = new int[offsets.Length];
        for (int i = 0; i < narrow.Length; i++)
        {
            narrow[i] = checked((int)offsets[i]);
        }

        return narrow;
    }

    static IArrowArray CopyFixedLists(FixedSizeListArray array, SqlType type, NullMask nulls)
    {
        int size = ((FixedSizeListType)array.Data.DataType).ListSize;
        IArrowArray items = ArrowArrayFactory.BuildArray(array.Data.Children[0]);
        IArrowArray used = ArrowArrayFactory.Slice(items, array.Data.Offset * size, array.Length * size);
        if (type.Kind == SqlTypeKind.List)
        {
            int[] offsets = [.. Enumerable.Range(0, array.Length + 1).Select(i => i * size)];
            return CopyLists(used, offsets, type, nulls);
        }

        if (type.Kind == SqlTypeKind.HalfVector)
        {
            RefuseNullNumbers(used, size, nulls);
            return ColumnFactory.FromNumbers(type, array.Length, nulls.NullCount, nulls.ToBuffer(), MemoryMarshal.AsBytes(Columns.Values<Half>(used)).ToArray());
        }

        IArrowArray numbers = Copy(used, SqlType.Real);
        if (numbers.NullCount > 0)
        {
            RefuseNullNumbers(numbers, size, nulls);
            numbers = ColumnFactory.FromValues(SqlType.Real, numbers.Length, numbers.Data.Buffers[1].Span.ToArray());
        }

        return ColumnFactory.FromBuffers(type, array.Length, nulls.NullCount, nulls.ToBuffer(), [], numbers);
    }

    /// <summary>Numbers may be missing only within vectors that are NULL themselves.</summary>
    static void RefuseNullNumbers(IArrowArray numbers, int size, NullMask nulls)
    {
        for (int i = 0; numbers.NullCount > 0 && i < numbers.Length; i++)
        {
            if (numbers.IsNull(i) && nulls.IsValid(i / size))
            {
                throw new SqlException(SqlErrorCode.DataCorrupted, $"the vector of row {i / size} holds a NULL.");
            }
        }
    }

    /// <summary>A Decimal256 value.</summary>
    [StructLayout(LayoutKind.Sequential)]
    readonly struct Wide
    {
        readonly Int128 low;
        readonly Int128 high;

        public Int128 ToNarrow() => high == low >> 127 ? low : throw new OverflowException();
    }

    [StructLayout(LayoutKind.Sequential)]
    readonly struct DayTime
    {
        public readonly int Days;
        public readonly int Milliseconds;
    }
}
