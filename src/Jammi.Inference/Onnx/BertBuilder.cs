using Jammi.Inference.Towers;

namespace Jammi.Inference.Onnx;

/// <summary>A BERT encoder with sentence pooling as a graph: token ids [batch, tokens] to features [batch, dimensions].</summary>
internal static class BertBuilder
{
    public static string Build(OnnxGraph graph, BertTower tower, string ids)
    {
        TransformerShape shape = tower.Transformer;
        int width = shape.Width;
        string x = graph.Node("Gather", [graph.Weight(tower.TokenEmbedding, tower.Vocabulary, width), ids], new OnnxAttribute("axis", 0L));
        string tokenCount = graph.Side(ids, 1);
        string positions = graph.Weight(tower.Positions, tower.PositionRows, width);
        string end = graph.Node("Add", [tokenCount, graph.Integers(tower.FirstPosition)]);
        x = graph.Node("Add", [x, graph.Node("Slice", [positions, graph.Integers(tower.FirstPosition), end, graph.Integers(0)])]);
        if (tower.TypeEmbedding is not null)
        {
            string types = graph.Weight(tower.TypeEmbedding, tower.TypeRows, width);
            x = graph.Node("Add", [x, graph.Node("Slice", [types, graph.Integers(0), graph.Integers(1), graph.Integers(0)])]);
        }

        x = graph.LayerNorm(x, tower.EmbeddingNorm, width, shape.NormEpsilon);
        string present = graph.Node("Not", [graph.Node("Equal", [ids, graph.Integers(tower.PadId)])]);
        var mask = new AttentionMask(Causal: false, KeyPadding: graph.Node("Cast", [present], new OnnxAttribute("to", (long)OnnxType.Int32)));
        string tokensShape = graph.Node("Concat", [graph.Node("Shape", [ids]), graph.Integers(width)], new OnnxAttribute("axis", 0L));
        x = graph.Node("Reshape", [x, graph.Integers(-1, width)]);
        if (tower.Pooling == SentencePooling.ClassToken)
        {
            return TransformerBlocks.AddKept(graph, x, tower.Blocks, shape, tokensShape, mask, KeptToken.First(graph, tokensShape, mask));
        }

        x = graph.Node("Reshape", [TransformerBlocks.Add(graph, x, tower.Blocks, shape, tokensShape, mask), tokensShape]);

        // A row always has its start and end token, so the count is never 0.
        string weights = graph.Node("Unsqueeze", [graph.Node("Cast", [present], new OnnxAttribute("to", (long)OnnxType.Float)), graph.Integers(2)]);
        string sum = graph.Node("ReduceSum", [graph.Node("Mul", [x, weights]), graph.Integers(1)], new OnnxAttribute("keepdims", 0L));
        string count = graph.Node("ReduceSum", [weights, graph.Integers(1)], new OnnxAttribute("keepdims", 0L));
        return graph.Node("Div", [sum, count]);
    }
}
