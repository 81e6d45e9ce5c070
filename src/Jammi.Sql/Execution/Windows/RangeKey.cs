using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Windows;

/// <summary>The order key of RANGE frames with a distance: compares a row's key with another row's key moved by the distance.</summary>
internal abstract class RangeKey
{
    public static RangeKey Create(SqlType type, IArrowArray column, ScalarValue offset) => type.Kind switch
    {
        SqlTypeKind.Real => new FloatingKey(Map<float>(column, v => v), Cells.Values<float>(offset.Array)[0]),
        SqlTypeKind.Double => new FloatingKey(Map<double>(column, v => v), Cells.Values<double>(offset.Array)[0]),
        SqlTypeKind.TinyInt => new ExactKey(Map<sbyte, Int128>(column, v => v), Cells.Values<sbyte>(offset.Array)[0]),
        SqlTypeKind.SmallInt => new ExactKey(Map<short, Int128>(column, v => v), Cells.Values<short>(offset.Array)[0]),
        SqlTypeKind.Integer => new ExactKey(Map<int, Int128>(column, v => v), Cells.Values<int>(offset.Array)[0]),
        SqlTypeKind.BigInt => new ExactKey(Map<long, Int128>(column, v => v), Cells.Values<long>(offset.Array)[0]),
        SqlTypeKind.UTinyInt => new ExactKey(Map<byte, Int128>(column, v => v), Cells.Values<byte>(offset.Array)[0]),
        SqlTypeKind.USmallInt => new ExactKey(Map<ushort, Int128>(column, v => v), Cells.Values<ushort>(offset.Array)[0]),
        SqlTypeKind.UInteger => new ExactKey(Map<uint, Int128>(column, v => v), Cells.Values<uint>(offset.Array)[0]),
        SqlTypeKind.UBigInt => new ExactKey(Map<ulong, Int128>(column, v => v), Cells.Values<ulong>(offset.Array)[0]),
        SqlTypeKind.Decimal => new ExactKey(Map<Int128, Int128>(column, v => v), Cells.Values<Int128>(offset.Array)[0]),
        SqlTypeKind.Date => new CalendarKey(Map<int, long>(column, v => v * CivilCalendar.MicrosPerDay), Cells.Values<SqlInterval>(offset.Array)[0]),
        SqlTypeKind.Time => new ExactKey(Map<long, Int128>(column, v => v), Nanoseconds(Cells.Values<SqlInterval>(offset.Array)[0])),
        SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz => new CalendarKey(Map<long, long>(column, v => v), Cells.Values<SqlInterval>(offset.Array)[0]),
        _ => throw new SqlException(SqlErrorCode.DatatypeMismatch, $"RANGE with a distance needs an ORDER BY of a number, date or time, not of {type}; use ROWS or GROUPS."),
    };

    /// <summary>The order of row <paramref name="row"/>'s key and row <paramref name="origin"/>'s key less (or plus) the distance.</summary>
    public abstract int CompareToBound(int row, int origin, bool subtract);

    /// <summary>A month is longer than the day that times have, however many days it has.</summary>
    static Int128 Nanoseconds(SqlInterval distance) => ((((Int128)distance.Months * 30) + distance.Days) * CivilCalendar.NanosPerDay) + distance.Nanoseconds;

    static double[] Map<T>(IArrowArray column, Func<T, double> convert)
        where T : unmanaged => Map<T, double>(column, convert);

    static TResult[] Map<T, TResult>(IArrowArray column, Func<T, TResult> convert)
        where T : unmanaged
    {
        ReadOnlySpan<T> values = Cells.Values<T>(column);
        var result = new TResult[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = convert(values[i]);
        }

        return result;
    }

    sealed class ExactKey(Int128[] values, Int128 distance) : RangeKey
    {
        public override int CompareToBound(int row, int origin, bool subtract) => values[row].CompareTo(values[origin] + (subtract ? -distance : distance));
    }

    sealed class FloatingKey(double[] values, double distance) : RangeKey
    {
        public override int CompareToBound(int row, int origin, bool subtract) =>
            CellComparer.OrderKey(values[row]).CompareTo(CellComparer.OrderKey(values[origin] + (subtract ? -distance : distance)));
    }

    /// <summary>Dates and timestamps in microseconds; a bound outside the calendar lies beyond every row.</summary>
    sealed class CalendarKey(long[] values, SqlInterval distance) : RangeKey
    {
        readonly SqlInterval back = new(-distance.Months, -distance.Days, -distance.Nanoseconds);

        public override int CompareToBound(int row, int origin, bool subtract) =>
            CivilCalendar.TryAdd(values[origin], subtract ? back : distance, out long bound) ? values[row].CompareTo(bound) : subtract ? 1 : -1;
    }
}
