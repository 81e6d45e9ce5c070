using System.Diagnostics;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Onnx;

/// <summary>A vision transformer as a graph: pixels [batch, 3, height, width] to features [batch, dimensions].</summary>
internal static class VitBuilder
{
    /// <summary>Epsilon of norms that the configuration's <c>norm_kwargs</c> do not reach.</summary>
    const float DefaultEpsilon = 1e-5f;

    public static string Build(OnnxGraph graph, VitTower tower, string pixels)
    {
        TransformerShape shape = tower.Transformer;
        string x = Embed(graph, tower, pixels);
        if (tower.PreNorm is not null)
        {
            x = graph.LayerNorm(x, tower.PreNorm, shape.Width, shape.NormEpsilon);
        }

        x = graph.Node("Reshape", [x, graph.Integers(-1, shape.Width)]);
        string tokensShape = graph.Integers(-1, tower.Tokens, shape.Width);
        if (tower is { Pooler: null, Pooling: VisionPooling.ClassToken })
        {
            x = TransformerBlocks.AddKept(graph, x, tower.Blocks, shape, tokensShape, AttentionMask.None, KeptToken.First(graph, tokensShape, AttentionMask.None));
            return graph.Project(PostNorm(graph, tower, x, shape.Width), tower.Projection, shape.Width, tower.Dimensions);
        }

        x = TransformerBlocks.Add(graph, x, tower.Blocks, shape, tokensShape, AttentionMask.None);
        int width = shape.Width;
        int tokens = tower.Tokens;
        if (tower.Pooler is { } pooler)
        {
            x = Pool(graph, pooler, x, tower);
            width = tower.Dimensions;
            tokens = pooler.Queries;
        }

        string pooled = tower.Pooling switch
        {
            VisionPooling.ClassToken => PostNorm(graph, tower, KeptToken.First(graph, graph.Integers(-1, tokens, width), AttentionMask.None).Of(x), width),
            VisionPooling.Average => PoolAverage(graph, tower, x, tokens, width),
            VisionPooling.AttentionHead => PoolHead(graph, tower, tower.Head!, x),
            _ => throw new UnreachableException(),
        };
        return graph.Project(pooled, tower.Projection, width, tower.Dimensions);
    }

    /// <summary>Patches, class token and positions, [batch, tokens, width].</summary>
    static string Embed(OnnxGraph graph, VitTower tower, string pixels)
    {
        int width = tower.Transformer.Width;
        string kernel = graph.Weight(tower.PatchWeight, width, 3, tower.PatchHeight, tower.PatchWidth);
        string[] operands = tower.PatchBias is null ? [pixels, kernel] : [pixels, kernel, graph.Weight(tower.PatchBias, width)];
        string patched = graph.Node("Conv", operands, new OnnxAttribute("strides", [tower.PatchHeight, tower.PatchWidth]), new OnnxAttribute("kernel_shape", [tower.PatchHeight, tower.PatchWidth]));
        string x = graph.Node("Transpose", [graph.Node("Reshape", [patched, graph.Integers(0, width, tower.Patches)])], new OnnxAttribute("perm", [0, 2, 1]));
        if (tower.ClassToken is not null)
        {
            x = graph.Node("Concat", [graph.Repeat(graph.Weight(tower.ClassToken, width), pixels, 1, width), x], new OnnxAttribute("axis", 1L));
        }

        string hint = $"for the grid of {tower.GridHeight}x{tower.GridWidth} patches that an image of {tower.Height}x{tower.Width} has; position embeddings of another grid are not resized";
        return graph.Node("Add", [x, graph.Weight(tower.Positions, hint, tower.Tokens, width)]);
    }

    /// <summary>Learned queries attend to all tokens: rows of [batch · queries, dimensions].</summary>
    static string Pool(OnnxGraph graph, AttentionalPooler pooler, string x, VitTower tower)
    {
        int width = tower.Transformer.Width;
        string keys = graph.LayerNorm(x, pooler.KeyNorm, width, DefaultEpsilon);
        string queries = graph.LayerNorm(graph.Weight(pooler.Query, pooler.Queries, tower.Dimensions), pooler.QueryNorm, tower.Dimensions, DefaultEpsilon);
        string tokens = graph.Node("Reshape", [keys, graph.Integers(-1, tower.Tokens, width)]);
        string repeated = graph.Node("Reshape", [graph.Repeat(queries, tokens, pooler.Queries, tower.Dimensions), graph.Integers(-1, tower.Dimensions)]);
        return AttentionNodes.Cross(graph, repeated, keys, pooler.Attention, tower.Dimensions, width, pooler.Heads, pooler.Queries, tower.Tokens);
    }

    /// <summary>A norm works on each token alone, so it is enough to norm the one that is kept, whether before or after pooling.</summary>
    static string PostNorm(OnnxGraph graph, VitTower tower, string kept, int width) => graph.LayerNorm(kept, tower.PostNorm, width, tower.Transformer.NormEpsilon);

    /// <summary>The first token, the class token or a pooler's first query, does not count.</summary>
    static string PoolAverage(OnnxGraph graph, VitTower tower, string x, int tokens, int width)
    {
        float epsilon = tower.Transformer.NormEpsilon;
        if (!tower.NormAfterPool)
        {
            x = graph.LayerNorm(x, tower.PostNorm, width, epsilon);
        }

        string all = graph.Node("Reshape", [x, graph.Integers(-1, tokens, width)]);
        string rest = graph.Node("Slice", [all, graph.Integers(1), graph.Integers(tokens), graph.Integers(1)]);
        string mean = graph.Node("ReduceMean", [rest, graph.Integers(1)], new OnnxAttribute("keepdims", 0L));
        return tower.NormAfterPool ? graph.LayerNorm(mean, tower.PostNorm, width, epsilon) : mean;
    }

    /// <summary>The probe attends to the normed tokens; then a residual MLP.</summary>
    static string PoolHead(OnnxGraph graph, VitTower tower, AttentionHead head, string x)
    {
        TransformerShape shape = tower.Transformer;
        string keys = graph.LayerNorm(x, tower.PostNorm, shape.Width, shape.NormEpsilon);
        string tokens = graph.Node("Reshape", [keys, graph.Integers(-1, tower.Tokens, shape.Width)]);
        string probe = graph.Node("Reshape", [graph.Repeat(graph.Weight(head.Probe, 1, 1, shape.Width), tokens, 1, shape.Width), graph.Integers(-1, shape.Width)]);
        string pooled = AttentionNodes.Cross(graph, probe, keys, head.Attention, shape.Width, shape.Width, shape.Heads, 1, tower.Tokens);
        string mixed = TransformerBlocks.Mlp(graph, graph.LayerNorm(pooled, head.Norm, shape.Width, shape.NormEpsilon), head.Up, head.Down, shape);
        return graph.Node("Add", [pooled, mixed]);
    }
}
