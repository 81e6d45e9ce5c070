using Jammi.Inference;
using Jammi.Inference.Checkpoints;
using Jammi.Inference.Configuration;
using Jammi.Inference.Onnx;
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
        ModelConfig config = ModelConfig.Read(Path.Combine(directory, ModelConfig.FileName));
        byte[] graph = VisionTowerBuilder.Build(config, SafeTensorsFile.Open(Path.Combine(directory, ClipModel.WeightsFileName)));
        using var options = new SessionOptions();
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", directory);
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
            using IDisposableReadOnlyCollection<OrtValue> output = session.Run(run, [VisionTowerBuilder.InputName], [input], ["features"]);
        }
    }

    public void Dispose() => session.Dispose();
}
