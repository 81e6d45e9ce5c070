using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Data.Appending;

/// <summary>Values of a fixed width, stored as <typeparamref name="TStored"/>.</summary>
/// <param name="store">Makes what is stored of what is added.</param>
/// <param name="read">Makes what is added of the engine's form.</param>
sealed class FixedAppendColumn<T, TStored>(string name, SqlType type, Func<T, TStored> store, Func<object, T> read) : AppendColumn<T>(name, type)
    where TStored : unmanaged
{
    TStored[] values = new TStored[FirstCapacity];

    public override long Bytes => (long)Count * Marshal.SizeOf<TStored>();

    public override void Add(T value)
    {
        Grow();
        values[Count] = store(value);
        Added();
    }

    public override IArrowArray Build() => ColumnFactory.FromValues(Type, Count, MemoryMarshal.AsBytes(values.AsSpan(0, Count)).ToArray(), Validity(), NullCount);

    protected override void AddForm(object form) => Add(read(form));

    protected override void AddEmpty()
    {
        Grow();
        values[Count] = default;
    }

    void Grow()
    {
        if (Count == values.Length)
        {
            System.Array.Resize(ref values, values.Length * 2);
        }
    }
}
