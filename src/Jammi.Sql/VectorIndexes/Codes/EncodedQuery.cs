using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>
/// A query vector of length 1 made ready for the kernels: as it is, in 16 bits for int8 codes, and rotated as lookup tables for 1-bit codes (these when they are
/// first asked for; not by several threads). Memory is pinned and lives as long as the object.
/// </summary>
internal sealed unsafe class EncodedQuery
{
    /// <summary>Raised by this, far above the rounding errors of computing it, the length of what 16 bits leave out is never too small.</summary>
    const float ErrorMargin = 1.0001f;

    readonly float[] values;
    readonly short[] shorts;
    readonly List<BitTables> tables = [];

    public EncodedQuery(ReadOnlySpan<float> query)
    {
        Dimension = query.Length;
        values = GC.AllocateUninitializedArray<float>(Dimension, pinned: true);
        query.CopyTo(values);
        shorts = GC.AllocateArray<short>(Int8DotKernel.PaddedLength(Dimension), pinned: true);
        float largest = MathF.Abs(TensorPrimitives.MaxMagnitude(query));
        Scale = largest / Int8DotKernel.QueryLimit(Dimension);
        float[] rest = query.ToArray();
        if (Scale > 0)
        {
            TensorPrimitives.Divide(query, Scale, rest);
            TensorPrimitives.Round(rest, rest);
            TensorPrimitives.ConvertTruncating<float, short>(rest, shorts.AsSpan(0, Dimension));
            TensorPrimitives.FusedMultiplyAdd(rest, -Scale, query, rest);
        }

        Error = MathF.Sqrt(DotKernel.Dot(rest, rest)) * ErrorMargin;
    }

    public int Dimension { get; }

    public float* Values => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(values));

    /// <summary>The query divided by <see cref="Scale"/> and rounded, padded with zeros.</summary>
    public short* Shorts => (short*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(shorts));

    public float Scale { get; }

    /// <summary>Length of what <see cref="Shorts"/> leave out.</summary>
    public float Error { get; }

    /// <summary>The tables for codes that were made with an axis, or without.</summary>
    public BitTables Tables(float[]? axis)
    {
        foreach (BitTables known in tables)
        {
            if (ReferenceEquals(known.Axis, axis))
            {
                return known;
            }
        }

        var made = new BitTables(new ReadOnlySpan<float>(values), axis);
        tables.Add(made);
        return made;
    }

    public float Product(ReadOnlySpan<float> vector) => DotKernel.Dot(values, vector);
}
