using Jammi.Inference.Layouts;
using Jammi.Inference.Tests.Checkpoints;

namespace Jammi.Inference.Tests.Towers;

/// <summary>A tiny random ModifiedResNet checkpoint against a forward pass written down formula by formula.</summary>
public sealed class ResNetTowerTests
{
    const int Stem = 4;
    const int Size = 64;
    const int Dimensions = 16;
    const int HeadWidth = 32;
    const double Epsilon = 1e-5;

    static readonly int[] Stages = [2, 1, 1, 1];

    [Fact]
    public void Features_equal_the_formulas()
    {
        using var folder = new TemporaryFolder();
        string golden = Path.Combine(TestData.Root, "golden", "models", "tiny-quickgelu-noheads");
        TestTensors text = TestTensors.Read(Path.Combine(golden, OpenClipLayout.WeightsFileName));
        TestTensors tensors = MakeTensors(new Random(5));
        foreach (string name in text.Names.Where(n => !n.StartsWith("visual.", StringComparison.Ordinal) && n != "text_projection"))
        {
            tensors.Add(name, text.Shape(name), text[name]);
        }

        tensors.AddRandom(new Random(6), "text_projection", 0.1, 0, 64, Dimensions);
        folder.Write(OpenClipLayout.WeightsFileName, tensors.ToSafeTensors());
        folder.Write(OpenClipConfig.FileName, $$"""
            { "model_cfg": { "embed_dim": {{Dimensions}}, "quick_gelu": true,
                "vision_cfg": { "image_size": {{Size}}, "layers": [{{string.Join(", ", Stages)}}], "width": {{Stem}}, "head_width": {{HeadWidth}}, "patch_size": null },
                "text_cfg": { "context_length": 77, "vocab_size": 576, "width": 64, "layers": 1, "mlp_ratio": 2.0 } } }
            """);
        using EmbeddingModel model = EmbeddingModel.Open("rn", folder.Path);
        float[] pixels = SiglipTowerTests.RandomPixels(new Random(3), 1, Size);
        float[] embedding = new float[Dimensions];
        model.EmbedPixels(pixels, 1, embedding);
        GoldenModelTests.AssertClose(Embed(tensors, pixels), embedding, 5e-6f);
    }

    static float[] Embed(TestTensors tensors, float[] pixels)
    {
        var net = new Network(tensors);
        Map x = new(3, Size, [.. pixels.Select(p => (double)p)]);
        x = net.ConvNorm(x, "visual.conv1", "visual.bn1", 2).Relu();
        x = net.ConvNorm(x, "visual.conv2", "visual.bn2", 1).Relu();
        x = net.ConvNorm(x, "visual.conv3", "visual.bn3", 1).Relu().AveragePool(2);
        for (int stage = 0; stage < Stages.Length; stage++)
        {
            for (int block = 0; block < Stages[stage]; block++)
            {
                string prefix = $"visual.layer{stage + 1}.{block}.";
                int stride = stage > 0 && block == 0 ? 2 : 1;
                Map y = net.ConvNorm(x, prefix + "conv1", prefix + "bn1", 1).Relu();
                y = net.ConvNorm(y, prefix + "conv2", prefix + "bn2", 1).Relu().AveragePool(stride);
                y = net.ConvNorm(y, prefix + "conv3", prefix + "bn3", 1);
                Map identity = block == 0 ? net.ConvNorm(x.AveragePool(stride), prefix + "downsample.0", prefix + "downsample.1", 1) : x;
                x = y.Add(identity).Relu();
            }
        }

        double[][] tokens = [.. Enumerable.Range(0, x.Size * x.Size).Select(i => Enumerable.Range(0, x.Channels).Select(c => x.Values[(c * x.Size * x.Size) + i]).ToArray())];
        double[] mean = [.. Enumerable.Range(0, x.Channels).Select(c => tokens.Average(t => t[c]))];
        var math = new ReferenceMath(tensors);
        double[][] all = ReferenceMath.Add([mean, .. tokens], math.Rows("visual.attnpool.positional_embedding"));
        double[][] attended = ReferenceMath.Attention(
            math.Linear([all[0]], "visual.attnpool.q_proj"), math.Linear(all, "visual.attnpool.k_proj"), math.Linear(all, "visual.attnpool.v_proj"), Stem * 32 / HeadWidth);
        return ReferenceMath.Normalize(math.Linear(attended, "visual.attnpool.c_proj")[0]);
    }

