using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Data.Appending;

/// <summary>Vectors of one dimension, of floats or halves.</summary>
sealed class VectorAppendColumn<T>(string name, SqlType type) : AppendColumn<T[]>(name, type)
    where T : unmanaged
{
    readonly List<T> numbers = [];

    public override long Bytes => (long)Count * Type.VectorBytes;

    public override void Add(T[] value)
    {
        if (value.Length != Type.Dimension)
        {
            throw new NotSupportedException($"Column '{Name}' holds vectors of {Type.Dimension} dimensions, the value has {value.Length}.");
        }

        numbers.AddRange(value);
        Added();
    }

    public override IArrowArray Build() => ColumnFactory.FromNumbers(
        Type,
        Count,
        NullCount,
        ValidityBuffer(),
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(numbers)).ToArray());

    public override void Clear()
    {
        base.Clear();
        numbers.Clear();
    }

    protected override void AddForm(object form) => Add((T[])form);

    protected override void AddEmpty() => CollectionsMarshal.SetCount(numbers, numbers.Count + Type.Dimension);
}
