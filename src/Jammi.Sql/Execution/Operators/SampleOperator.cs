using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.Execution.Operators;

/// <summary>TABLESAMPLE: each row with a probability, or a fixed number of rows of which every choice is equally likely. A seed makes it repeatable.</summary>
internal sealed class SampleOperator(PhysicalOperator input, double? fraction, long? rows, int? seed) : PhysicalOperator(input.Schema, input)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        Random random = seed is { } s ? new Random(s) : new Random();
        return fraction is { } probability ? Bernoulli(probability, random, context) : Reservoir((int)Math.Min(rows ?? 0, int.MaxValue), random, context);
    }

    IEnumerable<ColumnBatch> Bernoulli(double probability, Random random, ExecutionContext context)
    {
        using BatchReader reader = Children[0].Open(context);
        while (reader.Next() is { } batch)
        {
            var chosen = new int[batch.Count];
            int found = 0;
            for (int row = 0; row < chosen.Length; row++)
            {
                chosen[found] = row;
                found += random.NextDouble() < probability ? 1 : 0;
            }

            yield return TakeKernels.Take(batch, chosen.AsSpan(0, found));
        }
    }

    /// <summary>Algorithm R over batches: row n of the input replaces a random row of the sample with probability size / n.</summary>
    IEnumerable<ColumnBatch> Reservoir(int size, Random random, ExecutionContext context)
    {
        if (size == 0)
        {
            yield break;
        }

        ColumnBatch sample = InputRows.Empty(Schema);
        long seen = 0;
        using BatchReader reader = Children[0].Open(context);
        while (reader.Next() is { } batch)
        {
            // Numbers below sample.Count mean rows kept, the others rows of this batch.
            var places = new List<int>(Enumerable.Range(0, sample.Count));
            for (int row = 0; row < batch.Count; row++, seen++)
            {
                if (places.Count < size)
                {
                    places.Add(sample.Count + row);
                }
                else if (random.NextInt64(seen + 1) is var place && place < size)
                {
                    places[(int)place] = sample.Count + row;
                }
            }

            sample = TakeKernels.Take(TakeKernels.Concat([sample, batch]), [.. places]);
        }

        foreach (ColumnBatch piece in InputRows.InPieces(sample, context))
        {
            yield return piece;
        }
    }
}
