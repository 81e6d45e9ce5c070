using Jammi.Inference.Towers;

namespace Jammi.Inference.Onnx;

/// <summary>
/// CLIP's text transformer as a graph: token ids [batch, tokens] to features [batch, dimensions]. The number of tokens may be anything up to the context
/// length.
/// </summary>
internal static class ClipTextBuilder
{
    /// <summary>Added to the scores of what may not be seen: its exponential is 0.</summary>
    const float Unseen = -1e30f;

    public static string Build(OnnxGraph graph, ClipTextTower tower, string ids)
    {
        int width = tower.Transformer.Width;
        string x = graph.Node("Gather", [graph.Weight(tower.TokenEmbedding, tower.Vocabulary, width), ids], new OnnxAttribute("axis", 0L));
        string idCount = graph.Side(ids, 1);
        var mask = new AttentionMask(tower.Causal);
        string tokenCount = idCount;
        int rows = tower.ContextLength;
        if (tower.ClassEmbedding is { } last)
        {
            x = graph.Node("Concat", [x, graph.Repeat(graph.Weight(last.Tensor, width), ids, 1, width)], new OnnxAttribute("axis", 1L));
            tokenCount = graph.Node("Add", [idCount, graph.Integers(1)]);
            mask = mask with { Bias = ClassMask(graph, ids, idCount, last.HiddenId) };
            rows++;
        }

        string positions = graph.Weight(tower.Positions, $"for a context of {tower.ContextLength} tokens", rows, width);
        x = graph.Node("Add", [x, graph.Node("Slice", [positions, graph.Integers(0), tokenCount, graph.Integers(0)])]);

        string tokensShape = graph.Node("Concat", [graph.Side(ids, 0), tokenCount, graph.Integers(width)], new OnnxAttribute("axis", 0L));
        x = graph.Node("Reshape", [x, graph.Integers(-1, width)]);
        string index = PooledIndex(graph, tower, ids, tokenCount);
        string Pooled(string all) => graph.Node("GatherND", [graph.Node("Reshape", [all, tokensShape]), index], new OnnxAttribute("batch_dims", 1L));
        x = TransformerBlocks.AddKept(graph, x, tower.Blocks, tower.Transformer, tokensShape, mask, new KeptToken(Pooled, PooledMask(graph, mask, index, tokenCount)));

        // A norm works on each token alone, so it is enough to norm the one that is kept.
        string pooled = graph.LayerNorm(x, tower.FinalNorm, width, tower.Transformer.NormEpsilon);
        return graph.Project(pooled, tower.Projection, width, tower.Dimensions);
    }

    /// <summary>
    /// The class embedding, last in the row, does not see padding. The reference's mask counts the class slot first although the class is last, so that the
    /// flags stand one place to the right: the first token is always seen, and token n is seen if token n - 1 is no padding. Checkpoints are trained with it.
    /// </summary>
    static string ClassMask(OnnxGraph graph, string ids, string idCount, int hiddenId)
    {
        string padding = graph.Node("Cast", [graph.Node("Equal", [ids, graph.Integers(hiddenId)])], new OnnxAttribute("to", (long)OnnxType.Float));
        string row = graph.Node("Unsqueeze", [graph.Node("Mul", [padding, graph.Floats(Unseen)]), graph.Integers(1, 2)]);
        string pads = graph.Node("Concat", [graph.Integers(0, 0), idCount, graph.Integers(1, 0, 0, 0, 0)], new OnnxAttribute("axis", 0L));
        return graph.Node("Pad", [row, pads]);
    }

    /// <summary>What the pooled token sees: the class embedding, which is last, all that its row of the mask allows; a causal tower's token itself and those before it.</summary>
    static AttentionMask PooledMask(OnnxGraph graph, AttentionMask mask, string index, string tokenCount)
    {
        if (mask.Bias is { } bias)
        {
            return AttentionMask.None with { Bias = graph.Node("Slice", [bias, graph.Integers(-1), graph.Integers(long.MaxValue), graph.Integers(2)]) };
        }

        if (!mask.Causal)
        {
            return AttentionMask.None;
        }

        string positions = graph.Node("Range", [graph.Scalar(0), graph.Node("Squeeze", [tokenCount]), graph.Scalar(1)]);
        string seen = graph.Node("LessOrEqual", [positions, index]);
        return AttentionMask.None with { KeyPadding = graph.Node("Cast", [seen], new OnnxAttribute("to", (long)OnnxType.Int32)) };
    }

    /// <summary>The position of each text's pooled token, [batch, 1].</summary>
    static string PooledIndex(OnnxGraph graph, ClipTextTower tower, string ids, string tokenCount)
    {
        if (tower.ClassEmbedding is null && tower.Pooling == TextPooling.ArgMax)
        {
            return graph.Node("ArgMax", [ids], new OnnxAttribute("axis", 1L), new OnnxAttribute("keepdims", 1L));
        }

        if (tower.ClassEmbedding is null && tower.Pooling == TextPooling.EndOfText)
        {
            string ends = graph.Node("Cast", [graph.Node("Equal", [ids, graph.Integers(tower.EndId!.Value)])], new OnnxAttribute("to", (long)OnnxType.Int32));
            return graph.Node("ArgMax", [ends], new OnnxAttribute("axis", 1L), new OnnxAttribute("keepdims", 1L));
        }

        string shape = graph.Node("Concat", [graph.Side(ids, 0), graph.Integers(1)], new OnnxAttribute("axis", 0L));
        bool first = tower.ClassEmbedding is null && tower.Pooling == TextPooling.First;
        return graph.Node("Expand", [first ? graph.Integers(0) : graph.Node("Sub", [tokenCount, graph.Integers(1)]), shape]);
    }
}
