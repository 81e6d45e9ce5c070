using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Storage.Manifests;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage.Segments;

/// <summary>
/// Databases of the first format hold times of day as microseconds, later ones as nanoseconds. Their segments are left as they are: the Arrow files say the unit, and
/// a column is converted when it is read. The bounds in manifests do not say it and are converted with the manifest's format.
/// </summary>
internal static class MicrosecondTimes
{
    public static Manifest Upgrade(Manifest manifest) => manifest with { Tables = [.. manifest.Tables.Select(Upgrade)] };

    /// <summary>The column in the engine's form; the same where it is.</summary>
    public static IArrowArray ToNanoseconds(IArrowArray column) =>
        HoldsMicroseconds(column.Data.DataType) ? ArrowArrayFactory.BuildArray(ToNanoseconds(column.Data)) : column;

    static ManifestTable Upgrade(ManifestTable table)
    {
        int[] times = [.. Enumerable.Range(0, table.Columns.Length).Where(i => table.Columns[i].Type.Kind == SqlTypeKind.Time)];
        return times.Length == 0 ? table : table with
        {
            Segments = [.. table.Segments.Select(s => s with { Blocks = [.. s.Blocks.Select(b => Upgrade(b, times))] })],
        };
    }

    static ManifestBlock Upgrade(ManifestBlock block, int[] times)
    {
        ManifestStatistics?[] columns = [.. block.Columns];
        foreach (int time in times)
        {
            columns[time] = columns[time] is { } bounds ? bounds with { Min = ToNanoseconds(bounds.Min), Max = ToNanoseconds(bounds.Max) } : null;
        }

        return block with { Columns = columns };
    }

    static byte[]? ToNanoseconds(byte[]? bound)
    {
        if (bound is null)
        {
            return null;
        }

        byte[] converted = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(converted, BinaryPrimitives.ReadInt64LittleEndian(bound) * CivilCalendar.NanosPerMicro);
        return converted;
    }

    static bool HoldsMicroseconds(IArrowType type) => type switch
    {
        Time64Type time => time.Unit == TimeUnit.Microsecond,
        ListType list => HoldsMicroseconds(list.ValueDataType),
        _ => false,
    };

    static ArrayData ToNanoseconds(ArrayData data)
    {
        if (data.DataType is ListType list)
        {
            ArrayData items = ToNanoseconds(data.Children[0]);
            var type = new ListType(new Field(list.ValueField.Name, items.DataType, list.ValueField.IsNullable));
            return new ArrayData(type, data.Length, data.NullCount, data.Offset, data.Buffers, [items]);
        }

        byte[] buffer = data.Buffers[1].Span.ToArray();
        foreach (ref long value in MemoryMarshal.Cast<byte, long>(buffer.AsSpan()))
        {
            value = unchecked(value * CivilCalendar.NanosPerMicro);
        }

        return new ArrayData(TimeType.Nanosecond, data.Length, data.NullCount, data.Offset, [data.Buffers[0], new ArrowBuffer(buffer)]);
    }
}
