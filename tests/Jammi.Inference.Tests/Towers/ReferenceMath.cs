using Jammi.Inference.Tests.Checkpoints;

namespace Jammi.Inference.Tests.Towers;

/// <summary>
/// The layers of the towers, written as plainly as their formulas, in double precision and independently of the graphs. A value is a list of rows.
/// </summary>
sealed class ReferenceMath(TestTensors tensors)
{
    public double[] Vector(string name) => [.. tensors[name].Select(v => (double)v)];

    /// <summary>A tensor as rows of its last side.</summary>
    public double[][] Rows(string name)
    {
        int width = (int)tensors.Shape(name)[^1];
        return [.. tensors[name].Select(v => (double)v).Chunk(width)];
    }

    /// <summary>x Wᵀ + b.</summary>
    public double[][] Linear(double[][] x, string prefix) => Linear(x, Rows(prefix + ".weight"), Vector(prefix + ".bias"));

    public static double[][] Linear(double[][] x, double[][] weight, double[] bias) =>
        [.. x.Select(row => weight.Select((w, i) => Dot(row, w) + bias[i]).ToArray())];

    public double[][] LayerNorm(double[][] x, string prefix, double epsilon)
    {
        double[] scale = Vector(prefix + ".weight");
        double[] shift = Vector(prefix + ".bias");
        return
        [
            .. x.Select(row =>
            {
                double mean = row.Average();
                double deviation = Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + epsilon);
                return row.Select((v, i) => ((v - mean) / deviation * scale[i]) + shift[i]).ToArray();
            }),
        ];
    }

    /// <summary>softmax(q kᵀ / √d) v, head by head.</summary>
    /// <param name="seen">Whether a key is seen; null where all are.</param>
    public static double[][] Attention(double[][] q, double[][] k, double[][] v, int heads, bool[]? seen = null)
    {
        int width = q[0].Length;
        int size = width / heads;
        double[][] result = [.. q.Select(_ => new double[width])];
        for (int head = 0; head < heads; head++)
        {
            for (int row = 0; row < q.Length; row++)
            {
                double[] scores = [.. k.Select((key, i) => seen is null || seen[i] ? Enumerable.Range(head * size, size).Sum(c => q[row][c] * key[c]) / Math.Sqrt(size) : double.NegativeInfinity)];
                double highest = scores.Max();
                double[] weights = [.. scores.Select(s => Math.Exp(s - highest))];
                double sum = weights.Sum();
                for (int column = head * size; column < (head + 1) * size; column++)
                {
                    result[row][column] = v.Select((value, i) => weights[i] / sum * value[column]).Sum();
                }
            }
        }

        return result;
    }

    public static double[][] Add(double[][] x, double[][] y) => [.. x.Select((row, i) => row.Select((v, j) => v + y[i][j]).ToArray())];

    public static double[][] Apply(double[][] x, Func<double, double> function) => [.. x.Select(row => row.Select(function).ToArray())];

    public static double GeluTanh(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    public static double Gelu(double x) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    public static float[] Normalize(double[] x)
    {
        double norm = Math.Sqrt(x.Sum(v => v * v));
        return [.. x.Select(v => (float)(v / norm))];
    }

    static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    /// <summary>The error function by its Maclaurin series, which converges everywhere; exact enough for the arguments of small networks.</summary>
    static double Erf(double x)
    {
        if (Math.Abs(x) > 5)
        {
            return Math.Sign(x);
        }

        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
