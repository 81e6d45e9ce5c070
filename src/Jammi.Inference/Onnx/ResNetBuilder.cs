using Jammi.Inference.Towers;

namespace Jammi.Inference.Onnx;

/// <summary>The <c>ModifiedResNet</c> of the original CLIP as a graph: pixels [batch, 3, height, width] to features [batch, dimensions].</summary>
internal static class ResNetBuilder
{
    const int Expansion = 4;
    const float BatchNormEpsilon = 1e-5f;

    /// <summary>Pixels that become one position of the last feature map.</summary>
    public const int Stride = 32;

    public static string Build(OnnxGraph graph, ResNetTower tower, string pixels)
    {
        string prefix = tower.Prefix;
        int half = tower.StemWidth / 2;
        string x = ConvNormRelu(graph, pixels, prefix + "conv1", prefix + "bn1", 3, half, 3, stride: 2);
        x = ConvNormRelu(graph, x, prefix + "conv2", prefix + "bn2", half, half, 3);
        x = ConvNormRelu(graph, x, prefix + "conv3", prefix + "bn3", half, tower.StemWidth, 3);
        x = AveragePool(graph, x, 2);
        int channels = tower.StemWidth;
        for (int stage = 0; stage < tower.Layers.Count; stage++)
        {
            int planes = tower.StemWidth << stage;
            for (int block = 0; block < tower.Layers[stage]; block++)
            {
                x = Bottleneck(graph, x, $"{prefix}layer{stage + 1}.{block}.", channels, planes, stage > 0 && block == 0 ? 2 : 1);
                channels = planes * Expansion;
            }
        }

        return AttentionPool(graph, tower, x, channels);
    }

    static string Bottleneck(OnnxGraph graph, string x, string prefix, int channels, int planes, int stride)
    {
        string y = ConvNormRelu(graph, x, prefix + "conv1", prefix + "bn1", channels, planes, 1);
        y = ConvNormRelu(graph, y, prefix + "conv2", prefix + "bn2", planes, planes, 3);
        y = stride > 1 ? AveragePool(graph, y, stride) : y;
        y = ConvNorm(graph, y, prefix + "conv3", prefix + "bn3", planes, planes * Expansion, 1, 1);
        string identity = x;
        if (stride > 1 || channels != planes * Expansion)
        {
            identity = stride > 1 ? AveragePool(graph, x, stride) : x;
            identity = ConvNorm(graph, identity, prefix + "downsample.0", prefix + "downsample.1", channels, planes * Expansion, 1, 1);
        }

        return graph.Node("Relu", [graph.Node("Add", [y, identity])]);
    }

    /// <summary>The mean of all positions attends to itself and all positions.</summary>
    static string AttentionPool(OnnxGraph graph, ResNetTower tower, string x, int width)
    {
        int gridHeight = tower.Height / Stride;
        int gridWidth = tower.Width / Stride;
        int positions = gridHeight * gridWidth;
        string prefix = tower.Prefix + "attnpool.";
        string tokens = graph.Node("Transpose", [graph.Node("Reshape", [x, graph.Integers(0, width, positions)])], new OnnxAttribute("perm", [0, 2, 1]));
        string mean = graph.Node("ReduceMean", [tokens, graph.Integers(1)], new OnnxAttribute("keepdims", 1L));
        string hint = $"for the grid of {gridHeight}x{gridWidth} that an image of {tower.Height}x{tower.Width} has; position embeddings of another grid are not resized";
        string all = graph.Node("Add", [graph.Node("Concat", [mean, tokens], new OnnxAttribute("axis", 1L)), graph.Weight(prefix + "positional_embedding", hint, positions + 1, width)]);
        string first = graph.Node("Slice", [all, graph.Integers(0), graph.Integers(1), graph.Integers(1)]);
        string Project(string rows, string layer, long count) =>
            graph.Node("Reshape", [graph.Linear(graph.Node("Reshape", [rows, graph.Integers(-1, width)]), LinearNames.Of(prefix + layer), width, width), graph.Integers(-1, count, width)]);
        string attended = graph.Contrib(
            "MultiHeadAttention",
            [Project(first, "q_proj", 1), Project(all, "k_proj", positions + 1), Project(all, "v_proj", positions + 1)],
            new OnnxAttribute("num_heads", (long)tower.Heads));
        return graph.Linear(graph.Node("Reshape", [attended, graph.Integers(-1, width)]), LinearNames.Of(prefix + "c_proj"), tower.Dimensions, width);
    }

    static string ConvNormRelu(OnnxGraph graph, string x, string convolution, string norm, int inputs, int outputs, int kernel, int stride = 1) =>
        graph.Node("Relu", [ConvNorm(graph, x, convolution, norm, inputs, outputs, kernel, stride)]);

    static string ConvNorm(OnnxGraph graph, string x, string convolution, string norm, int inputs, int outputs, int kernel, int stride)
    {
        long padding = kernel / 2;
        string convolved = graph.Node(
            "Conv",
            [x, graph.Weight(convolution + ".weight", outputs, inputs, kernel, kernel)],
            new OnnxAttribute("strides", [stride, stride]),
            new OnnxAttribute("pads", [padding, padding, padding, padding]),
            new OnnxAttribute("kernel_shape", [kernel, kernel]));
        return graph.Node(
            "BatchNormalization",
            [convolved, graph.Weight(norm + ".weight", outputs), graph.Weight(norm + ".bias", outputs), graph.Weight(norm + ".running_mean", outputs), graph.Weight(norm + ".running_var", outputs)],
            new OnnxAttribute("epsilon", BatchNormEpsilon));
    }

    static string AveragePool(OnnxGraph graph, string x, int size) =>
        graph.Node("AveragePool", [x], new OnnxAttribute("kernel_shape", [size, size]), new OnnxAttribute("strides", [size, size]));
}
