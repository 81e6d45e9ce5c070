using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <content>The getters: the exact type of a column, or a refusal; numbers convert among integers with a range check. Nothing is boxed.</content>
public sealed partial class JammiDataReader
{
    string? chunkedText;
    int chunkedOrdinal;
    int chunkedRow;
    IArrowArray? chunkedArray;

    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal)
    {
        ref Cells found = ref CellsOf(ordinal);
        return Unsafe.IsNullRef(ref found) ? IsNull(Cell(ordinal, out SqlType type), type) : found.Kind == SqlTypeKind.Null || !found.IsValid(row);
    }

    /// <summary>The value in its exact type (see <see cref="GetFieldType"/>), or <see cref="DBNull"/>.</summary>
    public override object GetValue(int ordinal)
    {
        IArrowArray array = Cell(ordinal, out SqlType type);
        return ClrTypes.ToValue(type, array, row);
    }

    /// <inheritdoc/>
    public override int GetValues(object[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        RequireRow();
        int count = Math.Min(values.Length, schema.Count);
        for (int i = 0; i < count; i++)
        {
            values[i] = GetValue(i);
        }

        return count;
    }

    /// <inheritdoc/>
    public override bool GetBoolean(int ordinal) => NotNull(ordinal, out SqlType type) is BooleanArray array ? array.GetValue(row).GetValueOrDefault() : throw WrongType(ordinal, type, "Boolean");

    /// <summary>The value of a UTINYINT column.</summary>
    public override byte GetByte(int ordinal) => NotNull(ordinal, out SqlType type) is UInt8Array array ? array.Values[row] : throw WrongType(ordinal, type, "Byte");

    /// <summary>The value of a TINYINT column.</summary>
    public sbyte GetSByte(int ordinal) => NotNull(ordinal, out SqlType type) is Int8Array array ? array.Values[row] : throw WrongType(ordinal, type, "SByte");

    /// <summary>The value of an integer column, where it fits.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public override short GetInt16(int ordinal) => NotNull(ordinal, out SqlType type) is Int16Array array ? array.Values[row] : Integer<short>(ordinal, type);

    /// <summary>The value of an integer column, where it fits.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public override int GetInt32(int ordinal) => TryFixed(ordinal, SqlTypeKind.Integer, out int value) ? value
        : NotNull(ordinal, out SqlType type) is Int32Array array ? array.Values[row] : Integer<int>(ordinal, type);

    /// <summary>The value of an integer column, where it fits.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public override long GetInt64(int ordinal) => TryFixed(ordinal, SqlTypeKind.BigInt, out long value) ? value
        : NotNull(ordinal, out SqlType type) is Int64Array array ? array.Values[row] : Integer<long>(ordinal, type);

    /// <summary>The value of an integer column, where it fits.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public ushort GetUInt16(int ordinal) => NotNull(ordinal, out SqlType type) is UInt16Array array ? array.Values[row] : Integer<ushort>(ordinal, type);

    /// <summary>The value of an integer column, where it fits.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public uint GetUInt32(int ordinal) => NotNull(ordinal, out SqlType type) is UInt32Array array ? array.Values[row] : Integer<uint>(ordinal, type);

    /// <summary>The value of an integer column, where it fits.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public ulong GetUInt64(int ordinal) => NotNull(ordinal, out SqlType type) is UInt64Array array ? array.Values[row] : Integer<ulong>(ordinal, type);

    /// <summary>The value of a REAL or DECIMAL column.</summary>
    public override float GetFloat(int ordinal) => TryFixed(ordinal, SqlTypeKind.Real, out float value) ? value : NotNull(ordinal, out SqlType type) switch
    {
        Decimal128Array array => (float)DecimalValue.ToDecimal(DecimalValue.Read(array, row), type.Scale),
        _ => throw WrongType(ordinal, type, "Single"),
    };

    /// <summary>The value of a DOUBLE, REAL or DECIMAL column.</summary>
    public override double GetDouble(int ordinal) => TryFixed(ordinal, SqlTypeKind.Double, out double value) ? value : NotNull(ordinal, out SqlType type) switch
    {
        FloatArray array => array.Values[row],
        Decimal128Array array => (double)DecimalValue.ToDecimal(DecimalValue.Read(array, row), type.Scale),
        _ => throw WrongType(ordinal, type, "Double"),
    };

    /// <summary>The value of a DECIMAL column. Of more than 29 digits the last are rounded off.</summary>
    /// <exception cref="OverflowException">The part before the point has more digits than <see cref="decimal"/> holds.</exception>
    public override decimal GetDecimal(int ordinal) => NotNull(ordinal, out SqlType type) is Decimal128Array array
        ? DecimalValue.ToDecimal(DecimalValue.Read(array, row), type.Scale)
        : throw WrongType(ordinal, type, "Decimal");

    /// <inheritdoc/>
    public override string GetString(int ordinal)
    {
        if (TryText(ordinal, out ReadOnlySpan<byte> utf8))
        {
            return Decode(utf8);
        }

        _ = NotNull(ordinal, out SqlType type);
        throw WrongType(ordinal, type, "String");
    }

    /// <summary>
    /// The value of a column of any type as <c>CAST(x AS TEXT)</c> writes it: also those that no .NET type holds, as an INTERVAL with months or a DECIMAL of
    /// more than 29 digits.
    /// </summary>
    /// <exception cref="InvalidCastException">The value is NULL.</exception>
    public string GetText(int ordinal)
    {
        IArrowArray array = NotNull(ordinal, out SqlType type);
        return CastKernels.CellText(type, array, row);
    }

    /// <summary>The first UTF-16 unit of a TEXT column.</summary>
    public override char GetChar(int ordinal) => GetString(ordinal) is { Length: > 0 } text ? text[0]
        : throw new InvalidCastException($"Column {schema[ordinal].Name} holds an empty text, which has no first character.");

    /// <inheritdoc/>
    public override Guid GetGuid(int ordinal) => NotNull(ordinal, out SqlType type) is { } array && type.Kind == SqlTypeKind.Uuid
        ? ClrTypes.Uuid(array, row)
        : throw WrongType(ordinal, type, "Guid");

    /// <summary>The value of a DATE (at midnight) or TIMESTAMP column.</summary>
    public override DateTime GetDateTime(int ordinal) => (NotNull(ordinal, out SqlType type), type.Kind) switch
    {
        (Date32Array array, SqlTypeKind.Date) => ClrTypes.Day(array.Values[row]),
        (TimestampArray array, SqlTypeKind.Timestamp) => ClrTypes.Instant(array.Values[row]),
        _ => throw WrongType(ordinal, type, "DateTime"),
    };

    /// <summary>The value of a TIMESTAMP WITH TIME ZONE column, in UTC.</summary>
    public DateTimeOffset GetDateTimeOffset(int ordinal) => NotNull(ordinal, out SqlType type) is TimestampArray array && type.Kind == SqlTypeKind.TimestampTz
        ? new DateTimeOffset(ClrTypes.Instant(array.Values[row]), TimeSpan.Zero)
        : throw WrongType(ordinal, type, "DateTimeOffset");

    /// <summary>The value of a TIME column, or of an INTERVAL column whose value has no months.</summary>
    public TimeSpan GetTimeSpan(int ordinal)
    {
        IArrowArray array = NotNull(ordinal, out SqlType type);
        return type.Kind switch
        {
            SqlTypeKind.Time => new TimeSpan(((Time64Array)array).Values[row] / TimeSpan.NanosecondsPerTick),
            SqlTypeKind.Interval => ClrTypes.ToTimeSpan((SqlInterval)ColumnFactory.ToObject(type, array, row)!),
            _ => throw WrongType(ordinal, type, "TimeSpan"),
        };
    }

    /// <summary>The numbers of a vector column.</summary>
    public float[] GetVector(int ordinal) => Vector(ordinal).ToArray();

    /// <summary>Copies the numbers of a vector column.</summary>
    /// <returns>How many there are: the vector's dimension.</returns>
    /// <exception cref="ArgumentException">They do not fit <paramref name="destination"/>.</exception>
    public int GetVector(int ordinal, Span<float> destination)
    {
        ReadOnlySpan<float> vector = Vector(ordinal);
        vector.CopyTo(destination);
        return vector.Length;
    }

    /// <summary>Bytes of a BLOB column from an offset on.</summary>
    /// <returns>How many were copied; all there are when <paramref name="buffer"/> is null.</returns>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) =>
        Chunk(Blob(ordinal, "bytes"), dataOffset, buffer, bufferOffset, length);

    /// <summary>UTF-16 units of a TEXT column from an offset on.</summary>
    /// <returns>How many were copied; all there are when <paramref name="buffer"/> is null.</returns>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
    {
        IArrowArray array = NotNull(ordinal, out _);
        if (chunkedText is null || chunkedOrdinal != ordinal || chunkedRow != row || !ReferenceEquals(chunkedArray, array))
        {
            (chunkedText, chunkedOrdinal, chunkedRow, chunkedArray) = (GetString(ordinal), ordinal, row, array);
        }

        return Chunk<char>(chunkedText, dataOffset, buffer, bufferOffset, length);
    }

    /// <summary>The bytes of a BLOB column.</summary>
    /// <exception cref="InvalidOperationException">The column is no BLOB.</exception>
    public override Stream GetStream(int ordinal) => NotNull(ordinal, out SqlType type) is not null && type.Kind == SqlTypeKind.Blob
        ? new MemoryStream(Blob(ordinal, "Stream").ToArray(), writable: false)
        : throw new InvalidOperationException(WrongType(ordinal, type, "Stream").Message);

    /// <summary>The text of a TEXT column.</summary>
    /// <exception cref="InvalidOperationException">The column is no TEXT.</exception>
    public override TextReader GetTextReader(int ordinal) => NotNull(ordinal, out SqlType type) is StringArray
        ? new StringReader(GetString(ordinal))
        : throw new InvalidOperationException(WrongType(ordinal, type, "TextReader").Message);

    /// <inheritdoc/>
    protected override DbDataReader GetDbDataReader(int ordinal) => throw new NotSupportedException("There are no nested results: a column is never a reader.");

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

    ReadOnlySpan<byte> Blob(int ordinal, string wanted) => NotNull(ordinal, out SqlType type) is BinaryArray array && type.Kind == SqlTypeKind.Blob
        ? array.GetBytes(row)
        : throw WrongType(ordinal, type, wanted);

    ReadOnlySpan<float> Vector(int ordinal) => NotNull(ordinal, out SqlType type) is { } array && type.IsVector
        ? type.Kind == SqlTypeKind.Vector ? ColumnFactory.VectorAt(array, row) : ColumnFactory.CopyVector(array, row)
        : throw WrongType(ordinal, type, "a vector");

    T Integer<T>(int ordinal, SqlType type)
        where T : System.Numerics.INumberBase<T> => Cell(ordinal, out _) switch
    {
        Int32Array array => T.CreateChecked(array.Values[row]),
        Int64Array array => T.CreateChecked(array.Values[row]),
        Int16Array array => T.CreateChecked(array.Values[row]),
        Int8Array array => T.CreateChecked(array.Values[row]),
        UInt8Array array => T.CreateChecked(array.Values[row]),
        UInt16Array array => T.CreateChecked(array.Values[row]),
        UInt32Array array => T.CreateChecked(array.Values[row]),
        UInt64Array array => T.CreateChecked(array.Values[row]),
        _ => throw WrongType(ordinal, type, typeof(T).Name),
    };

    IArrowArray NotNull(int ordinal, out SqlType type)
    {
        IArrowArray array = Cell(ordinal, out type);
        return IsNull(array, type) ? throw NullValue(ordinal) : array;
    }

    bool IsNull(IArrowArray array, SqlType type) => type.Kind == SqlTypeKind.Null || array.IsNull(row);

    IArrowArray Cell(int ordinal, out SqlType type)
    {
        if (batch is { } current && (uint)ordinal < (uint)current.Columns.Length)
        {
            type = schema[ordinal].Type;
            return current.Columns[ordinal];
        }

        RequireRow();
        throw NoColumn(ordinal);
    }

    void RequireRow()
    {
        RequireOpen();
        if (schema.Count == 0)
        {
            throw NoResult();
        }

        if (batch is null)
        {
            throw new InvalidOperationException(atEnd ? "There are no more rows." : "Call Read before reading a value.");
        }
    }

    InvalidCastException WrongType(int ordinal, SqlType type, string wanted) =>
        new($"Column {schema[ordinal].Name} is {type} and is not read as {wanted}; cast it in the statement, or read it as {ClrTypes.Of(type).Name}.");

    InvalidCastException NullValue(int ordinal) => new(string.Create(CultureInfo.InvariantCulture, $"Column {ordinal} ({schema[ordinal].Name}) is NULL in this row; ask IsDBNull first."));

    IndexOutOfRangeException NoColumn(int ordinal) => new(string.Create(CultureInfo.InvariantCulture, $"There is no column {ordinal}; the result has {schema.Count}, counted from 0."));

    static InvalidOperationException NoResult() => new("The statement returned no result set.");
}
