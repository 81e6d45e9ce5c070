using System.Numerics.Tensors;

namespace Jammi.Sql.Tests.VectorIndexes;

/// <summary>Vectors like those of images: topics around a common mean, some dimensions larger than others.</summary>
static class TestVectors
{
    public static float[][] Unit(int count, int dimension, int seed)
    {
        var random = new Random(seed);
        float[] mean = Gaussian(random, dimension, 1);
        float[][] topics = [.. Enumerable.Range(0, 20).Select(_ => Gaussian(random, dimension, 0.7f))];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] vector = Gaussian(random, dimension, 0.5f);
            float[] topic = topics[random.Next(topics.Length)];
            for (int i = 0; i < dimension; i++)
            {
                vector[i] = (vector[i] + topic[i] + mean[i]) * (i % 97 == 0 ? 3 : 1);
            }

            return Normalize(vector);
        })];
    }

    public static float[] Normalize(float[] vector)
    {
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    public static float[] Gaussian(Random random, int dimension, float scale)
    {
        float[] values = new float[dimension];
        for (int i = 0; i < dimension; i++)
        {
            values[i] = scale * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }
}
