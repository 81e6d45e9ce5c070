using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Jammi.Sql.Types;

/// <summary>An INTERVAL as Arrow's month-day-nano holds it: three parts that do not convert into one another.</summary>
internal readonly record struct SqlInterval(int Months, int Days, long Nanoseconds)
{
    public static SqlInterval Read(IArrowArray array, int index)
    {
        ReadOnlySpan<byte> cell = array.Data.Buffers[1].Span.Slice((array.Data.Offset + index) * 16, 16);
        return new(MemoryMarshal.Read<int>(cell), MemoryMarshal.Read<int>(cell[4..]), MemoryMarshal.Read<long>(cell[8..]));
    }

    public void Write(Span<byte> target)
    {
        MemoryMarshal.Write(target, Months);
        MemoryMarshal.Write(target[4..], Days);
        MemoryMarshal.Write(target[8..], Nanoseconds);
    }
}
