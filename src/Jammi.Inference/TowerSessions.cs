using Jammi.Inference.Checkpoints;
using Jammi.Inference.Onnx;
using Jammi.Inference.Towers;

namespace Jammi.Inference;

/// <summary>A model's towers ready to be loaded: graphs written, tensors checked. Each is loaded when it is first used.</summary>
internal sealed class TowerSessions : IDisposable
{
    readonly Lazy<OnnxExecutor>? vision;
    readonly Lazy<OnnxExecutor>? text;

    TowerSessions(Lazy<OnnxExecutor>? vision, Lazy<OnnxExecutor>? text)
    {
        this.vision = vision;
        this.text = text;
    }

    public OnnxExecutor Vision => vision!.Value;

    public OnnxExecutor Text => text!.Value;

    public bool IsVisionLoaded => vision is { IsValueCreated: true };

    public bool IsTextLoaded => text is { IsValueCreated: true };

    /// <param name="threads">Threads within an operator; 0 for one per processor.</param>
    /// <exception cref="InferenceException">InvalidModel: tensors are missing, of another shape or type, or extra.</exception>
    public static TowerSessions Prepare(ModelDescription model, int threads)
    {
        if (model.Weights is not { } weights)
        {
            return new(Exported((model.Vision as ExportedVisionTower)?.File, (model.Vision as ExportedVisionTower)?.Ports, threads), Exported((model.Text as ExportedTextTower)?.File, (model.Text as ExportedTextTower)?.Ports, threads));
        }

        var ledger = new TensorLedger(weights);
        byte[]? vision = model.Vision is null ? null : TowerBuilder.Build(model.Vision, weights, ledger);
        byte[]? text = model.Text is null ? null : TowerBuilder.Build(model.Text, weights, ledger);
        FindExtra(model, ledger);
        ledger.ThrowIfProblems();
        return new(Written(vision, TowerBuilder.PixelsName, weights, threads), Written(text, TowerBuilder.IdsName, weights, threads));
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

    public void Dispose()
    {
        if (IsVisionLoaded)
        {
            Vision.Dispose();
        }

        if (IsTextLoaded)
        {
            Text.Dispose();
        }
    }

    static Lazy<OnnxExecutor>? Written(byte[]? graph, string input, WeightSet weights, int threads) =>
        graph is null ? null : new(() => OnnxExecutor.Load(graph, weights.Directory, new OnnxPorts(input, Mask: null, OnnxGraph.OutputName), threads));

    static Lazy<OnnxExecutor>? Exported(string? file, OnnxPorts? ports, int threads) => file is null ? null : new(() => OnnxExecutor.Load(file, ports!, threads));
}
