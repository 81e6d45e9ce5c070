using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>
/// A query rotated and as lookup tables for 1-bit codes: for every six dimensions the sum of the elements whose bit is set, for each of the 64 patterns, from the lowest sum up in
/// steps that bring the widest table to 63. What the query has along the codes' axis is taken out first. Memory is pinned and lives as long as the object.
/// </summary>
internal sealed unsafe class BitTables
{
    readonly byte[] tables;

    public BitTables(ReadOnlySpan<float> query, float[]? axis)
    {
        Axis = axis;
        float[] rest = query.ToArray();
        if (axis is not null)
        {
            AxisProduct = DotKernel.Dot(query, axis);
            TensorPrimitives.FusedMultiplyAdd(axis, -AxisProduct, rest, rest);
        }

        Length = MathF.Sqrt(DotKernel.Dot(rest, rest));
        tables = Make(rest, query.Length);
    }

    public float[]? Axis { get; }

    public byte* Start => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(tables));

    /// <summary>What a unit of looked-up sums means: sum of signed elements = <c>Scale * sum + Shift</c>.</summary>
    public float Scale { get; private set; }

    public float Shift { get; private set; }

    /// <summary>Product of the query with the axis; 0 without one.</summary>
    public float AxisProduct { get; }

    /// <summary>Length of what the query has beside the axis: what errors of estimates are in proportion to.</summary>
    public float Length { get; }

    byte[] Make(float[] query, int dimension)
    {
        const int Bits = LookupTableKernel.Bits;
        int count = BitBlockKernel.GroupsOf(dimension) * BitBlockKernel.GroupTables;
        float[] rotated = new float[count * Bits];
        float[] lows = new float[count];
        query.CopyTo(rotated, 0);
        Rotation.Of(dimension).Apply(rotated.AsSpan(0, dimension));
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
        Scale = 2 * step;
        Shift = (float)((2 * lowest) - total);
        return made;
    }
}
