using System.Diagnostics;
using Jammi.Inference.Checkpoints;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Onnx;

/// <summary>Makes ONNX models of towers. A model is tens of kilobytes: its weights stay in the checkpoint's files.</summary>
internal static class TowerBuilder
{
    public const string PixelsName = "pixels";
    public const string IdsName = "ids";

    /// <summary>The tower's model; incomplete if the ledger has problems afterwards.</summary>
    public static byte[] Build(VisionTower tower, WeightSet weights, TensorLedger ledger, QuantizedFile? quantized = null)
    {
        using var graph = new OnnxGraph("vision", weights, ledger, quantized);
        string pixels = graph.Input(PixelsName, OnnxType.Float, "batch", 3, tower.Height, tower.Width);
        string features = tower switch
        {
            VitTower vit => VitBuilder.Build(graph, vit, pixels),
            ResNetTower resNet => ResNetBuilder.Build(graph, resNet, pixels),
            _ => throw new UnreachableException(),
        };
        return graph.Finish(features, tower.Dimensions);
    }

    /// <summary>The tower's model; incomplete if the ledger has problems afterwards.</summary>
    public static byte[] Build(TextTower tower, WeightSet weights, TensorLedger ledger, QuantizedFile? quantized = null)
    {
        using var graph = new OnnxGraph("text", weights, ledger, quantized);
        string ids = graph.Input(IdsName, OnnxType.Int64, "batch", "tokens");
        string features = tower switch
        {
            ClipTextTower clip => ClipTextBuilder.Build(graph, clip, ids),
            BertTower bert => BertBuilder.Build(graph, bert, ids),
            _ => throw new UnreachableException(),
        };
        return graph.Finish(features, tower.Dimensions);
    }
}
