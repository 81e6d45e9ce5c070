using Jammi.Inference.Checkpoints;
using Jammi.Inference.Onnx;
using Jammi.Inference.Towers;

namespace Jammi.Benchmarks.Inference;

/// <summary>
/// CLIP's vision transformer with the nodes that <c>torch.onnx.export</c> (opset 17) writes for it: one packed projection that is cut up, transposed heads,
/// MatMul and Softmax for attention, GELU by Erf, linear layers as MatMul and Add. ONNX Runtime fuses of it what it can, as it would of a real export.
/// </summary>
static class ExportedVision
{
    public static byte[] Build(VitTower tower, WeightSet weights, TensorLedger ledger)
    {
        using var graph = new OnnxGraph("vision", weights, ledger);
        int width = tower.Transformer.Width;
        string pixels = graph.Input(TowerBuilder.PixelsName, OnnxType.Float, "batch", 3, tower.Height, tower.Width);
        string patched = graph.Node(
            "Conv",
            [pixels, graph.Weight(tower.PatchWeight, width, 3, tower.PatchHeight, tower.PatchWidth)],
            new OnnxAttribute("strides", [tower.PatchHeight, tower.PatchWidth]),
            new OnnxAttribute("kernel_shape", [tower.PatchHeight, tower.PatchWidth]));
        string x = Transpose(graph, graph.Node("Reshape", [patched, graph.Integers(0, width, -1)]), 0, 2, 1);
        x = graph.Node("Concat", [graph.Repeat(graph.Weight(tower.ClassToken!, width), pixels, 1, width), x], new OnnxAttribute("axis", 1L));
        x = graph.Node("Add", [x, graph.Weight(tower.Positions, tower.Tokens, width)]);
        x = graph.LayerNorm(x, tower.PreNorm!, width, tower.Transformer.NormEpsilon);
        foreach (BlockNames block in tower.Blocks)
        {
            x = graph.Node("Add", [x, Attend(graph, graph.LayerNorm(x, block.AttentionNorm, width, tower.Transformer.NormEpsilon), block.Attention, tower)]);
            x = graph.Node("Add", [x, Mix(graph, graph.LayerNorm(x, block.MlpNorm, width, tower.Transformer.NormEpsilon), block, tower.Transformer)]);
        }

        x = graph.LayerNorm(x, tower.PostNorm, width, tower.Transformer.NormEpsilon);
        string pooled = graph.Node("Gather", [x, graph.Node("Squeeze", [graph.Integers(0)])], new OnnxAttribute("axis", 1L));
        return graph.Finish(graph.Node("MatMul", [pooled, graph.Weight(tower.Projection!.Weight, width, tower.Dimensions)]), tower.Dimensions);
    }

    static string Attend(OnnxGraph graph, string x, AttentionNames names, VitTower tower)
    {
        int width = tower.Transformer.Width;
        int heads = tower.Transformer.Heads;
        int side = width / heads;
        string packed = Linear(graph, x, new(names.Query.Weight.Name, names.Query.Bias!.Name), 3 * width, width);
        string parts = Transpose(graph, graph.Node("Reshape", [packed, graph.Integers(0, 0, 3, heads, side)]), 2, 0, 3, 1, 4);
        string Part(long index) => graph.Node("Gather", [parts, graph.Node("Squeeze", [graph.Integers(index)])], new OnnxAttribute("axis", 0L));
        string queries = graph.Node("Mul", [Part(0), graph.Floats(1 / MathF.Sqrt(side))]);
        string scores = graph.Node("MatMul", [queries, Transpose(graph, Part(1), 0, 1, 3, 2)]);
        string seen = graph.Node("MatMul", [graph.Node("Softmax", [scores], new OnnxAttribute("axis", -1L)), Part(2)]);
        string joined = graph.Node("Reshape", [Transpose(graph, seen, 0, 2, 1, 3), graph.Integers(0, 0, width)]);
        return Linear(graph, joined, names.Output, width, width);
    }

    static string Mix(OnnxGraph graph, string x, BlockNames block, TransformerShape shape)
    {
        string hidden = Linear(graph, x, block.Up, shape.MlpWidth, shape.Width);
        string error = graph.Node("Erf", [graph.Node("Div", [hidden, graph.Floats(MathF.Sqrt(2))])]);
        string activated = graph.Node("Mul", [graph.Node("Mul", [hidden, graph.Node("Add", [error, graph.Floats(1)])]), graph.Floats(0.5f)]);
        return Linear(graph, activated, block.Down, shape.Width, shape.MlpWidth);
    }

    static string Linear(OnnxGraph graph, string x, LinearNames names, long outputs, long inputs) =>
        graph.Node("Add", [graph.Node("MatMul", [x, Transpose(graph, graph.Weight(names.Weight, outputs, inputs), 1, 0)]), graph.Weight(names.Bias!, outputs)]);

    static string Transpose(OnnxGraph graph, string x, params long[] order) => graph.Node("Transpose", [x], new OnnxAttribute("perm", order));
}
