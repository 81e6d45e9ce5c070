using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>
/// The search codes of one block of rows of a vector column, derived from the rows alone: 1-bit codes to find candidates, int8 codes with an error bound to
/// prove them. Memory is pinned or mapped and lives as long as the object.
/// </summary>
internal sealed unsafe class VectorCodes
{
    readonly object owner;
    readonly byte* start;
    readonly ulong[]? checkedGroups;

    /// <param name="owner">Keeps the memory alive.</param>
    /// <param name="start">Aligned to 64 bytes.</param>
    /// <param name="axis">The direction that was taken out of the 1-bit codes; null for none.</param>
    /// <param name="trusted">Whether it was made in this process, rather than read from a file.</param>
    public VectorCodes(CodeLayout layout, object owner, byte* start, float[]? axis, bool trusted)
    {
        Layout = layout;
        Axis = axis;
        this.owner = owner;
        this.start = start;
        checkedGroups = trusted ? null : new ulong[(layout.Groups + 63) / 64];
    }

    public CodeLayout Layout { get; }

    /// <summary>The direction whose part of each row is in <see cref="Scores"/> and not in the 1-bit codes; null where there is none.</summary>
    public float[]? Axis { get; }

    public float* ScoreScale => (float*)(start + Layout.ScoreScale);

    public short* Scores => (short*)(start + Layout.Scores);

    public Span<float> Centre => new(start + Layout.Centre, Layout.Dimension);

    public float* Factors => (float*)(start + Layout.Factors);

    public float* Errors => (float*)(start + Layout.Errors);

    public float* Scales => (float*)(start + Layout.Scales);

    public float* Residuals => (float*)(start + Layout.Residuals);

    public float* Norms => (float*)(start + Layout.Norms);

    public ReadOnlySpan<byte> Head => new(start, (int)Layout.Codes);

    public ReadOnlySpan<byte> All => new(start, (int)Layout.Length);

    /// <summary>The 1-bit codes of all rows.</summary>
    public BitCodes BitCodes => new(start + Layout.Bits, Layout.BitGroups, Factors, Errors, Axis is null ? null : Scores, Axis is null ? 0 : *ScoreScale);

    /// <summary>The 1-bit codes of a group of 64 rows.</summary>
    public byte* Bits(int group) => start + Layout.Bits + ((long)group * Layout.BitGroups * BitBlockKernel.GroupBytes);

    /// <summary>The int8 codes of a row, whose group was checked.</summary>
    public sbyte* Codes(int row) => (sbyte*)(start + Layout.Codes + ((long)row * Layout.CodeBytes));

    /// <summary>Makes sure that the int8 codes of a group are those that were written; to be called before they are read.</summary>
    /// <exception cref="CodesDamagedException">They are not.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Check(int group)
    {
        if (checkedGroups is not null && (Volatile.Read(ref checkedGroups[group >> 6]) & (1UL << (group & 63))) == 0)
        {
            CheckGroup(group);
        }
    }

    public void SetChecksum(int group) => ((ulong*)(start + Layout.Checksums))[group] = ChecksumOf(group);

    ulong ChecksumOf(int group) => XxHash3.HashToUInt64(new ReadOnlySpan<byte>((byte*)Codes(group * BitBlockKernel.BlockRows), BitBlockKernel.BlockRows * Layout.CodeBytes));

    /// <summary>Zeroed memory for codes of this layout.</summary>
    public static VectorCodes Allocate(CodeLayout layout, float[]? axis)
    {
        const int Alignment = 64;
        byte[] memory = GC.AllocateArray<byte>(checked((int)layout.Length + Alignment), pinned: true);
        var address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
        return new(layout, memory, (byte*)((address + Alignment - 1) & -Alignment), axis, trusted: true);
    }

    /// <summary>Makes sure that the memory is there until here.</summary>
    public void KeepAlive() => GC.KeepAlive(owner);

    void CheckGroup(int group)
    {
        if (((ulong*)(start + Layout.Checksums))[group] != ChecksumOf(group))
        {
            throw new CodesDamagedException($"The checksum of the codes of rows {group * BitBlockKernel.BlockRows} and following does not match.");
        }

        Interlocked.Or(ref checkedGroups![group >> 6], 1UL << (group & 63));
    }
}

/// <summary>Codes read from a file are not what was written. They are made again from the rows.</summary>
internal sealed class CodesDamagedException(string message) : Exception(message);
