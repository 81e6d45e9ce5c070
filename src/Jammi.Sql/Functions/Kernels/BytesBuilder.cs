using System.Buffers;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Kernels;

/// <summary>Builds a text or blob column: rows are appended in order, each in pieces if need be, and closed by <see cref="EndRow"/>.</summary>
internal sealed class BytesBuilder : IBufferWriter<byte>
{
    readonly byte[] offsetBytes;
    readonly int count;
    byte[] data;
    int length;
    int row;

    public BytesBuilder(int count, int expectedBytes = 0)
    {
        this.count = count;
        offsetBytes = ColumnFactory.Allocate((count + 1) * sizeof(int));
        MemoryMarshal.Cast<byte, int>(offsetBytes.AsSpan())[0] = 0;
        data = ColumnFactory.Allocate(Math.Max(expectedBytes, count * 8));
    }

    /// <summary>The bytes of the row that is open.</summary>
    public Span<byte> OpenRow => data.AsSpan(RowStart, length - RowStart);

    int RowStart => MemoryMarshal.Cast<byte, int>(offsetBytes.AsSpan())[row];

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        length += bytes.Length;
    }

    public void Append(byte value)
    {
        GetSpan(1)[0] = value;
        length++;
    }

    /// <summary>Appends a whole row.</summary>
    public void AppendRow(ReadOnlySpan<byte> bytes)
    {
        Append(bytes);
        EndRow();
    }

    /// <summary>Appends text as a whole row.</summary>
    public void AppendRow(ReadOnlySpan<char> text)
    {
        Append(text);
        EndRow();
    }

    public void Append(ReadOnlySpan<char> text)
    {
        Span<byte> target = GetSpan(System.Text.Encoding.UTF8.GetMaxByteCount(text.Length));
        length += System.Text.Encoding.UTF8.GetBytes(text, target);
    }

    public void EndRow() => MemoryMarshal.Cast<byte, int>(offsetBytes.AsSpan())[++row] = length;

    /// <summary>At least <paramref name="sizeHint"/> free bytes after what is written.</summary>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (data.Length - length < sizeHint)
        {
            Grow(sizeHint);
        }

        return data.AsSpan(length);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        GetSpan(sizeHint);
        return data.AsMemory(length);
    }

    public void Advance(int count) => length += count;

    /// <summary>The finished column.</summary>
    public IArrowArray Build(SqlType type, NullMask nulls) => ColumnFactory.FromBuffers(
        type,
        count,
        nulls.NullCount,
        nulls.ToBuffer(),
        [new ArrowBuffer(offsetBytes), new ArrowBuffer(data.AsMemory(0, length))]);

    void Grow(int sizeHint)
    {
        long wanted = Math.Max((long)length + sizeHint, Math.Min(data.Length * 2L, System.Array.MaxLength));
        if (wanted > System.Array.MaxLength)
        {
            throw new SqlException(SqlErrorCode.NotSupported, "A text or blob column of more than 2 GiB in one batch is not supported.");
        }

        System.Array.Resize(ref data, (int)Math.Max(wanted, 64));
    }
}
