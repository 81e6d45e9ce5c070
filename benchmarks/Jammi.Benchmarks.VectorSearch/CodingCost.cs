using System.Globalization;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Benchmarks.VectorSearch;

/// <summary>What making the search codes takes, int8 and 1 bit, without loading, cells or writing.</summary>
static class CodingCost
{
    const int BlockRows = 65_536;

    public static unsafe void Run(int rows)
    {
        const int Dimension = ClipLikeVectors.Dimension;
        var generator = new ClipLikeVectors(seed: 1);
        var random = new Random(2);
        float[] vectors = GC.AllocateUninitializedArray<float>(BlockRows * Dimension, pinned: true);
        for (int row = 0; row < BlockRows; row++)
        {
            generator.Image(random).Vector.CopyTo(vectors, row * Dimension);
        }

        float[]? axis = VectorAxis.Of([.. Enumerable.Range(0, 500).SelectMany(_ => generator.Text(random))], Dimension);
        int blocks = Math.Max(1, rows / BlockRows);
        fixed (float* first = vectors)
        {
            var block = new VectorRows(first, Dimension);

            // Until the runtime has compiled it for the last time.
            for (int i = 0; i < 4; i++)
            {
                VectorEncoder.Encode(block, BlockRows, static _ => false, axis);
            }

            Measurement[] each = [.. Enumerable.Range(0, blocks).Select(_ => Measurement.Of(() => VectorEncoder.Encode(block, BlockRows, static _ => false, axis)))];
            double million = 1e6 / BlockRows;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"codes of a million rows of {Dimension} numbers, from {blocks} times {BlockRows:N0}: processors {each.Min(m => m.Cpu.TotalSeconds) * million:0.00} s at least, {each.Average(m => m.Cpu.TotalSeconds) * million:0.00} s on average; {Environment.ProcessorCount} of them {each.Min(m => m.Elapsed.TotalSeconds) * million:0.00} s at least"));
        }
    }
}
