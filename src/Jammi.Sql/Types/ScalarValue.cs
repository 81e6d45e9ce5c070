using System.IO.Hashing;
using Apache.Arrow;

namespace Jammi.Sql.Types;

/// <summary>
/// One typed value, held as an Arrow array of length one so that evaluators take it without conversion.
/// </summary>
internal sealed class ScalarValue : IEquatable<ScalarValue>
{
    readonly byte[]? bytes;
    IArrowArray? array;

    public ScalarValue(SqlType type, IArrowArray array)
    {
        if (array.Length != 1)
        {
            throw new ArgumentException("A scalar is an array of length one.", nameof(array));
        }

        Type = type;
        this.array = array;
    }

    ScalarValue(SqlType type, byte[] bytes)
    {
        Type = type;
        this.bytes = bytes;
    }

    public SqlType Type { get; }

    /// <summary>The Arrow array of length one.</summary>
    public IArrowArray Array => array ?? Interlocked.CompareExchange(ref array, ToArray(Type, bytes!), null) ?? array;

    /// <summary>The value as Arrow holds it: a number's bytes, a text's UTF-8. It is not NULL and has one of the types that have statistics.</summary>
    public ReadOnlySpan<byte> Bytes => bytes
        ?? (Type.Kind == SqlTypeKind.Text ? ((BinaryArray)Array).GetBytes(0) : Array.Data.Buffers[1].Span.Slice(Array.Data.Offset * Type.FixedWidth, Type.FixedWidth));

    public bool IsNull => Type.Kind == SqlTypeKind.Null || Array.IsNull(0);

    /// <summary>A value of such bytes. Its array is made when it is first asked for: opening a database meets many bounds of columns that nobody does.</summary>
    public static ScalarValue FromBytes(SqlType type, byte[] bytes) => new(type, bytes);

    public static ScalarValue NullOf(SqlType type) => new(type, ColumnFactory.Nulls(type, 1));

    /// <summary>Makes a value of <paramref name="type"/> from the CLR form named in <see cref="ColumnFactory.FromObjects"/>.</summary>
    public static ScalarValue From(SqlType type, object? value) => new(type, ColumnFactory.FromObjects(type, [value]));

    public static ScalarValue From(bool value) => From(SqlType.Boolean, value);

    public static ScalarValue From(int value) => From(SqlType.Integer, value);

    public static ScalarValue From(long value) => From(SqlType.BigInt, value);

    public static ScalarValue From(string value) => From(SqlType.Text, value);

    /// <summary>The CLR form of the value, or null.</summary>
    public object? ToObject() => ColumnFactory.ToObject(Type, Array, 0);

    public bool Equals(ScalarValue? other)
    {
        if (other is null || Type != other.Type)
        {
            return false;
        }

        return (ToObject(), other.ToObject()) switch
        {
            (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
            (float[] a, float[] b) => a.AsSpan().SequenceEqual(b),
            (Half[] a, Half[] b) => a.AsSpan().SequenceEqual(b),
            (object?[] a, object?[] b) => a.AsSpan().SequenceEqual(b),
            var (a, b) => Equals(a, b),
        };
    }

    public override bool Equals(object? obj) => Equals(obj as ScalarValue);

    public override int GetHashCode() => ToObject() switch
    {
        byte[] bytes => HashCode.Combine(Type, XxHash3.HashToUInt64(bytes)),
        float[] numbers => HashOf<float>(numbers),
        Half[] numbers => HashOf<Half>(numbers),
        System.Array array => HashCode.Combine(Type, array.Length),
        var value => HashCode.Combine(Type, value),
    };

    static IArrowArray ToArray(SqlType type, byte[] bytes) =>
        type.Kind == SqlTypeKind.Text ? ColumnFactory.FromObjects(type, [bytes]) : ColumnFactory.FromValues(type, 1, bytes);

    /// <summary>Goes by the numbers and not by their bytes, because 0 equals -0.</summary>
    int HashOf<T>(T[] numbers)
    {
        var hash = default(HashCode);
        hash.Add(Type);
        foreach (T number in numbers)
        {
            hash.Add(number);
        }

        return hash.ToHashCode();
    }
}
