using Microsoft.ML.OnnxRuntime;

namespace Jammi.Inference.Onnx;

/// <summary>Options of sessions: threads, and what they compute on.</summary>
internal static class SessionFactory
{
    /// <param name="threads">Threads within an operator; 0 for one per processor.</param>
    /// <exception cref="InferenceException">NotSupported: this application's ONNX Runtime has no such provider.</exception>
    public static SessionOptions CreateOptions(int threads, ExecutionProvider provider)
    {
        Require(provider);
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,

            // ONNX Runtime's own default counts the machine's cores, also those that a container may not use.
            IntraOpNumThreads = threads > 0 ? threads : Environment.ProcessorCount,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };

        // Threads that spin between calls would take the processors from decoding.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        switch (provider)
        {
            case ExecutionProvider.Cuda:
                options.AppendExecutionProvider_CUDA();
                break;
            case ExecutionProvider.DirectML:
                options.EnableMemoryPattern = false;
                options.AppendExecutionProvider_DML();
                break;
            case ExecutionProvider.CoreML:
                options.AppendExecutionProvider("CoreML");
                break;
            case ExecutionProvider.OpenVino:
                options.AppendExecutionProvider_OpenVINO();
                break;
        }

        return options;
    }

    /// <summary>Refuses a provider that ONNX Runtime was built without, naming the package that has it.</summary>
    /// <exception cref="InferenceException">NotSupported.</exception>
    public static void Require(ExecutionProvider provider)
    {
        (string name, string package) = provider switch
        {
            ExecutionProvider.Cuda => ("CUDAExecutionProvider", "Microsoft.ML.OnnxRuntime.Gpu"),
            ExecutionProvider.DirectML => ("DmlExecutionProvider", "Microsoft.ML.OnnxRuntime.DirectML (Windows)"),
            ExecutionProvider.CoreML => ("CoreMLExecutionProvider", "Microsoft.ML.OnnxRuntime (macOS)"),
            ExecutionProvider.OpenVino => ("OpenVINOExecutionProvider", "Intel.ML.OnnxRuntime.OpenVino"),
            _ => (string.Empty, string.Empty),
        };
        if (name.Length == 0)
        {
            return;
        }

        string[] available = OrtEnv.Instance().GetAvailableProviders();
        if (!available.Contains(name))
        {
            throw new InferenceException(
                InferenceError.NotSupported,
                $"Execution Provider={provider} needs an ONNX Runtime with {name}, but the one in this application has only {string.Join(", ", available)}. Add the package {package} to the application, or leave the keyword out to use the processors.");
        }
    }
}
