using System.Runtime.Intrinsics;

namespace Jammi.Sql.VectorIndexes.Kernels;

/// <summary>Makes the tables that <see cref="BitBlockKernel"/> looks up: of six numbers, the sum of those whose bit is set, for each of the 64 patterns of bits.</summary>
internal static unsafe class LookupTableKernel
{
    public const int Bits = 6;

    const int Lanes = 4;
    const int Registers = BitBlockKernel.TableSize / Lanes;

    /// <summary>table[pattern] = (lowest + sum of the elements in the pattern) * perStep, rounded.</summary>
    /// <param name="lowest">What is added so that no sum is below zero.</param>
    /// <param name="perStep">Brings the largest sum to at most 63.</param>
    public static void Make(float* elements, float lowest, float perStep, byte* table)
    {
        Vector128<float>* sums = stackalloc Vector128<float>[Registers];
        sums[0] = Vector128.Create(lowest, lowest + elements[0], lowest + elements[1], lowest + elements[0] + elements[1]);
        for (int bit = 2, half = 1; bit < Bits; bit++, half *= 2)
        {
            Vector128<float> element = Vector128.Create(elements[bit]);
            for (int i = 0; i < half; i++)
            {
                sums[half + i] = sums[i] + element;
            }
        }

        for (int i = 0; i < Registers; i += 4)
        {
            Vector128<short> low = Vector128.Narrow(Steps(sums[i], perStep), Steps(sums[i + 1], perStep));
            Vector128<short> high = Vector128.Narrow(Steps(sums[i + 2], perStep), Steps(sums[i + 3], perStep));
            Vector128.Narrow(low, high).AsByte().Store(table + (i * Lanes));
        }
    }

    static Vector128<int> Steps(Vector128<float> sums, float perStep)
    {
        Vector128<int> steps = Vector128.ConvertToInt32((sums * perStep) + Vector128.Create(0.5f));
        return Vector128.Max(Vector128<int>.Zero, Vector128.Min(steps, Vector128.Create(BitBlockKernel.TableSize - 1)));
    }
}
