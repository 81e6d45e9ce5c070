using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <content>The buffers of the current batch's columns, looked up once for a batch: reading a value is then an index into a span.</content>
public sealed partial class JammiDataReader
{
    /// <summary>Texts up to this many bytes are decoded on the stack.</summary>
    const int ShortText = 128;

    Cells[] cells = [];

    void MoveTo(ColumnBatch? to)
    {
        batch = to;
        if (cells.Length == schema.Count)
        {
            System.Array.Clear(cells);
        }
        else
        {
            cells = schema.Count == 0 ? [] : new Cells[schema.Count];
        }
    }

    /// <summary>The column's cells; a null reference where there is no row or no such column, which the plain way then says.</summary>
    ref Cells CellsOf(int ordinal)
    {
        if (batch is not { } current || (uint)ordinal >= (uint)cells.Length)
        {
            return ref Unsafe.NullRef<Cells>();
        }

        ref Cells found = ref cells[ordinal];
        if (!found.Known)
        {
            found = new Cells(schema[ordinal].Type.Kind, current.Column(ordinal));
        }

        return ref found;
    }

    bool TryFixed<T>(int ordinal, SqlTypeKind kind, out T value)
        where T : unmanaged
    {
        ref Cells found = ref CellsOf(ordinal);
        if (Unsafe.IsNullRef(ref found) || found.Kind != kind || !found.IsValid(row))
        {
            value = default;
            return false;
        }

        value = found.At<T>(row);
        return true;
    }

    bool TryText(int ordinal, out ReadOnlySpan<byte> utf8)
    {
        ref Cells found = ref CellsOf(ordinal);
        if (Unsafe.IsNullRef(ref found) || found.Kind != SqlTypeKind.Text || !found.IsValid(row))
        {
            utf8 = default;
            return false;
        }

        utf8 = found.TextAt(row);
        return true;
    }

    static string Decode(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > ShortText)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        Span<char> decoded = stackalloc char[ShortText];
        Utf8.ToUtf16(utf8, decoded, out _, out int length);
        return new string(decoded[..length]);
    }

    /// <summary>A column's buffers. Of a fixed width are the values; of a text the ends, into the bytes.</summary>
    readonly struct Cells
    {
        readonly CellBuffer validity;
        readonly CellBuffer values;
        readonly CellBuffer bytes;

        public Cells(SqlTypeKind kind, IArrowArray array)
        {
            Known = true;
            Kind = kind;
            Offset = array.Data.Offset;
            ReadOnlySpan<ArrowBuffer> buffers = array.Data.Buffers;
            validity = array.NullCount == 0 || buffers.Length == 0 ? default : new(buffers[0]);
            values = buffers.Length > 1 ? new(buffers[1]) : default;
            bytes = kind == SqlTypeKind.Text && buffers.Length > 2 ? new(buffers[2]) : default;
        }

        public bool Known { get; }

        public SqlTypeKind Kind { get; }

        int Offset { get; }

        public bool IsValid(int row)
        {
            ReadOnlySpan<byte> bits = validity.Span;
            int at = Offset + row;
            return bits.IsEmpty || (bits[at >> 3] >> (at & 7) & 1) != 0;
        }

        public T At<T>(int row)
            where T : unmanaged => MemoryMarshal.Cast<byte, T>(values.Span)[Offset + row];

        public ReadOnlySpan<byte> TextAt(int row)
        {
            ReadOnlySpan<int> ends = MemoryMarshal.Cast<byte, int>(values.Span);
            int start = ends[Offset + row];
            return bytes.Span[start..ends[Offset + row + 1]];
        }
    }

    /// <summary>A buffer of a column. The address of a memory map, which does not move, is kept, since asking for it is a virtual call.</summary>
    readonly unsafe struct CellBuffer
    {
        readonly ReadOnlyMemory<byte> memory;
        readonly byte* start;
        readonly int length;

        public CellBuffer(ArrowBuffer buffer)
        {
            memory = buffer.Memory;
            if (MemoryMarshal.TryGetMemoryManager<byte, MappedFile>(memory, out MappedFile? map, out int offset, out length))
            {
                start = (byte*)map.Pin(offset).Pointer;
            }
        }

        public ReadOnlySpan<byte> Span => start is null ? memory.Span : new(start, length);
    }
}
