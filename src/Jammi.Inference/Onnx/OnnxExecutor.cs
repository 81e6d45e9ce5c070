using Microsoft.ML.OnnxRuntime;

namespace Jammi.Inference.Onnx;

/// <summary>One loaded tower: an ONNX Runtime session that is called with spans. Thread-safe.</summary>
internal sealed class OnnxExecutor : IDisposable
{
    readonly InferenceSession session;
    readonly string inputName;

    /// <param name="model">The ONNX model.</param>
    /// <param name="weightsDirectory">Directory of its external data.</param>
    /// <param name="threads">Threads within an operator; 0 for one per processor.</param>
    public OnnxExecutor(byte[] model, string weightsDirectory, string inputName, int threads)
    {
        this.inputName = inputName;
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", weightsDirectory);
        // Threads that spin between calls would take the processors from decoding.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            session = new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InferenceException(InferenceError.Internal, $"ONNX Runtime cannot load the {inputName} tower of {weightsDirectory}: {error.Message}", error);
        }
    }

    /// <summary>Runs the tower on one batch.</summary>
    /// <param name="shape">The input's sides.</param>
    /// <param name="output">[shape[0], dimension], filled row by row.</param>
    public unsafe void Run<T>(ReadOnlySpan<T> input, long[] shape, Span<float> output, int dimension, CancellationToken cancellation)
        where T : unmanaged
    {
        cancellation.ThrowIfCancellationRequested();
        using var run = new RunOptions();
        using CancellationTokenRegistration registration = cancellation.Register(static state => ((RunOptions)state!).Terminate = true, run);
        fixed (T* inputStart = input)
        fixed (float* outputStart = output)
        {
            using OrtValue inputValue = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance,
                typeof(T) == typeof(float) ? Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float : Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64,
                shape,
                (IntPtr)inputStart,
                (long)input.Length * sizeof(T));
            using OrtValue outputValue = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance,
                Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float,
                [shape[0], dimension],
                (IntPtr)outputStart,
                shape[0] * dimension * sizeof(float));
            try
            {
                session.Run(run, [inputName], [inputValue], ["features"], [outputValue]);
            }
            catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellation);
            }
            catch (OnnxRuntimeException error)
            {
                throw new InferenceException(InferenceError.Internal, $"ONNX Runtime failed in the {inputName} tower: {error.Message}", error);
            }
        }
    }

    public void Dispose() => session.Dispose();
}
