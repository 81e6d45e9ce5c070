using System.Data.Common;
using System.Globalization;
using System.Text;
using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <content>The getters: the exact type of a column, or a refusal; numbers widen and narrow among integers with a range check.</content>
public sealed partial class JammiDataReader
{
    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal)
    {
        IArrowArray array = Cell(ordinal, out SqlType type);
        return type.Kind == SqlTypeKind.Null || array.IsNull(row);
    }

    /// <inheritdoc/>
    public override object GetValue(int ordinal)
    {
        IArrowArray array = Cell(ordinal, out SqlType type);
        return ClrTypes.ToValue(type, array, row);
    }

    /// <inheritdoc/>
    public override int GetValues(object[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        int count = Math.Min(values.Length, FieldCount);
        for (int i = 0; i < count; i++)
        {
            values[i] = GetValue(i);
        }

        return count;
    }

    /// <inheritdoc/>
    public override bool GetBoolean(int ordinal) => NotNull(ordinal, out SqlType type) is BooleanArray array ? array.GetValue(row)!.Value : throw WrongType(type, "Boolean");

    /// <inheritdoc/>
    public override byte GetByte(int ordinal) => NotNull(ordinal, out SqlType type) is UInt8Array array ? array.Values[row] : throw WrongType(type, "Byte");

    /// <inheritdoc/>
    public override short GetInt16(int ordinal) => checked((short)Integer(ordinal, "Int16"));

    /// <inheritdoc/>
    public override int GetInt32(int ordinal) => NotNull(ordinal, out _) is Int32Array array ? array.Values[row] : checked((int)Integer(ordinal, "Int32"));

    /// <inheritdoc/>
    public override long GetInt64(int ordinal) => NotNull(ordinal, out _) is Int64Array array ? array.Values[row] : checked((long)Integer(ordinal, "Int64"));

    /// <inheritdoc/>
    public override float GetFloat(int ordinal) => NotNull(ordinal, out SqlType type) switch
    {
        FloatArray array => array.Values[row],
        Decimal128Array array => (float)DecimalValue.ToDecimal(DecimalValue.Read(array, row), type.Scale),
        _ => throw WrongType(type, "Single"),
    };

    /// <inheritdoc/>
    public override double GetDouble(int ordinal) => NotNull(ordinal, out SqlType type) switch
    {
        DoubleArray array => array.Values[row],
        FloatArray array => array.Values[row],
        Decimal128Array array => (double)DecimalValue.ToDecimal(DecimalValue.Read(array, row), type.Scale),
        _ => throw WrongType(type, "Double"),
    };

    /// <inheritdoc/>
    public override decimal GetDecimal(int ordinal) => NotNull(ordinal, out SqlType type) is Decimal128Array array
        ? DecimalValue.ToDecimal(DecimalValue.Read(array, row), type.Scale)
        : throw WrongType(type, "Decimal");

    /// <inheritdoc/>
    public override string GetString(int ordinal) => NotNull(ordinal, out SqlType type) is StringArray array
        ? Encoding.UTF8.GetString(array.GetBytes(row))
        : throw WrongType(type, "String");

    /// <inheritdoc/>
    public override char GetChar(int ordinal) => GetString(ordinal) is { Length: > 0 } text ? text[0] : throw new InvalidCastException($"Column {schema[ordinal].Name} holds an empty text, which has no first character.");

    /// <inheritdoc/>
    public override Guid GetGuid(int ordinal) => Exact<Guid>(ordinal, SqlTypeKind.Uuid);

    /// <inheritdoc/>
    public override DateTime GetDateTime(int ordinal) => NotNull(ordinal, out SqlType type) is { } array && type.Kind is SqlTypeKind.Date or SqlTypeKind.Timestamp
        ? (DateTime)ClrTypes.ToValue(type, array, row)
        : throw WrongType(type, "DateTime");

    /// <summary>The numbers of a vector column.</summary>
    public float[] GetVector(int ordinal) => Exact<float[]>(ordinal, SqlTypeKind.Vector);

    /// <inheritdoc/>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        if (NotNull(ordinal, out SqlType type) is not BinaryArray array || type.Kind != SqlTypeKind.Blob)
        {
            throw WrongType(type, "bytes");
        }

        return Chunk(array.GetBytes(row), dataOffset, buffer, bufferOffset, length);
    }

    /// <inheritdoc/>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) =>
        Chunk<char>(GetString(ordinal), dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override Stream GetStream(int ordinal)
    {
        if (NotNull(ordinal, out SqlType type) is not BinaryArray array || type.Kind != SqlTypeKind.Blob)
        {
            throw WrongType(type, "Stream");
        }

        return new MemoryStream(array.GetBytes(row).ToArray(), writable: false);
    }

    /// <inheritdoc/>
    public override TextReader GetTextReader(int ordinal) => new StringReader(GetString(ordinal));

    /// <inheritdoc/>
    public override T GetFieldValue<T>(int ordinal)
    {
        Type wanted = typeof(T);
        IArrowArray array = Cell(ordinal, out SqlType type);
        bool isNull = type.Kind == SqlTypeKind.Null || array.IsNull(row);
        if (isNull)
        {
            return wanted == typeof(DBNull) || wanted == typeof(object) ? (T)(object)DBNull.Value
                : Nullable.GetUnderlyingType(wanted) is not null ? default!
                : throw NullValue(ordinal);
        }

        wanted = Nullable.GetUnderlyingType(wanted) ?? wanted;
        object value = Type.GetTypeCode(wanted) switch
        {
            _ when wanted.IsEnum => Enum.ToObject(wanted, type.IsInteger ? (object)(long)Integer(ordinal, wanted.Name) : throw WrongType(type, wanted.Name)),
            TypeCode.Boolean => GetBoolean(ordinal),
            TypeCode.SByte when array is Int8Array tiny => tiny.Values[row],
            TypeCode.Byte => GetByte(ordinal),
            TypeCode.Int16 => GetInt16(ordinal),
            TypeCode.UInt16 => checked((ushort)Integer(ordinal, "UInt16")),
            TypeCode.Int32 => GetInt32(ordinal),
            TypeCode.UInt32 => checked((uint)Integer(ordinal, "UInt32")),
            TypeCode.Int64 => GetInt64(ordinal),
            TypeCode.UInt64 => checked((ulong)Integer(ordinal, "UInt64")),
            TypeCode.Single => GetFloat(ordinal),
            TypeCode.Double => GetDouble(ordinal),
            TypeCode.Decimal => GetDecimal(ordinal),
            TypeCode.Char => GetChar(ordinal),
            TypeCode.String => GetString(ordinal),
            TypeCode.DateTime => GetDateTime(ordinal),
            _ => Other(wanted, type, array, ordinal),
        };
        return (T)value;
    }

    static long Chunk<T>(ReadOnlySpan<T> data, long dataOffset, T[]? buffer, int bufferOffset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(dataOffset);
        if (buffer is null)
        {
            return data.Length;
        }

        ArgumentOutOfRangeException.ThrowIfNegative(bufferOffset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bufferOffset, buffer.Length);
        if (length > buffer.Length - bufferOffset)
        {
            throw new ArgumentException($"{length} items do not fit a buffer of {buffer.Length} from index {bufferOffset}.", nameof(length));
        }

        if (dataOffset >= data.Length)
        {
            return 0;
        }

        ReadOnlySpan<T> part = data[(int)dataOffset..];
        part = part[..Math.Min(part.Length, length)];
        part.CopyTo(buffer.AsSpan(bufferOffset));
        return part.Length;
    }

    static InvalidCastException WrongType(SqlType type, string wanted) => new($"A column of type {type} is not read as {wanted}; cast it in the statement.");

    object Other(Type wanted, SqlType type, IArrowArray array, int ordinal)
    {
        object value = ClrTypes.ToValue(type, array, row);
        return (wanted, value) switch
        {
            _ when wanted.IsInstanceOfType(value) && wanted != typeof(System.Array) => value,
            _ when wanted == typeof(Stream) => GetStream(ordinal),
            _ when wanted == typeof(TextReader) => GetTextReader(ordinal),
            _ when wanted == typeof(ReadOnlyMemory<byte>) && value is byte[] bytes => new ReadOnlyMemory<byte>(bytes),
            _ when wanted == typeof(ReadOnlyMemory<float>) && value is float[] vector => new ReadOnlyMemory<float>(vector),
            _ when wanted == typeof(List<float>) && value is float[] vector => vector.ToList(),
            _ when wanted == typeof(Half[]) && value is float[] vector => System.Array.ConvertAll(vector, v => (Half)v),
            _ when wanted == typeof(DateOnly) && type.Kind is SqlTypeKind.Date => DateOnly.FromDateTime((DateTime)value),
            _ when wanted == typeof(TimeOnly) && type.Kind is SqlTypeKind.Time => TimeOnly.FromTimeSpan((TimeSpan)value),
            _ when wanted == typeof(DateTimeOffset) && type.Kind is SqlTypeKind.Timestamp => new DateTimeOffset((DateTime)value, TimeSpan.Zero),
            _ when wanted == typeof(Int128) && type.IsInteger => Integer(ordinal, "Int128"),
            _ when wanted == typeof(System.Numerics.BigInteger) && type.IsInteger => (System.Numerics.BigInteger)Integer(ordinal, "BigInteger"),
            _ when wanted == typeof(System.Numerics.BigInteger) && type is { Kind: SqlTypeKind.Decimal, Scale: 0 } => (System.Numerics.BigInteger)DecimalValue.Read(array, row),
            _ => throw WrongType(type, wanted.Name),
        };
    }

    T Exact<T>(int ordinal, SqlTypeKind kind)
    {
        IArrowArray array = NotNull(ordinal, out SqlType type);
        return type.Kind == kind ? (T)ClrTypes.ToValue(type, array, row) : throw WrongType(type, typeof(T).Name);
    }

    Int128 Integer(int ordinal, string wanted) => NotNull(ordinal, out SqlType type) switch
    {
        Int32Array array => array.Values[row],
        Int64Array array => array.Values[row],
        Int16Array array => array.Values[row],
        Int8Array array => array.Values[row],
        UInt8Array array => array.Values[row],
        UInt16Array array => array.Values[row],
        UInt32Array array => array.Values[row],
        UInt64Array array => array.Values[row],
        _ => throw WrongType(type, wanted),
    };

    IArrowArray NotNull(int ordinal, out SqlType type)
    {
        IArrowArray array = Cell(ordinal, out type);
        return type.Kind == SqlTypeKind.Null || array.IsNull(row) ? throw NullValue(ordinal) : array;
    }

    InvalidCastException NullValue(int ordinal) => new(string.Create(CultureInfo.InvariantCulture, $"Column {ordinal} ({schema[ordinal].Name}) is NULL in this row; ask IsDBNull first."));

    IArrowArray Cell(int ordinal, out SqlType type)
    {
        RequireOpen();
        if (schema.Count == 0)
        {
            throw new InvalidOperationException("The statement returned no result set.");
        }

        if ((uint)ordinal >= (uint)schema.Count)
        {
            throw new IndexOutOfRangeException($"There is no column {ordinal}; the result has {schema.Count}.");
        }

        if (batch is null)
        {
            throw new InvalidOperationException(atEnd ? "There are no more rows." : "Call Read before reading a value.");
        }

        type = schema[ordinal].Type;
        return batch.Columns[ordinal];
    }
}
