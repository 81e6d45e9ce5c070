using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Data.Appending;

/// <summary>Texts, as UTF-8.</summary>
sealed class TextAppendColumn(string name) : AppendColumn<string>(name, SqlType.Text)
{
    readonly ByteRows rows = new();

    public override long Bytes => rows.Bytes;

    public override void Add(string value)
    {
        rows.Add(Encoding.UTF8.GetMaxByteCount(value.Length), value, static (text, target) => Encoding.UTF8.GetBytes(text, target));
        Added();
    }

    public override IArrowArray Build() => rows.Build(Type, Count, NullCount, ValidityBuffer());

    public override void Clear()
    {
        base.Clear();
        rows.Clear();
    }

    protected override void AddForm(object form) => Add((string)form);

    protected override void AddEmpty() => rows.AddEmpty();
}

/// <summary>Blobs.</summary>
sealed class BlobAppendColumn(string name) : AppendColumn<byte[]>(name, SqlType.Blob)
{
    readonly ByteRows rows = new();

    public override long Bytes => rows.Bytes;

    public override void Add(byte[] value)
    {
        rows.Add(value.Length, value, static (bytes, target) =>
        {
            bytes.CopyTo(target);
            return bytes.Length;
        });
        Added();
    }

    public override IArrowArray Build() => rows.Build(Type, Count, NullCount, ValidityBuffer());

    public override void Clear()
    {
        base.Clear();
        rows.Clear();
    }

    protected override void AddForm(object form) => Add((byte[])form);

    protected override void AddEmpty() => rows.AddEmpty();
}

/// <summary>Values of varying length one after another, with their ends.</summary>
sealed class ByteRows
{
    readonly ArrayBufferWriter<byte> data = new();
    readonly List<int> ends = [];

    public delegate int Write<in T>(T value, Span<byte> target);

    public long Bytes => data.WrittenCount + ((long)ends.Count * sizeof(int));

    public void Add<T>(int mostBytes, T value, Write<T> write)
    {
        if (mostBytes > 0)
        {
            data.Advance(write(value, data.GetSpan(mostBytes)));
        }

        ends.Add(data.WrittenCount);
    }

    public void AddEmpty() => ends.Add(data.WrittenCount);

    public IArrowArray Build(SqlType type, int count, int nullCount, ArrowBuffer validity)
    {
        var offsets = new int[count + 1];
        CollectionsMarshal.AsSpan(ends).CopyTo(offsets.AsSpan(1));
        return ColumnFactory.FromBuffers(type, count, nullCount, validity, [new ArrowBuffer(MemoryMarshal.AsBytes(offsets.AsSpan()).ToArray()), new ArrowBuffer(data.WrittenSpan.ToArray())]);
    }

    public void Clear()
    {
        data.ResetWrittenCount();
        ends.Clear();
    }
}
