using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Data.Appending;

/// <summary>A column of rows that are being collected for an append.</summary>
abstract class AppendColumn(string name, SqlType type)
{
    byte[] validity = new byte[ColumnFactory.BitmapBytes(FirstCapacity)];

    protected const int FirstCapacity = 2048;

    public string Name { get; } = name;

    public SqlType Type { get; } = type;

    public int Count { get; private set; }

    public int NullCount { get; private set; }

    /// <summary>Bytes of values so far, about.</summary>
    public abstract long Bytes { get; }

    /// <summary>Adds a value of any type that a parameter may have, converted to the column's type; null and DBNull are NULL.</summary>
    /// <exception cref="NotSupportedException">The value has no form in the column's type.</exception>
    public void AddObject(object? value)
    {
        if (value is null or DBNull)
        {
            AddNull();
            return;
        }

        if (!TryAdd(value))
        {
            AddForm(ParameterTypes.ToScalar(value, Type, ValuePlace.Column(Name)).ToObject()!);
        }
    }

    public void AddNull()
    {
        NullCount++;
        Grow();
        AddEmpty();
        Count++;
    }

    public abstract IArrowArray Build();

    /// <summary>Starts anew, keeping the memory.</summary>
    public virtual void Clear()
    {
        Count = 0;
        NullCount = 0;
        validity.AsSpan().Clear();
    }

    /// <summary>Adds a value that has the column's own .NET type; false when it has another.</summary>
    protected abstract bool TryAdd(object value);

    /// <summary>Adds the engine's form of a value (see <see cref="ColumnFactory.FromObjects"/>).</summary>
    protected abstract void AddForm(object form);

    /// <summary>What stands in the buffers for a NULL.</summary>
    protected abstract void AddEmpty();

    protected void Added()
    {
        Grow();
        validity[Count >> 3] |= (byte)(1 << (Count & 7));
        Count++;
    }

    protected byte[]? Validity() => NullCount == 0 ? null : validity[..ColumnFactory.BitmapBytes(Count)];

    protected ArrowBuffer ValidityBuffer() => Validity() is { } bits ? new ArrowBuffer(bits) : ArrowBuffer.Empty;

    void Grow()
    {
        if (Count >> 3 >= validity.Length)
        {
            System.Array.Resize(ref validity, validity.Length * 2);
        }
    }
}

/// <summary>A column that takes values of one .NET type without boxing.</summary>
abstract class AppendColumn<T>(string name, SqlType type) : AppendColumn(name, type)
{
    public abstract void Add(T value);

    protected override bool TryAdd(object value)
    {
        if (value is not T own)
        {
            return false;
        }

        Add(own);
        return true;
    }
}
