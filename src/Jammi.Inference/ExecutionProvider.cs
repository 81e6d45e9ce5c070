namespace Jammi.Inference;

/// <summary>What ONNX Runtime computes on. All but <see cref="Cpu"/> need the application to bring a package of ONNX Runtime that has them.</summary>
public enum ExecutionProvider
{
    /// <summary>The processors.</summary>
    Cpu,

    /// <summary>NVIDIA GPUs, with the package Microsoft.ML.OnnxRuntime.Gpu.</summary>
    Cuda,

    /// <summary>GPUs under Windows, with the package Microsoft.ML.OnnxRuntime.DirectML.</summary>
    DirectML,

    /// <summary>Apple's accelerators, with the package Microsoft.ML.OnnxRuntime under macOS.</summary>
    CoreML,

    /// <summary>Intel's processors and GPUs, with the package Intel.ML.OnnxRuntime.OpenVino.</summary>
    OpenVino,
}
