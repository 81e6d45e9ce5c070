using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>
/// The rows of a segment's vector column parted into cells around centres, with 1-bit codes about these: a search reads the cells near its query only. Derived from the rows alone, like
/// <see cref="VectorCodes"/>. Memory is pinned or mapped and lives as long as the object.
/// </summary>
internal sealed unsafe class VectorCells
{
    /// <summary>A row's place is its block's number, shifted by this, and its number in the block.</summary>
    public const int BlockShift = 16;

    readonly object owner;
    readonly byte* start;
    readonly int[]? checkedCells;

    /// <param name="owner">Keeps the memory alive.</param>
    /// <param name="start">Aligned to 64 bytes.</param>
    /// <param name="trusted">Whether it was made in this process, rather than read from a file.</param>
    public VectorCells(CellLayout layout, object owner, byte* start, long length, float[]? axis, bool trusted)
    {
        Layout = layout;
        Axis = axis;
        Length = length;
        this.owner = owner;
        this.start = start;
        checkedCells = trusted ? null : new int[layout.Cells];
        TotalRows = Directory.ToArray().Sum(c => (long)c.Rows);
    }

    public CellLayout Layout { get; }

    /// <summary>The direction that was taken out of the 1-bit codes; null for none.</summary>
    public float[]? Axis { get; }

    /// <summary>Bytes in all.</summary>
    public long Length { get; }

    /// <summary>Rows of all cells.</summary>
    public long TotalRows { get; }

    public ReadOnlySpan<Entry> Directory => new(start, Layout.Cells);

    /// <summary>All but the sections.</summary>
    public ReadOnlySpan<byte> Head => new(start, (int)Layout.Sections);

    public ReadOnlySpan<byte> All => new(start, checked((int)Length));

    public float* Centre(int cell) => (float*)(start + Layout.Centres) + ((long)cell * Layout.Dimension);

    /// <summary>Where the rows of a cell are: block and row, see <see cref="BlockShift"/>. To be read after <see cref="Codes"/>.</summary>
    public uint* Places(int cell) => (uint*)(Section(cell) + Layout.SectionOf(Directory[cell].Rows).Places);

    /// <summary>The 1-bit codes of a cell.</summary>
    /// <exception cref="CodesDamagedException">They are not what was written.</exception>
    public BitCodes Codes(int cell)
    {
        Check(cell);
        byte* section = Section(cell);
        CellLayout.SectionLayout parts = Layout.SectionOf(Directory[cell].Rows);
        return new(
            section + parts.Bits,
            Layout.BitGroups,
            (float*)section,
            (float*)(section + parts.Errors),
            Layout.HasAxis ? (short*)(section + parts.Scores) : null,
            *(float*)(start + Layout.ScoreScale));
    }

    /// <summary>Makes sure that the memory is there until here.</summary>
    public void KeepAlive() => GC.KeepAlive(owner);

    byte* Section(int cell) => start + Directory[cell].Offset;

    void Check(int cell)
    {
        if (checkedCells is null || Volatile.Read(ref checkedCells[cell]) != 0)
        {
            return;
        }

        if (ChecksumOf(cell) != Directory[cell].Checksum)
        {
            throw new CodesDamagedException($"The checksum of cell {cell} does not match.");
        }

        Volatile.Write(ref checkedCells[cell], 1);
    }

    ulong ChecksumOf(int cell) => XxHash3.HashToUInt64(new ReadOnlySpan<byte>(Section(cell), (int)Layout.SectionOf(Directory[cell].Rows).Length));

    /// <summary>What the directory says of a cell.</summary>
    /// <param name="MeanSquare">Mean squared distance of its rows from its centre, or a quarter of the largest where that is more; infinite for the last cell, of rows that fit into no other.</param>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct Entry(int Rows, float MeanSquare, long Offset, ulong Checksum);

    /// <summary>Cells that are being made, in zeroed memory.</summary>
    public sealed class Draft
    {
        const int Alignment = 64;

        readonly byte[] memory;
        readonly byte* start;
        readonly float[]? axis;

        /// <param name="rows">Of each cell.</param>
        public Draft(ReadOnlySpan<int> rows, int dimension, float[]? axis)
        {
            this.axis = axis;
            Layout = new CellLayout(rows.Length, dimension, axis is not null);
            var offsets = new long[rows.Length];
            Length = Layout.Sections;
            for (int i = 0; i < rows.Length; i++)
            {
                offsets[i] = Length;
                Length += Layout.SectionOf(rows[i]).Length;
            }

            memory = GC.AllocateArray<byte>(checked((int)Length + Alignment), pinned: true);
            var address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
            start = (byte*)((address + Alignment - 1) & -Alignment);
            for (int i = 0; i < rows.Length; i++)
            {
                Directory[i] = new Entry(rows[i], 0, offsets[i], 0);
            }
        }

        public CellLayout Layout { get; }

        public long Length { get; }

        public Span<Entry> Directory => new(start, Layout.Cells);

        public ref float ScoreScale => ref *(float*)(start + Layout.ScoreScale);

        public Span<float> Centre(int cell) => new((float*)(start + Layout.Centres) + ((long)cell * Layout.Dimension), Layout.Dimension);

        public byte* Section(int cell) => start + Directory[cell].Offset;

        /// <summary>The finished cells: their checksums are taken here.</summary>
        public VectorCells Finish()
        {
            var made = new VectorCells(Layout, memory, start, Length, axis, trusted: true);
            Parallel.For(0, Layout.Cells, cell => Directory[cell] = Directory[cell] with { Checksum = made.ChecksumOf(cell) });
            return made;
        }
    }
}
