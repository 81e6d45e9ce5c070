using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Data.Appending;

/// <summary>Booleans, a bit each.</summary>
sealed class BooleanAppendColumn(string name) : AppendColumn<bool>(name, SqlType.Boolean)
{
    byte[] bits = new byte[ColumnFactory.BitmapBytes(FirstCapacity)];

    public override long Bytes => ColumnFactory.BitmapBytes(Count);

    public override void Add(bool value)
    {
        AddEmpty();
        if (value)
        {
            bits[Count >> 3] |= (byte)(1 << (Count & 7));
        }

        Added();
    }

    public override IArrowArray Build() => ColumnFactory.FromBuffers(Type, Count, NullCount, ValidityBuffer(), [new ArrowBuffer(bits.AsSpan(0, ColumnFactory.BitmapBytes(Count)).ToArray())]);

    public override void Clear()
    {
        base.Clear();
        bits.AsSpan().Clear();
    }

    protected override void AddForm(object form) => Add((bool)form);

    protected override void AddEmpty()
    {
        if (Count >> 3 >= bits.Length)
        {
            System.Array.Resize(ref bits, bits.Length * 2);
        }
    }
}
