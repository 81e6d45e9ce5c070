using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Jammi.Inference.Onnx;

/// <summary>What a tower's session calls its input, its mask, if it takes one, and its result.</summary>
internal sealed record OnnxPorts(string Input, string? Mask, string Output);

/// <summary>One loaded tower: an ONNX Runtime session that is called with spans. Thread-safe.</summary>
internal sealed class OnnxExecutor : IDisposable
{
    readonly InferenceSession session;
    readonly OnnxPorts ports;
    readonly string source;

    OnnxExecutor(InferenceSession session, OnnxPorts ports, string source)
    {
        this.session = session;
        this.ports = ports;
        this.source = source;
    }

    /// <summary>Loads a model that lies in memory.</summary>
    /// <param name="weightsDirectory">Directory of its external data.</param>
    /// <param name="threads">Threads within an operator; 0 for one per processor.</param>
    public static OnnxExecutor Load(byte[] model, string weightsDirectory, OnnxPorts ports, int threads, ExecutionProvider provider)
    {
        using SessionOptions options = SessionFactory.CreateOptions(threads, provider);
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", weightsDirectory);
        return Load(() => new InferenceSession(model, options), ports, $"the {ports.Input} tower of {weightsDirectory}");
    }

    /// <summary>Loads a model from a file, with its external data beside it.</summary>
    /// <param name="threads">Threads within an operator; 0 for one per processor.</param>
    public static OnnxExecutor Load(string path, OnnxPorts ports, int threads, ExecutionProvider provider)
    {
        using SessionOptions options = SessionFactory.CreateOptions(threads, provider);
        return Load(() => new InferenceSession(path, options), ports, path);
    }

    /// <summary>Runs the tower on one batch.</summary>
    /// <param name="shape">The input's sides.</param>
    /// <param name="mask">1 for each token that counts and 0 for padding, of the input's shape; empty where the tower takes none.</param>
    /// <param name="output">[shape[0], dimension], filled row by row.</param>
    public unsafe void Run<T>(ReadOnlySpan<T> input, ReadOnlySpan<long> mask, long[] shape, Span<float> output, int dimension, CancellationToken cancellation)
        where T : unmanaged
    {
        cancellation.ThrowIfCancellationRequested();
        using var run = new RunOptions();
        using CancellationTokenRegistration registration = cancellation.Register(static state => ((RunOptions)state!).Terminate = true, run);
        fixed (T* inputStart = input)
        fixed (long* maskStart = mask)
        fixed (float* outputStart = output)
        {
            using OrtValue inputValue = Wrap(typeof(T) == typeof(float) ? TensorElementType.Float : TensorElementType.Int64, shape, inputStart, (long)input.Length * sizeof(T));
            using OrtValue? maskValue = ports.Mask is null ? null : Wrap(TensorElementType.Int64, shape, maskStart, (long)mask.Length * sizeof(long));
            using OrtValue outputValue = Wrap(TensorElementType.Float, [shape[0], dimension], outputStart, shape[0] * dimension * sizeof(float));
            try
            {
                if (maskValue is null)
                {
                    session.Run(run, [ports.Input], [inputValue], [ports.Output], [outputValue]);
                }
                else
                {
                    session.Run(run, [ports.Input, ports.Mask!], [inputValue, maskValue], [ports.Output], [outputValue]);
                }
            }
            catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellation);
            }
            catch (OnnxRuntimeException error)
            {
                throw new InferenceException(InferenceError.Internal, $"ONNX Runtime failed in {source}: {error.Message}", error);
            }
        }
    }

    public void Dispose() => session.Dispose();

    static unsafe OrtValue Wrap(TensorElementType type, long[] shape, void* start, long bytes) =>
        OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, shape, (IntPtr)start, bytes);

    static OnnxExecutor Load(Func<InferenceSession> create, OnnxPorts ports, string source)
    {
        try
        {
            return new OnnxExecutor(create(), ports, source);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InferenceException(InferenceError.Internal, $"ONNX Runtime cannot load {source}: {error.Message}", error);
        }
    }
}
