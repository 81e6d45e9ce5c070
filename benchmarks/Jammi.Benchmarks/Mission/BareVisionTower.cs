using Jammi.Inference;
using Jammi.Inference.Checkpoints;
using Jammi.Inference.Layouts;
using Jammi.Inference.Onnx;
using Jammi.Inference.Towers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Jammi.Benchmarks.Mission;

/// <summary>The engine's own graph in a session as anyone would open it: default options, pixels in, features out, nothing else.</summary>
sealed class BareVisionTower : IDisposable
{
    readonly InferenceSession session;
    readonly long[] shape;

    BareVisionTower(InferenceSession session, IEmbeddingModel model)
    {
        this.session = session;
        shape = [0, 3, model.Preprocessing.Height, model.Preprocessing.Width];
    }

    public static BareVisionTower Open(string directory, IEmbeddingModel model)
    {
        ModelDescription description = new OpenClipLayout().Describe(directory);
        var ledger = new TensorLedger(description.Weights!);
        byte[] graph = TowerBuilder.Build(description.Vision!, description.Weights!, ledger);
        ledger.ThrowIfProblems();
        using var options = new SessionOptions();
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", description.Weights!.Directory);
        return new BareVisionTower(new InferenceSession(graph, options), model);
    }

    public void Run(float[] pixels, int count, int batch)
    {
        int size = pixels.Length / count;
        using var run = new RunOptions();
        for (int start = 0; start < count; start += batch)
        {
            shape[0] = Math.Min(batch, count - start);
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, pixels.AsMemory(start * size, (int)shape[0] * size), shape);
            using IDisposableReadOnlyCollection<OrtValue> output = session.Run(run, [TowerBuilder.PixelsName], [input], [OnnxGraph.OutputName]);
        }
    }

    public void Dispose() => session.Dispose();
}