    static TestTensors MakeTensors(Random random)
    {
        var tensors = new TestTensors();
        void Conv(string name, string norm, int outputs, int inputs, int kernel)
        {
            tensors.AddRandom(random, name + ".weight", 1.5 / Math.Sqrt(inputs * kernel * kernel), 0, outputs, inputs, kernel, kernel);
            tensors.AddNorm(random, norm, outputs);
            tensors.AddRandom(random, norm + ".running_mean", 0.2, 0, outputs);
            tensors.AddRandom(random, norm + ".running_var", 0.2, 1, outputs);
            tensors.Add(norm + ".num_batches_tracked", [], [100]);
            tensors.Retype(norm + ".num_batches_tracked", "I64");
        }

        Conv("visual.conv1", "visual.bn1", Stem / 2, 3, 3);
        Conv("visual.conv2", "visual.bn2", Stem / 2, Stem / 2, 3);
        Conv("visual.conv3", "visual.bn3", Stem, Stem / 2, 3);
        int channels = Stem;
        for (int stage = 0; stage < Stages.Length; stage++)
        {
            int planes = Stem << stage;
            for (int block = 0; block < Stages[stage]; block++)
            {
                string prefix = $"visual.layer{stage + 1}.{block}.";
                Conv(prefix + "conv1", prefix + "bn1", planes, channels, 1);
                Conv(prefix + "conv2", prefix + "bn2", planes, planes, 3);
                Conv(prefix + "conv3", prefix + "bn3", planes * 4, planes, 1);
                if (block == 0)
                {
                    Conv(prefix + "downsample.0", prefix + "downsample.1", planes * 4, channels, 1);
                }

                channels = planes * 4;
            }
        }

        tensors.AddRandom(random, "visual.attnpool.positional_embedding", 0.2, 0, (Size / 32 * (Size / 32)) + 1, channels);
        foreach (string name in new[] { "q_proj", "k_proj", "v_proj" })
        {
            tensors.AddLinear(random, "visual.attnpool." + name, channels, channels);
        }

        tensors.AddLinear(random, "visual.attnpool.c_proj", Dimensions, channels);
        return tensors;
    }

    sealed class Network(TestTensors tensors)
    {
        public Map ConvNorm(Map x, string convolution, string norm, int stride)
        {
            long[] shape = tensors.Shape(convolution + ".weight");
            float[] kernel = tensors[convolution + ".weight"];
            int outputs = (int)shape[0];
            int side = (int)shape[2];
            int size = ((x.Size + (side / 2 * 2) - side) / stride) + 1;
            var result = new double[outputs * size * size];
            for (int o = 0; o < outputs; o++)
            {
                double scale = tensors[norm + ".weight"][o] / Math.Sqrt(tensors[norm + ".running_var"][o] + Epsilon);
                for (int i = 0; i < size * size; i++)
                {
                    double sum = 0;
                    for (int c = 0; c < x.Channels; c++)
                    {
                        for (int k = 0; k < side * side; k++)
                        {
                            sum += x.At(c, (i / size * stride) + (k / side) - (side / 2), (i % size * stride) + (k % side) - (side / 2)) * kernel[(((o * x.Channels) + c) * side * side) + k];
                        }
                    }

                    result[(o * size * size) + i] = ((sum - tensors[norm + ".running_mean"][o]) * scale) + tensors[norm + ".bias"][o];
                }
            }

            return new(outputs, size, result);
        }
    }

    /// <summary>Square feature maps, zero outside.</summary>
    sealed record Map(int Channels, int Size, double[] Values)
    {
        public double At(int channel, int y, int x) => y < 0 || x < 0 || y >= Size || x >= Size ? 0 : Values[(((channel * Size) + y) * Size) + x];

        public Map Relu() => this with { Values = [.. Values.Select(v => Math.Max(v, 0))] };

        public Map Add(Map other) => this with { Values = [.. Values.Zip(other.Values, (a, b) => a + b)] };

        public Map AveragePool(int stride)
        {
            int size = Size / stride;
            var result = new double[Channels * size * size];
            for (int i = 0; i < result.Length; i++)
            {
                int channel = i / (size * size);
                int y = i / size % size * stride;
                int x = i % size * stride;
                result[i] = Enumerable.Range(0, stride * stride).Average(k => At(channel, y + (k / stride), x + (k % stride)));
            }

            return new(Channels, size, result);
        }
    }
}
