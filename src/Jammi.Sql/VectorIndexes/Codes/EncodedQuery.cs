using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>
/// A query vector of length 1 made ready for the kernels: as it is, in 16 bits for int8 codes, and rotated as lookup tables for 1-bit codes (these when they are
/// first asked for). Memory is pinned and lives as long as the object.
/// </summary>
internal sealed unsafe class EncodedQuery
{
    /// <summary>Raised by this, far above the rounding errors of computing it, the length of what 16 bits leave out is never too small.</summary>
    const float ErrorMargin = 1.0001f;

    readonly float[] values;
    readonly short[] shorts;
    byte[]? tables;

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

    public byte* Tables
    {
        get
        {
            tables ??= MakeTables();
            return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(tables));
        }
    }

    /// <summary>What a unit of looked-up sums means: sum of signed elements = <c>TableScale * sum + TableShift</c>. Set with <see cref="Tables"/>.</summary>
    public float TableScale { get; private set; }

    public float TableShift { get; private set; }


    public float Product(ReadOnlySpan<float> vector) => DotKernel.Dot(values, vector);

    /// <summary>
    /// For every six dimensions the sum of the rotated query's elements whose bit is set, for each of the 64 patterns, from the lowest sum up in steps that bring the
    /// widest table to 63.
    /// </summary>
    byte[] MakeTables()
    {
        const int Bits = LookupTableKernel.Bits;
        int count = BitBlockKernel.GroupsOf(Dimension) * BitBlockKernel.GroupTables;
        float[] rotated = new float[count * Bits];
        float[] lows = new float[count];
        values.CopyTo(rotated, 0);
        Rotation.Of(Dimension).Apply(rotated.AsSpan(0, Dimension));
        float widest = 0;
        double total = 0;
        double lowest = 0;
        for (int t = 0; t < count; t++)
        {
            float width = 0;
            foreach (float element in rotated.AsSpan(t * Bits, Bits))
            {
                width += MathF.Abs(element);
                total += element;
                lows[t] += Math.Min(element, 0);
            }

            lowest += lows[t];

            widest = Math.Max(widest, width);
        }

        float step = widest / (BitBlockKernel.TableSize - 1);
        float perStep = step > 0 ? 1 / step : 0;
        byte[] made = GC.AllocateUninitializedArray<byte>(count * BitBlockKernel.TableSize, pinned: true);
        fixed (float* elements = rotated)
        fixed (byte* table = made)
        {
            for (int t = 0; t < count; t++)
            {
                LookupTableKernel.Make(elements + (t * Bits), -lows[t], perStep, table + (t * BitBlockKernel.TableSize));
            }
        }

        // Sum of signed elements = 2 * (sum of those whose bit is set) - (sum of all).
        TableScale = 2 * step;
        TableShift = (float)((2 * lowest) - total);
        return made;
    }
}
