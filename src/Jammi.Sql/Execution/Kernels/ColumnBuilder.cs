using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>
/// A column that grows by gathering rows of other columns of its type: the keys of hash tables. <see cref="View"/> gives the rows so far as an
/// array over the builder's own memory; rows once written never change, so a view stays right while the builder grows.
/// </summary>
internal abstract class ColumnBuilder(IArrowType type)
{
    byte[] validity = [];
    int nullCount;

    public int Count { get; private set; }

    /// <summary>Bytes that it holds.</summary>
    public long Bytes => validity.Length + (Count == 0 ? 0 : Buffers().Sum(b => (long)b.Length) + (Children()?.Sum(c => c.Buffers.Sum(b => (long)b.Length)) ?? 0));

    public static ColumnBuilder Create(IArrowType type) => type switch
    {
        NullType => new NullBuilder(type),
        BooleanType => new BitBuilder(type),
        StringType or BinaryType => new BytesBuilder(type),
        FixedSizeListType { ValueDataType: HalfFloatType } list => new VectorBuilder<Half>(list),
        FixedSizeListType list => new VectorBuilder<float>(list),
        ListType list => new ListBuilder(list),
        FixedWidthType => new FixedBuilder(type),
        _ => throw new SqlException(SqlErrorCode.Internal, $"Columns of {type.Name} cannot be built."),
    };

    /// <summary>Adds the given rows of a column of this type.</summary>
    public void Append(IArrowArray source, ReadOnlySpan<int> rows)
    {
        AppendValues(source, rows);
        Grow(ref validity, ColumnFactory.BitmapBytes(Count + rows.Length));
        ReadOnlySpan<byte> present = Validity.Of(source, out int offset);
        for (int i = 0; i < rows.Length; i++)
        {
            if (source is not NullArray && (present.IsEmpty || Validity.Get(present, offset + rows[i])))
            {
                Validity.Set(validity, Count + i);
            }
            else
            {
                nullCount++;
            }
        }

        Count += rows.Length;
    }

    public IArrowArray View() => ArrowArrayFactory.BuildArray(Data());

    protected virtual ArrayData Data() =>
        new(type, Count, nullCount, 0, [nullCount == 0 ? ArrowBuffer.Empty : new ArrowBuffer(validity), .. Buffers()], Children());

    protected abstract void AppendValues(IArrowArray source, ReadOnlySpan<int> rows);

    protected abstract ArrowBuffer[] Buffers();

    protected virtual ArrayData[]? Children() => null;

    /// <summary>Makes room for <paramref name="size"/> bytes; the new ones are zero.</summary>
    static void Grow(ref byte[] buffer, long size)
    {
        if (size <= buffer.Length)
        {
            return;
        }

        if (size > System.Array.MaxLength)
        {
            throw new SqlException(SqlErrorCode.NotSupported, "More than 2 GiB of keys in one column of a hash table are not supported; group or join by shorter keys.");
        }

        System.Array.Resize(ref buffer, (int)Math.Min(System.Array.MaxLength, Math.Max(size, buffer.Length * 2L)));
    }

    sealed class NullBuilder(IArrowType type) : ColumnBuilder(type)
    {
        protected override void AppendValues(IArrowArray source, ReadOnlySpan<int> rows)
        {
        }

        protected override ArrayData Data() => new NullArray(Count).Data;

        protected override ArrowBuffer[] Buffers() => [];
    }

    sealed class BitBuilder(IArrowType type) : ColumnBuilder(type)
    {
        byte[] bits = [];

        protected override void AppendValues(IArrowArray source, ReadOnlySpan<int> rows)
        {
            Grow(ref bits, ColumnFactory.BitmapBytes(Count + rows.Length));
            for (int i = 0; i < rows.Length; i++)
            {
                if (Cells.Bit(source, rows[i]))
                {
                    Validity.Set(bits, Count + i);
                }
            }
        }

        protected override ArrowBuffer[] Buffers() => [new ArrowBuffer(bits)];
    }

    sealed class FixedBuilder(IArrowType type) : ColumnBuilder(type)
    {
        readonly int width = ((FixedWidthType)type).BitWidth >> 3;
        byte[] values = [];

