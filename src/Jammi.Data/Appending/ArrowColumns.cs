using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Types;

namespace Jammi.Data.Appending;

/// <summary>Columns of foreign record batches as the engine's: those of its own Arrow forms as they are, without a copy.</summary>
static class ArrowColumns
{
    /// <summary>The SQL type of an Arrow type.</summary>
    /// <exception cref="NotSupportedException">It is none of the engine's forms.</exception>
    public static SqlType TypeOf(IArrowType type, string column) => type switch
    {
        BooleanType => SqlType.Boolean,
        Int8Type => SqlType.TinyInt,
        Int16Type => SqlType.SmallInt,
        Int32Type => SqlType.Integer,
        Int64Type => SqlType.BigInt,
        UInt8Type => SqlType.UTinyInt,
        UInt16Type => SqlType.USmallInt,
        UInt32Type => SqlType.UInteger,
        UInt64Type => SqlType.UBigInt,
        FloatType => SqlType.Real,
        DoubleType => SqlType.Double,
        Decimal128Type number => SqlType.Decimal(number.Precision, number.Scale),
        StringType => SqlType.Text,
        BinaryType => SqlType.Blob,
        Date32Type => SqlType.Date,
        Time64Type { Unit: TimeUnit.Microsecond } => SqlType.Time,
        TimestampType { Unit: TimeUnit.Microsecond } time => time.Timezone is null ? SqlType.Timestamp : SqlType.TimestampTz,
        IntervalType { Unit: IntervalUnit.MonthDayNanosecond } => SqlType.Interval,
        FixedSizeListType { ValueDataType: FloatType } vector => SqlType.Vector(vector.ListSize),
        FixedSizeListType { ValueDataType: HalfFloatType } vector => SqlType.HalfVector(vector.ListSize),
        FixedSizeBinaryType { ByteWidth: 16 } => SqlType.Uuid,
        ListType list => SqlType.List(TypeOf(list.ValueDataType, column)),
        NullType => SqlType.Null,
        _ => throw new NotSupportedException($"Column '{column}' of the record batch has the Arrow type {type.Name}, which cannot be appended; convert it to one that {nameof(JammiDataReader)}.{nameof(JammiDataReader.GetArrowSchema)} gives."),
    };
}
