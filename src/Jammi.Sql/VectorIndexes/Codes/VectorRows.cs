using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Apache.Arrow;
using Apache.Arrow.Types;
using Jammi.Sql.Storage.Segments;

namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>
/// Vectors that lie side by side in memory that does not move, each given as floats: where it lies, or, where they are stored in halves, widened into memory of the
/// reader's own. Everything that is said of a stored vector is said of its widened numbers.
/// </summary>
internal readonly unsafe struct VectorRows
{
    readonly float* floats;
    readonly Half* halves;
    readonly MappedFile? map;

    public VectorRows(float* vectors, int dimension)
    {
        floats = vectors;
        Dimension = dimension;
    }

    public VectorRows(Half* vectors, int dimension)
    {
        halves = vectors;
        Dimension = dimension;
    }

    public int Dimension { get; }

    VectorRows(float* floats, Half* halves, int dimension, MappedFile? map)
    {
        this.floats = floats;
        this.halves = halves;
        this.map = map;
        Dimension = dimension;
    }

    /// <summary>The vectors of a column, which stay where they are until <paramref name="pin"/> is disposed of.</summary>
    /// <param name="map">The file that the column lies in; null where it is in memory.</param>
    public static VectorRows Pin(IArrowArray column, MappedFile? map, out MemoryHandle pin)
    {
        int dimension = ((FixedSizeListType)column.Data.DataType).ListSize;
        ArrayData numbers = column.Data.Children[0];
        long first = numbers.Offset + ((long)column.Data.Offset * dimension);
        pin = numbers.Buffers[1].Memory.Pin();
        return numbers.DataType is HalfFloatType ? new(null, (Half*)pin.Pointer + first, dimension, map) : new((float*)pin.Pointer + first, null, dimension, map);
    }

    /// <summary>Memory for one reader to widen a vector into: none where nothing is widened.</summary>
    public float[] NewRoom() => halves is null ? [] : GC.AllocateUninitializedArray<float>(Dimension, pinned: true);

    /// <summary>A vector, which is there until the next one is read into the same room.</summary>
    /// <param name="room">From <see cref="NewRoom"/>.</param>
    public float* Read(int row, float[] room)
    {
        if (halves is null)
        {
            return floats + ((long)row * Dimension);
        }

        TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>(halves + ((long)row * Dimension), Dimension), room);
        return (float*)Marshal.UnsafeAddrOfPinnedArrayElement(room, 0);
    }

    /// <summary>
    /// A vector, which is there until the next one is read into the same room, for readers of few: from a file it is copied, so that the pages around it, and in the end all vectors, do not come into
    /// the process's memory.
    /// </summary>
    /// <param name="room">Of <see cref="FetchRoom"/> numbers.</param>
    public float* Fetch(int row, float* room)
    {
        if (halves is null)
        {
            if (map is null)
            {
                return floats + ((long)row * Dimension);
            }

            map.Copy(floats + ((long)row * Dimension), new Span<byte>(room, Dimension * sizeof(float)));
            return room;
        }

        Half* stored = halves + ((long)row * Dimension);
        if (map is not null)
        {
            map.Copy(stored, new Span<byte>(room + Dimension, Dimension * sizeof(Half)));
            stored = (Half*)(room + Dimension);
        }

        TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>(stored, Dimension), new Span<float>(room, Dimension));
        return room;
    }

    /// <summary>Numbers of room that <see cref="Fetch"/> needs: for a vector, and its halves as they are stored.</summary>
    public static int FetchRoom(int dimension) => 2 * dimension;

    /// <summary>Copies a vector's numbers.</summary>
    public void CopyTo(int row, Span<float> numbers)
    {
        if (halves is null)
        {
            new ReadOnlySpan<float>(floats + ((long)row * Dimension), Dimension).CopyTo(numbers);
        }
        else
        {
            TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>(halves + ((long)row * Dimension), Dimension), numbers);
        }
    }

    /// <summary>Has a vector that lies in memory brought into the processor's cache.</summary>
    public void Prefetch(int row)
    {
        const int CacheLine = 64;
        if (Sse.IsSupported && map is null)
        {
            byte* start = halves is null ? (byte*)(floats + ((long)row * Dimension)) : (byte*)(halves + ((long)row * Dimension));
            int length = Dimension * (halves is null ? sizeof(float) : sizeof(Half));
            for (int i = 0; i < length; i += CacheLine)
            {
                Sse.Prefetch0(start + i);
            }
        }
    }
}
