using System.Numerics.Tensors;

namespace Jammi.Benchmarks.VectorSearch;

/// <summary>
/// A seeded stand-in for CLIP embeddings: unit vectors of 400 topics of unequal size with 40 sub-topics each, a spectrum that falls by a power law in a random basis, a few
/// outlier dimensions, and a common mean (two images have a cosine of about 0.49). Text queries come from another cone (0.70 among themselves, about 0.16 with
/// images, 0.36 with the best one), image queries from the same as the rows. Not a substitute for real embeddings.
/// </summary>
sealed class ClipLikeVectors
{
    public const int Dimension = 512;

    const int Topics = 400;
    const int SubTopics = 40;

    readonly float[] spectrum = new float[Dimension];
    readonly float[] imageMean;
    readonly float[] textMean;
    readonly float[][] topics = new float[Topics][];
    readonly float[][] subTopics = new float[Topics * SubTopics][];
    readonly double[] cumulative = new double[Topics];

    public ClipLikeVectors(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < Dimension; i++)
        {
            spectrum[i] = MathF.Pow(i + 1, -0.35f);
        }

        random.Shuffle(spectrum);
        imageMean = Direction(random, shaped: false);
        textMean = Direction(random, shaped: false);
        for (int i = 0; i < Dimension; i++)
        {
            textMean[i] = (0.27f * imageMean[i]) + (0.96f * textMean[i]);
        }

        Normalize(textMean);
        double total = 0;
        for (int t = 0; t < Topics; t++)
        {
            topics[t] = Direction(random, shaped: true);
            total += 1.0 / (t + 1);
            cumulative[t] = total;
        }

        for (int s = 0; s < subTopics.Length; s++)
        {
            subTopics[s] = Direction(random, shaped: true);
        }
    }

    /// <summary>A row's vector and its topic.</summary>
    public (float[] Vector, int Topic) Image(Random random)
    {
        (int topic, int sub) = Pick(random);
        float[] noise = Direction(random, shaped: true);
        float[] vector = Mix((0.70f, imageMean), (0.42f, topics[topic]), (0.35f, subTopics[sub]), (0.46f, noise));
        foreach (int outlier in (ReadOnlySpan<int>)[77, 210, 401])
        {
            vector[outlier] += outlier == 210 ? -0.12f : 0.12f;
        }

        return (Normalize(vector), topic);
    }

    /// <summary>A text query about a sub-topic.</summary>
    public float[] Text(Random random)
    {
        (int topic, int sub) = Pick(random);
        return Normalize(Mix((0.84f, textMean), (0.26f, topics[topic]), (0.22f, subTopics[sub]), (0.42f, Direction(random, shaped: true))));
    }

    (int Topic, int Sub) Pick(Random random)
    {
        double at = random.NextDouble() * cumulative[^1];
        int topic = Array.BinarySearch(cumulative, at);
        topic = Math.Min(topic < 0 ? ~topic : topic, Topics - 1);
        return (topic, (topic * SubTopics) + random.Next(SubTopics));
    }

    float[] Direction(Random random, bool shaped)
    {
        float[] vector = new float[Dimension];
        for (int i = 0; i < Dimension; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            (double sin, double cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
            vector[i] = (float)(radius * sin);
            vector[i + 1] = (float)(radius * cos);
        }

        if (shaped)
        {
            TensorPrimitives.Multiply(vector, spectrum, vector);
        }

        return Normalize(vector);
    }

    static float[] Mix(params ReadOnlySpan<(float Weight, float[] Vector)> parts)
    {
        float[] sum = new float[Dimension];
        foreach ((float weight, float[] vector) in parts)
        {
            TensorPrimitives.MultiplyAdd(vector, weight, sum, sum);
        }

        return sum;
    }

    static float[] Normalize(float[] vector)
    {
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }
}
