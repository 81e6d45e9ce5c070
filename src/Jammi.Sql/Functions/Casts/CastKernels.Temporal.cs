using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Casts;

/// <summary>Conversions among DATE, TIME, TIMESTAMP and INTERVAL, and of UUID.</summary>
internal static partial class CastKernels
{
    const int UuidBytes = 16;

    static IArrowArray Temporal(CastInput input) => (input.From.Kind, input.To.Kind) switch
    {
        (SqlTypeKind.Date, _) => Convert<DateToTimestamp, int, long>(input, default),
        (SqlTypeKind.Time, _) => Convert<TimeToInterval, long, SqlInterval>(input, default),
        (_, SqlTypeKind.Date) => Convert<TimestampToDate, long, int>(input, default),
        (_, SqlTypeKind.Time) => Convert<TimestampToTime, long, long>(input, default),
        _ => Relabel(input),
    };

    /// <summary>With and without zone hold the same microseconds (UTC): only the type changes.</summary>
    static IArrowArray Relabel(CastInput input)
    {
        ArrayData data = input.Array.Data;
        return ArrowArrayFactory.BuildArray(new ArrayData(input.To.ToArrow(), data.Length, data.NullCount, data.Offset, data.Buffers));
    }

    static IArrowArray BetweenUuidAndBlob(CastInput input)
    {
        NullMask nulls = input.Nulls();
        if (input.To.Kind == SqlTypeKind.Blob)
        {
            var builder = new BytesBuilder(input.Rows, input.Rows * UuidBytes);
            ReadOnlySpan<Int128> uuids = Columns.Values<Int128>(input.Array);
            for (int i = 0; i < input.Rows; i++)
            {
                builder.AppendRow(nulls.IsValid(i) ? MemoryMarshal.AsBytes(uuids.Slice(i, 1)) : []);
            }

            return builder.Build(input.To, nulls);
        }

        byte[] buffer = Columns.Allocate(input.Rows, out Span<Int128> output);
        var blobs = new BytesColumn(input.Array);
        for (int i = 0; i < input.Rows; i++)
        {
            output[i] = 0;
            if (nulls.IsNull(i))
            {
                continue;
            }

            if (blobs[i].Length == UuidBytes)
            {
                output[i] = MemoryMarshal.Read<Int128>(blobs[i]);
            }
            else
            {
                input.Fail(nulls, i);
            }
        }

        return nulls.Wrap(input.To, buffer);
    }

    readonly struct DateToTimestamp : IConversion<int, long>
    {
        public bool TryConvert(int value, out long result)
        {
            result = value * CivilCalendar.MicrosPerDay;
            return CivilCalendar.IsDay(value);
        }
    }

    readonly struct TimestampToDate : IConversion<long, int>
    {
        public bool TryConvert(long value, out int result)
        {
            result = CivilCalendar.DayOf(value);
            return true;
        }
    }

    readonly struct TimestampToTime : IConversion<long, long>
    {
        public bool TryConvert(long value, out long result)
        {
            result = CivilCalendar.TimeOfDay(value) * CivilCalendar.NanosPerMicro;
            return true;
        }
    }

    readonly struct TimeToInterval : IConversion<long, SqlInterval>
    {
        public bool TryConvert(long value, out SqlInterval result)
        {
            result = new(0, 0, value);
            return true;
        }
    }
}
