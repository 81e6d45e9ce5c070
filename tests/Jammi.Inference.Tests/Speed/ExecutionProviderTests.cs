using Jammi.Inference.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Jammi.Inference.Tests.Speed;

public sealed class ExecutionProviderTests
{
    [Theory]
    [InlineData(ExecutionProvider.Cuda, "CUDAExecutionProvider", "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData(ExecutionProvider.DirectML, "DmlExecutionProvider", "Microsoft.ML.OnnxRuntime.DirectML")]
    [InlineData(ExecutionProvider.CoreML, "CoreMLExecutionProvider", "Microsoft.ML.OnnxRuntime")]
    [InlineData(ExecutionProvider.OpenVino, "OpenVINOExecutionProvider", "Intel.ML.OnnxRuntime.OpenVino")]
    public void A_provider_that_is_not_there_names_the_package_that_has_it(ExecutionProvider provider, string name, string package)
    {
        if (OrtEnv.Instance().GetAvailableProviders().Contains(name))
        {
            SessionFactory.Require(provider);
            return;
        }

        InferenceException error = Assert.Throws<InferenceException>(() => EmbeddingModel.Open("figures-clip", TestData.FiguresModel, new ModelSettings { Provider = provider }));
        Assert.Equal(InferenceError.NotSupported, error.Error);
        Assert.Contains($"Execution Provider={provider}", error.Message, StringComparison.Ordinal);
        Assert.Contains(package, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_processors_are_always_there() => SessionFactory.Require(ExecutionProvider.Cpu);
}
