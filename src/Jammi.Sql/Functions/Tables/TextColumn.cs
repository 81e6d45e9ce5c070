using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables;

/// <summary>A text column of unknown length in the making: fields of files as they are written, before they are read as values.</summary>
internal sealed class TextColumn
{
    readonly List<int> nulls = [];
    byte[] data = new byte[1024];
    byte[] offsets = new byte[64 * sizeof(int)];
    int length;

    public int Count { get; private set; }

    public void AppendNull()
    {
        nulls.Add(Count);
        EndRow();
    }

    public void Append(ReadOnlySpan<char> text)
    {
        length += System.Text.Encoding.UTF8.GetBytes(text, GetSpan(System.Text.Encoding.UTF8.GetMaxByteCount(text.Length)));
        EndRow();
    }

    public void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(GetSpan(text.Length));
        length += text.Length;
        EndRow();
    }

    /// <summary>Room for a row of up to <paramref name="most"/> bytes, closed by <see cref="EndRow"/>.</summary>
    public Span<byte> GetSpan(int most)
    {
        if (data.Length - length < most)
        {
            long wanted = Math.Max((long)length + most, Math.Min(data.Length * 2L, System.Array.MaxLength));
            System.Array.Resize(ref data, wanted <= System.Array.MaxLength ? (int)wanted
                : throw new SqlException(SqlErrorCode.NotSupported, "A text column of more than 2 GiB in one batch is not supported."));
        }

        return data.AsSpan(length);
    }

    /// <summary>Closes a row of which <paramref name="written"/> bytes were put into <see cref="GetSpan"/>.</summary>
    public void EndRow(int written = 0)
    {
        length += written;
        Count++;
        if (offsets.Length < (Count + 1) * sizeof(int))
        {
            System.Array.Resize(ref offsets, offsets.Length * 2);
        }

        BitConverter.TryWriteBytes(offsets.AsSpan(Count * sizeof(int)), length);
    }

    public IArrowArray Build() => ColumnFactory.FromBuffers(
        SqlType.Text,
        Count,
        nulls.Count,
        ValidityBits(),
        [new ArrowBuffer(offsets.AsMemory(0, (Count + 1) * sizeof(int))), new ArrowBuffer(data.AsMemory(0, length))]);

    ArrowBuffer ValidityBits()
    {
        if (nulls.Count == 0)
        {
            return ArrowBuffer.Empty;
        }

        byte[] bits = new byte[ColumnFactory.BitmapBytes(Count)];
        bits.AsSpan().Fill(0xFF);
        foreach (int row in nulls)
        {
            Validity.Clear(bits, row);
        }

        return new ArrowBuffer(bits);
    }
}