        protected override void AppendValues(IArrowArray source, ReadOnlySpan<int> rows)
        {
            Grow(ref values, (long)(Count + rows.Length) * width);
            ReadOnlySpan<byte> from = source.Data.Buffers[1].Span[(source.Data.Offset * width)..];
            Span<byte> to = values.AsSpan(Count * width);
            switch (width)
            {
                case 4:
                    Gather<int>(from, to, rows);
                    break;
                case 8:
                    Gather<long>(from, to, rows);
                    break;
                default:
                    for (int i = 0; i < rows.Length; i++)
                    {
                        from.Slice(rows[i] * width, width).CopyTo(to[(i * width)..]);
                    }

                    break;
            }
        }

        protected override ArrowBuffer[] Buffers() => [new ArrowBuffer(values)];

        static void Gather<T>(ReadOnlySpan<byte> fromBytes, Span<byte> toBytes, ReadOnlySpan<int> rows)
            where T : unmanaged
        {
            ReadOnlySpan<T> from = MemoryMarshal.Cast<byte, T>(fromBytes);
            Span<T> to = MemoryMarshal.Cast<byte, T>(toBytes);
            for (int i = 0; i < rows.Length; i++)
            {
                to[i] = from[rows[i]];
            }
        }
    }

    sealed class BytesBuilder(IArrowType type) : ColumnBuilder(type)
    {
        byte[] offsets = new byte[sizeof(int)];
        byte[] bytes = [];

        protected override void AppendValues(IArrowArray source, ReadOnlySpan<int> rows)
        {
            Grow(ref offsets, (Count + rows.Length + 1L) * sizeof(int));
            Span<int> ends = MemoryMarshal.Cast<byte, int>(offsets.AsSpan());
            ReadOnlySpan<int> from = TakeKernels.OffsetsOf(source.Data);
            ReadOnlySpan<byte> data = source.Data.Buffers[2].Span;
            for (int i = 0; i < rows.Length; i++)
            {
                ReadOnlySpan<byte> cell = data[from[rows[i]]..from[rows[i] + 1]];
                int end = ends[Count + i];
                Grow(ref bytes, (long)end + cell.Length);
                cell.CopyTo(bytes.AsSpan(end));
                ends[Count + i + 1] = end + cell.Length;
            }
        }

        protected override ArrowBuffer[] Buffers() => [new ArrowBuffer(offsets), new ArrowBuffer(bytes)];
    }

    sealed unsafe class VectorBuilder<T>(FixedSizeListType type) : ColumnBuilder(type)
        where T : unmanaged
    {
        readonly int width = type.ListSize * sizeof(T);
        byte[] values = [];

        protected override void AppendValues(IArrowArray source, ReadOnlySpan<int> rows)
        {
            Grow(ref values, (long)(Count + rows.Length) * width);
            for (int i = 0; i < rows.Length; i++)
            {
                MemoryMarshal.AsBytes(ColumnFactory.NumbersAt<T>(source, rows[i])).CopyTo(values.AsSpan((Count + i) * width));
            }
        }

        protected override ArrowBuffer[] Buffers() => [];

        protected override ArrayData[] Children() =>
            [new ArrayData(type.ValueDataType, Count * type.ListSize, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(values)])];
    }

    sealed class ListBuilder(ListType type) : ColumnBuilder(type)
    {
        readonly ColumnBuilder items = Create(type.ValueDataType);
        byte[] offsets = new byte[sizeof(int)];

        protected override void AppendValues(IArrowArray source, ReadOnlySpan<int> rows)
        {
            Grow(ref offsets, (Count + rows.Length + 1L) * sizeof(int));
            ReadOnlySpan<int> from = TakeKernels.OffsetsOf(source.Data);
            IArrowArray values = ((ListArray)source).Values;
            for (int i = 0; i < rows.Length; i++)
            {
                items.Append(values, Enumerable.Range(from[rows[i]], from[rows[i] + 1] - from[rows[i]]).ToArray());
                MemoryMarshal.Cast<byte, int>(offsets.AsSpan())[Count + i + 1] = items.Count;
            }
        }

        protected override ArrowBuffer[] Buffers() => [new ArrowBuffer(offsets)];

        protected override ArrayData[] Children() => [items.View().Data];
    }
}
