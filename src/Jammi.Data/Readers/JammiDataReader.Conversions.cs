using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <content>
/// <see cref="GetFieldValue{T}"/>: what the typed getters give, and the further types that a column's values have an exact form in. Texts are never parsed
/// into something else unless the type asked for is a document of text (<see cref="JsonDocument"/>).
/// </content>
public sealed partial class JammiDataReader
{
    /// <summary>
    /// The value as <typeparamref name="T"/>: the types of the getters and their nullable forms, enums (of integers), <see cref="Half"/>, <see cref="Int128"/>,
    /// <see cref="BigInteger"/>, <see cref="DateOnly"/>, <see cref="TimeOnly"/>, <c>byte[]</c>, <see cref="Stream"/>, <see cref="TextReader"/>, <c>char[]</c>,
    /// <see cref="ReadOnlyMemory{T}"/> of byte, char or float, <c>float[]</c>, <c>Half[]</c>, <c>double[]</c>, arrays and lists of a list's items, <see cref="JsonDocument"/> and <see cref="JsonElement"/>.
    /// NULL is the null of a nullable value type, <see cref="DBNull"/> for <c>object</c> and <see cref="DBNull"/>.
    /// </summary>
    /// <exception cref="InvalidCastException">The column's type has no form in <typeparamref name="T"/>, or the value is NULL.</exception>
    /// <exception cref="OverflowException">The value does not fit.</exception>
    public override T GetFieldValue<T>(int ordinal)
    {
        // The tests of value types are decided when the method is compiled for T; what is left is one call.
        if (typeof(T) == typeof(int)) { return As<int, T>(GetInt32(ordinal)); }
        if (typeof(T) == typeof(long)) { return As<long, T>(GetInt64(ordinal)); }
        if (typeof(T) == typeof(double)) { return As<double, T>(GetDouble(ordinal)); }
        if (typeof(T) == typeof(float)) { return As<float, T>(GetFloat(ordinal)); }
        if (typeof(T) == typeof(decimal)) { return As<decimal, T>(GetDecimal(ordinal)); }
        if (typeof(T) == typeof(bool)) { return As<bool, T>(GetBoolean(ordinal)); }
        if (typeof(T) == typeof(short)) { return As<short, T>(GetInt16(ordinal)); }
        if (typeof(T) == typeof(byte)) { return As<byte, T>(GetByte(ordinal)); }
        if (typeof(T) == typeof(sbyte)) { return As<sbyte, T>(GetSByte(ordinal)); }
        if (typeof(T) == typeof(ushort)) { return As<ushort, T>(GetUInt16(ordinal)); }
        if (typeof(T) == typeof(uint)) { return As<uint, T>(GetUInt32(ordinal)); }
        if (typeof(T) == typeof(ulong)) { return As<ulong, T>(GetUInt64(ordinal)); }
        if (typeof(T) == typeof(char)) { return As<char, T>(GetChar(ordinal)); }
        if (typeof(T) == typeof(Guid)) { return As<Guid, T>(GetGuid(ordinal)); }
        if (typeof(T) == typeof(DateTime)) { return As<DateTime, T>(GetDateTime(ordinal)); }
        if (typeof(T) == typeof(DateTimeOffset)) { return As<DateTimeOffset, T>(GetDateTimeOffset(ordinal)); }
        if (typeof(T) == typeof(TimeSpan)) { return As<TimeSpan, T>(GetTimeSpan(ordinal)); }
        if (typeof(T) == typeof(DateOnly)) { return As<DateOnly, T>(GetDateOnly(ordinal)); }
        if (typeof(T) == typeof(TimeOnly)) { return As<TimeOnly, T>(GetTimeOnly(ordinal)); }
        if (typeof(T) == typeof(string)) { return (T)(object)GetString(ordinal); }

        IArrowArray array = Cell(ordinal, out SqlType type);
        return IsNull(array, type) ? NullAs<T>(ordinal) : (T)Boxed(Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), type, array, ordinal);
    }

    /// <summary>The value of a DATE column.</summary>
    public DateOnly GetDateOnly(int ordinal) => NotNull(ordinal, out SqlType type) is Date32Array array
        ? DateOnly.FromDateTime(ClrTypes.Day(array.Values[row]))
        : throw WrongType(ordinal, type, "DateOnly");

    /// <summary>The value of a TIME column.</summary>
    public TimeOnly GetTimeOnly(int ordinal) => NotNull(ordinal, out SqlType type) is Time64Array array
        ? new TimeOnly(array.Values[row] / TimeSpan.NanosecondsPerTick)
        : throw WrongType(ordinal, type, "TimeOnly");

    static TTo As<TFrom, TTo>(TFrom value) => Unsafe.As<TFrom, TTo>(ref value);

    T NullAs<T>(int ordinal)
    {
        Type wanted = typeof(T);
        return wanted == typeof(DBNull) || wanted == typeof(object) ? (T)(object)DBNull.Value
            : Nullable.GetUnderlyingType(wanted) is not null ? default!
            : throw NullValue(ordinal);
    }

    object Boxed(Type wanted, SqlType type, IArrowArray array, int ordinal) => Type.GetTypeCode(wanted) switch
    {
        _ when wanted.IsEnum => Enumeration(wanted, type, ordinal),
        TypeCode.Boolean => GetBoolean(ordinal),
        TypeCode.SByte => GetSByte(ordinal),
        TypeCode.Byte => GetByte(ordinal),
        TypeCode.Int16 => GetInt16(ordinal),
        TypeCode.UInt16 => GetUInt16(ordinal),
        TypeCode.Int32 => GetInt32(ordinal),
        TypeCode.UInt32 => GetUInt32(ordinal),
        TypeCode.Int64 => GetInt64(ordinal),
        TypeCode.UInt64 => GetUInt64(ordinal),
        TypeCode.Single => GetFloat(ordinal),
        TypeCode.Double => GetDouble(ordinal),
        TypeCode.Decimal => GetDecimal(ordinal),
        TypeCode.Char => GetChar(ordinal),
        TypeCode.DateTime => GetDateTime(ordinal),
        _ when wanted == typeof(Guid) => GetGuid(ordinal),
        _ when wanted == typeof(DateTimeOffset) => GetDateTimeOffset(ordinal),
        _ when wanted == typeof(TimeSpan) => GetTimeSpan(ordinal),
        _ when wanted == typeof(DateOnly) => GetDateOnly(ordinal),
        _ when wanted == typeof(TimeOnly) => GetTimeOnly(ordinal),
        _ when wanted == typeof(Half) && type.Kind == SqlTypeKind.Real => (Half)GetFloat(ordinal),
        _ when wanted == typeof(Int128) && type.IsInteger => Integer<Int128>(ordinal, type),
        _ when wanted == typeof(BigInteger) && type.IsInteger => Integer<BigInteger>(ordinal, type),
        _ when wanted == typeof(Int128) && type is { Kind: SqlTypeKind.Decimal, Scale: 0 } => DecimalValue.Read(array, row),
        _ when wanted == typeof(BigInteger) && type is { Kind: SqlTypeKind.Decimal, Scale: 0 } => (BigInteger)DecimalValue.Read(array, row),
        _ => Composite(wanted, type, array, ordinal),
    };

    object Composite(Type wanted, SqlType type, IArrowArray array, int ordinal) => type.Kind switch
    {
        SqlTypeKind.Blob when wanted == typeof(byte[]) || wanted == typeof(object) => Blob(ordinal, "bytes").ToArray(),
        SqlTypeKind.Blob when wanted == typeof(Stream) || wanted == typeof(MemoryStream) => new MemoryStream(Blob(ordinal, "Stream").ToArray(), writable: false),
        SqlTypeKind.Blob when wanted == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>(Blob(ordinal, "bytes").ToArray()),
        SqlTypeKind.Blob when wanted == typeof(Memory<byte>) => new Memory<byte>(Blob(ordinal, "bytes").ToArray()),
        SqlTypeKind.Text when wanted == typeof(TextReader) => new StringReader(GetString(ordinal)),
        SqlTypeKind.Text when wanted == typeof(char[]) => GetString(ordinal).ToCharArray(),
        SqlTypeKind.Text when wanted == typeof(ReadOnlyMemory<char>) => GetString(ordinal).AsMemory(),
        SqlTypeKind.Text when wanted == typeof(JsonDocument) => Json(ordinal, static text => JsonDocument.Parse(text)),
        SqlTypeKind.Text when wanted == typeof(JsonElement) => Json(ordinal, static text => (object)JsonElement.Parse(text)),
        SqlTypeKind.HalfVector when VectorForms.OfHalves(ColumnFactory.HalvesAt(array, row), wanted) is { } halves => halves,
        SqlTypeKind.Vector or SqlTypeKind.HalfVector when VectorForms.Convert(Vector(ordinal), wanted) is { } vector => vector,
        SqlTypeKind.List when ListForms.Convert(type, (System.Array)ClrTypes.ToValue(type, array, row), wanted) is { } list => list,
        _ when ClrTypes.ToValue(type, array, row) is var value && wanted.IsInstanceOfType(value) => value,
        _ => throw WrongType(ordinal, type, wanted.Name),
    };

    object Enumeration(Type wanted, SqlType type, int ordinal)
    {
        if (!type.IsInteger)
        {
            throw WrongType(ordinal, type, wanted.Name);
        }

        Int128 number = Integer<Int128>(ordinal, type);
        return Type.GetTypeCode(Enum.GetUnderlyingType(wanted)) switch
        {
            TypeCode.SByte => Enum.ToObject(wanted, checked((sbyte)number)),
            TypeCode.Byte => Enum.ToObject(wanted, checked((byte)number)),
            TypeCode.Int16 => Enum.ToObject(wanted, checked((short)number)),
            TypeCode.UInt16 => Enum.ToObject(wanted, checked((ushort)number)),
            TypeCode.Int32 => Enum.ToObject(wanted, checked((int)number)),
            TypeCode.UInt32 => Enum.ToObject(wanted, checked((uint)number)),
            TypeCode.Int64 => Enum.ToObject(wanted, checked((long)number)),
            _ => Enum.ToObject(wanted, checked((ulong)number)),
        };
    }

    object Json(int ordinal, Func<string, object> parse)
    {
        try
        {
            return parse(GetString(ordinal));
        }
        catch (JsonException error)
        {
            throw new InvalidCastException($"Column {schema[ordinal].Name} holds a text that is no JSON: {error.Message}", error);
        }
    }
}
