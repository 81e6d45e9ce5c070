using System.Numerics.Tensors;

namespace Jammi.Benchmarks.VectorSearch;

/// <summary>The rows and queries of a run, with what an exact search finds.</summary>
sealed class Workload
{
    public const int K = 10;

    public static readonly double[] Selectivities = [0.5, 0.1, 0.01, 0.001];

    Workload(float[][] vectors, double[] prices, float[][] texts, float[][] images, float[] captions)
    {
        Captions = captions;
        Vectors = vectors;
        Prices = prices;
        Texts = texts;
        Images = images;
    }

    public int RowCount => Vectors.Length;

    public float[][] Vectors { get; }

    /// <summary>Uniform in [0, 1), independent of the vectors: a filter on it passes that share of the rows.</summary>
    public double[] Prices { get; }

    public float[][] Texts { get; }

    public float[][] Images { get; }

    /// <summary>Texts that are not queries, one after another, for what texts have in common.</summary>
    public float[] Captions { get; }

    public static Workload Create(int rows, int queries)
    {
        var generator = new ClipLikeVectors(seed: 1);
        var random = new Random(2);
        float[][] vectors = new float[rows][];
        double[] prices = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            vectors[i] = generator.Image(random).Vector;
            prices[i] = random.NextDouble();
        }

        var queryRandom = new Random(3);
        var captionRandom = new Random(4);
        return new(
            vectors,
            prices,
            [.. Enumerable.Range(0, queries).Select(_ => generator.Text(queryRandom))],
            [.. Enumerable.Range(0, queries).Select(_ => generator.Image(queryRandom).Vector)],
            [.. Enumerable.Range(0, 500).SelectMany(_ => generator.Text(captionRandom))]);
    }

    /// <summary>What to ask an engine: every way of searching that it has, without a filter and with each.</summary>
    public IEnumerable<SearchCase> Cases(ISearchEngine engine)
    {
        foreach (string mode in engine.Modes)
        {
            yield return new(mode, "text", mode, null, Texts, Truth(Texts, 1));
            yield return new(mode, "image", mode, null, Images, Truth(Images, 1));
            foreach (double selectivity in Selectivities)
            {
                yield return new(FormattableString.Invariant($"{mode}, {selectivity * 100:0.#} % pass"), "text", mode, selectivity, Texts, Truth(Texts, selectivity));
            }
        }
    }

    readonly Dictionary<(float[][], double), long[][]> truths = [];

    long[][] Truth(float[][] queries, double selectivity)
    {
        if (!truths.TryGetValue((queries, selectivity), out long[][]? truth))
        {
            truth = new long[queries.Length][];
            Parallel.For(0, queries.Length, q => truth[q] = Best(queries[q], selectivity));
            truths.Add((queries, selectivity), truth);
        }

        return truth;
    }

    long[] Best(float[] query, double selectivity)
    {
        var best = new PriorityQueue<long, float>();
        for (int i = 0; i < Vectors.Length; i++)
        {
            if (Prices[i] < selectivity)
            {
                float score = TensorPrimitives.Dot<float>(query, Vectors[i]);
                if (best.Count < K)
                {
                    best.Enqueue(i, score);
                }
                else
                {
                    best.EnqueueDequeue(i, score);
                }
            }
        }

        return [.. best.UnorderedItems.Select(b => b.Element)];
    }
}

/// <summary>Queries to ask in one way.</summary>
/// <param name="Mode">One of the engine's <see cref="ISearchEngine.Modes"/>.</param>
/// <param name="Selectivity">Rows with a price below pass; null for all.</param>
/// <param name="Truth">The ids that an exact search finds, in no order.</param>
sealed record SearchCase(string Name, string Kind, string Mode, double? Selectivity, float[][] Queries, long[][] Truth);
