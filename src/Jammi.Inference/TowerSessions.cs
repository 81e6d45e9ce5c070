using Jammi.Inference.Checkpoints;
using Jammi.Inference.Onnx;
using Jammi.Inference.Towers;

namespace Jammi.Inference;

/// <summary>A model's towers ready to be loaded: graphs written, tensors checked. Each is loaded when it is first used.</summary>
internal sealed class TowerSessions : IDisposable
{
    readonly TowerSession? vision;
    readonly TowerSession? text;

    TowerSessions(TowerSession? vision, TowerSession? text)
    {
        this.vision = vision;
        this.text = text;
    }

    public TowerSession Vision => vision!;

    public TowerSession Text => text!;

    public bool IsVisionLoaded => vision is { IsLoaded: true };

    public bool IsTextLoaded => text is { IsLoaded: true };

    /// <param name="fingerprint">The model's, for what is kept of it outside its directory.</param>
    /// <exception cref="InferenceException">InvalidModel: tensors are missing, of another shape or type, or extra. NotSupported: the precision is not for this model.</exception>
    public static TowerSessions Prepare(ModelDescription model, ModelPrecision precision, ExecutionProvider provider, Func<string> fingerprint)
    {
        if (precision == ModelPrecision.Int8 && (model.Weights is null || model.Vision is ResNetTower))
        {
            throw new InferenceException(InferenceError.NotSupported, $"precision => 'int8' is for transformers whose weights are safetensors; {model.Directory} is {(model.Weights is null ? "an exported graph" : "a ResNet")}. Use 'fp32'.");
        }

        if (model.Weights is not { } weights)
        {
            return new(Exported((model.Vision as ExportedVisionTower)?.File, (model.Vision as ExportedVisionTower)?.Ports, provider), Exported((model.Text as ExportedTextTower)?.File, (model.Text as ExportedTextTower)?.Ports, provider));
        }

        var ledger = new TensorLedger(weights);
        QuantizedFile? Quantized(string tower) => precision == ModelPrecision.Int8 ? new(tower) : null;
        QuantizedFile? visionFile = Quantized("vision");
        QuantizedFile? textFile = Quantized("text");
        byte[]? vision = model.Vision is null ? null : TowerBuilder.Build(model.Vision, weights, ledger, visionFile);
        byte[]? text = model.Text is null ? null : TowerBuilder.Build(model.Text, weights, ledger, textFile);
        FindExtra(model, ledger);
        ledger.ThrowIfProblems();
        return new(Written(vision, TowerBuilder.PixelsName, visionFile), Written(text, TowerBuilder.IdsName, textFile));

        TowerSession? Written(byte[]? graph, string input, QuantizedFile? quantized) => graph is null ? null : new(threads =>
            OnnxExecutor.Load(graph, quantized?.Ensure(fingerprint()) ?? weights.Directory, new OnnxPorts(input, Mask: null, OnnxGraph.OutputName), threads, provider));
    }

    /// <summary>Notes the tensors that neither a tower nor the model itself uses.</summary>
    public static void FindExtra(ModelDescription model, TensorLedger ledger)
    {
        foreach (string? name in new[] { model.LogitScaleTensor, model.LogitBiasTensor })
        {
            if (name is not null)
            {
                ledger.Allow(name);
            }
        }

        ledger.FindExtra(model.UnusedTensors);
    }

    /// <summary>Gives the memory of towers back that were not used for so long.</summary>
    public void ReleaseIfUnused(TimeSpan time)
    {
        vision?.ReleaseIfUnused(time);
        text?.ReleaseIfUnused(time);
    }

    public void Dispose()
    {
        vision?.Dispose();
        text?.Dispose();
    }

    static TowerSession? Exported(string? file, OnnxPorts? ports, ExecutionProvider provider) => file is null ? null : new(threads => OnnxExecutor.Load(file, ports!, threads, provider));
}
