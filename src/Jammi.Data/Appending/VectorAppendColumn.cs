using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Data.Appending;

/// <summary>Vectors of one dimension.</summary>
sealed class VectorAppendColumn(string name, SqlType type) : AppendColumn<float[]>(name, type)
{
    readonly List<float> numbers = [];

    public override long Bytes => (long)numbers.Count * sizeof(float);

    public override void Add(float[] value)
    {
        if (value.Length != Type.Dimension)
        {
            throw new NotSupportedException($"Column '{Name}' holds vectors of {Type.Dimension} dimensions, the value has {value.Length}.");
        }

        numbers.AddRange(value);
        Added();
    }

    public override IArrowArray Build() => ColumnFactory.FromBuffers(
        Type,
        Count,
        NullCount,
        ValidityBuffer(),
        [],
        ColumnFactory.FromValues(SqlType.Real, numbers.Count, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(numbers)).ToArray()));

    public override void Clear()
    {
        base.Clear();
        numbers.Clear();
    }

    protected override void AddForm(object form) => Add((float[])form);

    protected override void AddEmpty() => CollectionsMarshal.SetCount(numbers, numbers.Count + Type.Dimension);
}
