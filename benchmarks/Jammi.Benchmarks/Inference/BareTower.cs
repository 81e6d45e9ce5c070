using Jammi.Inference.Checkpoints;
using Jammi.Inference.Layouts;
using Jammi.Inference.Onnx;
using Jammi.Inference.Towers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Jammi.Benchmarks.Inference;

/// <summary>
/// A graph in a session as anyone would open it: numbers in, features out, nothing else. Threads that wait do not spin, as in the engine: otherwise CPU time
/// would count waiting.
/// </summary>
sealed class BareTower : IDisposable
{
    readonly InferenceSession session;
    readonly string input;

    BareTower(InferenceSession session, string input)
    {
        this.session = session;
        this.input = input;
    }

    /// <summary>The engine's own graph of the vision tower.</summary>
    public static BareTower OpenVision(string directory) => Open(directory, TowerBuilder.PixelsName, (model, ledger) => TowerBuilder.Build(model.Vision!, model.Weights!, ledger));

    /// <summary>The engine's own graph of the text tower.</summary>
    public static BareTower OpenText(string directory) => Open(directory, TowerBuilder.IdsName, (model, ledger) => TowerBuilder.Build(model.Text!, model.Weights!, ledger));

    /// <summary>The vision tower with the nodes that torch.onnx writes.</summary>
    public static BareTower OpenExportedVision(string directory) => Open(directory, TowerBuilder.PixelsName, (model, ledger) => ExportedVision.Build((VitTower)model.Vision!, model.Weights!, ledger));

    /// <summary>Runs <paramref name="count"/> rows of <paramref name="rowShape"/> numbers in batches.</summary>
    public void Run<T>(T[] rows, int count, int batch, params ReadOnlySpan<long> rowShape)
        where T : unmanaged
    {
        int size = rows.Length / count;
        using var run = new RunOptions();
        for (int start = 0; start < count; start += batch)
        {
            int taken = Math.Min(batch, count - start);
            using OrtValue value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, rows.AsMemory(start * size, taken * size), [taken, .. rowShape]);
            using IDisposableReadOnlyCollection<OrtValue> output = session.Run(run, [input], [value], [OnnxGraph.OutputName]);
        }
    }

    public void Dispose() => session.Dispose();

    static BareTower Open(string directory, string input, Func<ModelDescription, TensorLedger, byte[]> build)
    {
        ModelDescription model = new OpenClipLayout().Describe(directory);
        var ledger = new TensorLedger(model.Weights!);
        byte[] graph = build(model, ledger);
        ledger.ThrowIfProblems();
        using var options = new SessionOptions { IntraOpNumThreads = Environment.ProcessorCount };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", model.Weights!.Directory);
        return new BareTower(new InferenceSession(graph, options), input);
    }
}
