using Jammi.Inference.Checkpoints;
using Jammi.Inference.Configuration;

namespace Jammi.Inference.Onnx;

/// <summary>The vision tower (open_clip <c>VisionTransformer</c>) as an ONNX graph: pixels [batch, 3, H, W] to features [batch, embed_dim].</summary>
internal static class VisionTowerBuilder
{
    public const string InputName = "pixels";

    public static byte[] Build(ModelConfig model, SafeTensorsFile weights)
    {
        VisionConfig config = model.Vision;
        int width = config.Transformer.Width;
        int patches = config.Tokens - 1;
        float epsilon = config.Transformer.NormEpsilon;
        using var graph = new OnnxGraph("vision", weights);
        string pixels = graph.Input(InputName, OnnxType.Float, "batch", 3, config.Height, config.Width);

        string patched = graph.Node(
            "Conv",
            [pixels, graph.Weight("visual.conv1.weight", width, 3, config.PatchHeight, config.PatchWidth)],
            new OnnxAttribute("strides", [config.PatchHeight, config.PatchWidth]),
            new OnnxAttribute("kernel_shape", [config.PatchHeight, config.PatchWidth]));
        string tokens = graph.Node("Transpose", [graph.Node("Reshape", [patched, graph.Integers(0, width, patches)])], new OnnxAttribute("perm", [0, 2, 1]));

        string batch = graph.Node("Shape", [pixels], new OnnxAttribute("start", 0L), new OnnxAttribute("end", 1L));
        string classShape = graph.Node("Concat", [batch, graph.Integers(1, width)], new OnnxAttribute("axis", 0L));
        string classToken = graph.Node("Expand", [graph.Weight("visual.class_embedding", width), classShape]);
        string x = graph.Node("Concat", [classToken, tokens], new OnnxAttribute("axis", 1L));
        x = graph.Node("Add", [x, graph.Weight("visual.positional_embedding", config.Tokens, width)]);
        if (!config.NoLnPre)
        {
            x = graph.LayerNorm(x, "visual.ln_pre", width, epsilon);
        }

        string tokensShape = graph.Integers(-1, config.Tokens, width);
        x = graph.Node("Reshape", [x, graph.Integers(-1, width)]);
        x = TransformerBlocks.Add(graph, x, "visual.transformer.", config.Transformer, tokensShape, causal: false);
        x = graph.Node("Reshape", [x, tokensShape]);

        string pooled;
        if (config.AveragePool)
        {
            if (!config.FinalNormAfterPool)
            {
                x = graph.LayerNorm(x, "visual.ln_post", width, epsilon);
            }

            string rest = graph.Node("Slice", [x, graph.Integers(1), graph.Integers(config.Tokens), graph.Integers(1)]);
            pooled = graph.Node("ReduceMean", [rest, graph.Integers(1)], new OnnxAttribute("keepdims", 0L));
            pooled = config.FinalNormAfterPool ? graph.LayerNorm(pooled, "visual.ln_post", width, epsilon) : pooled;
        }
        else
        {
            // A norm works on each token alone, so it is enough to norm the one that is kept.
            string kept = graph.Node("Slice", [x, graph.Integers(0), graph.Integers(1), graph.Integers(1)]);
            pooled = graph.LayerNorm(graph.Node("Reshape", [kept, graph.Integers(-1, width)]), "visual.ln_post", width, epsilon);
        }

        return graph.Finish(graph.Node("MatMul", [pooled, graph.Weight("visual.proj", width, model.EmbeddingDimension)]), model.EmbeddingDimension);
    }
}
