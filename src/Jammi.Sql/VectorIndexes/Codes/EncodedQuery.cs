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
        double error = 0;
        for (int i = 0; i < Dimension && Scale > 0; i++)
        {
            shorts[i] = (short)MathF.Round(query[i] / Scale);
            double left = query[i] - ((double)Scale * shorts[i]);
            error += left * left;
        }

        Error = (float)Math.Sqrt(error) * ErrorMargin;
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
        const int Bits = 6;
        int count = BitBlockKernel.GroupsOf(Dimension) * BitBlockKernel.GroupTables;
        float[] rotated = new float[count * Bits];
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
                lowest += Math.Min(element, 0);
            }

            widest = Math.Max(widest, width);
        }

        float step = widest / (BitBlockKernel.TableSize - 1);
        float perStep = step > 0 ? 1 / step : 0;
        byte[] made = GC.AllocateUninitializedArray<byte>(count * BitBlockKernel.TableSize, pinned: true);
        Span<float> sums = stackalloc float[BitBlockKernel.TableSize];
        for (int t = 0; t < count; t++)
        {
            ReadOnlySpan<float> elements = rotated.AsSpan(t * Bits, Bits);
            sums[0] = 0;
            foreach (float element in elements)
            {
                sums[0] -= Math.Min(element, 0);
            }

            for (int bit = 0; bit < Bits; bit++)
            {
                int half = 1 << bit;
                TensorPrimitives.Add(sums[..half], elements[bit], sums.Slice(half, half));
            }

            Span<byte> table = made.AsSpan(t * BitBlockKernel.TableSize, BitBlockKernel.TableSize);
            for (int i = 0; i < table.Length; i++)
            {
                table[i] = (byte)Math.Clamp((int)((sums[i] * perStep) + 0.5f), 0, BitBlockKernel.TableSize - 1);
            }
        }

        // Sum of signed elements = 2 * (sum of those whose bit is set) - (sum of all).
        TableScale = 2 * step;
        TableShift = (float)((2 * lowest) - total);
        return made;
    }
}
