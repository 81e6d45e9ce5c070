using System.Buffers;
using System.Numerics.Tensors;
using Jammi.Inference.Checkpoints;
using Jammi.Inference.Configuration;
using Jammi.Inference.Images;
using Jammi.Inference.Onnx;
using Jammi.Inference.Text;

namespace Jammi.Inference;

/// <summary>An OpenCLIP checkpoint: both towers, loaded one by one when first used.</summary>
internal sealed class ClipModel : IEmbeddingModel
{
    public const string WeightsFileName = "open_clip_model.safetensors";

    /// <summary>Large enough to keep the processors busy, small enough to stop within a second.</summary>
    const int Batch = 16;

    readonly ModelConfig config;
    readonly SafeTensorsFile weights;
    readonly Lazy<OnnxExecutor> vision;
    readonly Lazy<OnnxExecutor> text;
    readonly Lazy<ITextTokenizer> tokenizer;
    readonly Lazy<string> fingerprint;
    readonly ImagePreprocessor preprocessor;

    ClipModel(string name, string directory, ModelConfig config, SafeTensorsFile weights, int threads)
    {
        Name = name;
        Directory = directory;
        this.config = config;
        this.weights = weights;
        preprocessor = new ImagePreprocessor(config.Preprocessing);
        string weightsDirectory = Path.GetDirectoryName(weights.Path)!;
        vision = new(() => new OnnxExecutor(VisionTowerBuilder.Build(config, weights), weightsDirectory, VisionTowerBuilder.InputName, threads));
        text = new(() => new OnnxExecutor(TextTowerBuilder.Build(config, weights), weightsDirectory, TextTowerBuilder.InputName, threads));
        tokenizer = new(() => TextTokenizerFactory.Open(directory, config.Text.ContextLength, config.Text.VocabularySize));
        fingerprint = new(() => ModelFingerprint.Compute(directory, weights.Path));
        LogitScale = Math.Exp(weights.Find("logit_scale") is { } scale ? weights.ReadScalar(scale) : config.InitialLogitScale);
        LogitBias = weights.Find("logit_bias") is { } bias ? weights.ReadScalar(bias) : config.InitialLogitBias ?? 0;
    }

    public string Name { get; }

    public string Directory { get; }

    public string Fingerprint => fingerprint.Value;

    public int Dimensions => config.EmbeddingDimension;

    public double LogitScale { get; }

    public double LogitBias { get; }

    public int ContextLength => config.Text.ContextLength;

    public PreprocessSettings Preprocessing => config.Preprocessing;

    public int PreferredBatch => Batch;

    internal bool IsVisionLoaded => vision.IsValueCreated;

    internal bool IsTextLoaded => text.IsValueCreated;

    /// <summary>Reads the configuration and the weights' header; no weight is loaded yet.</summary>
    /// <param name="threads">Threads within an operator; 0 for one per processor.</param>
    public static ClipModel Open(string name, string directory, int threads = 0)
    {
        ModelConfig config = ModelConfig.Read(Path.Combine(directory, ModelConfig.FileName));
        return new ClipModel(name, directory, config, SafeTensorsFile.Open(Path.Combine(directory, WeightsFileName)), threads);
    }

    public void EmbedTokens(ReadOnlySpan<long> ids, int count, Span<float> destination, CancellationToken cancellation = default)
    {
        CheckLengths(ids.Length, count, ContextLength, destination.Length);
        int length = config.Text.MayTrim ? LongestText(ids) : ContextLength;
        long[] batch = ArrayPool<long>.Shared.Rent(Batch * length);
        try
        {
            for (int start = 0; start < count; start += Batch)
            {
                int rows = Math.Min(Batch, count - start);
                for (int row = 0; row < rows; row++)
                {
                    ids.Slice((start + row) * ContextLength, length).CopyTo(batch.AsSpan(row * length));
                }

                Span<float> features = destination.Slice(start * Dimensions, rows * Dimensions);
                text.Value.Run<long>(batch.AsSpan(0, rows * length), [rows, length], features, Dimensions, cancellation);
                Normalize(features);
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(batch);
        }
    }

    public void EmbedPixels(ReadOnlySpan<float> pixels, int count, Span<float> destination, CancellationToken cancellation = default)
    {
        int size = 3 * Preprocessing.Height * Preprocessing.Width;
        CheckLengths(pixels.Length, count, size, destination.Length);
        for (int start = 0; start < count; start += Batch)
        {
            int rows = Math.Min(Batch, count - start);
            Span<float> features = destination.Slice(start * Dimensions, rows * Dimensions);
            vision.Value.Run(pixels.Slice(start * size, rows * size), [rows, 3, Preprocessing.Height, Preprocessing.Width], features, Dimensions, cancellation);
            Normalize(features);
        }
    }

    public void Preprocess(ReadOnlySpan<byte> encodedImage, Span<float> pixels) => preprocessor.Process(encodedImage, pixels);

    public void EmbedTexts(IReadOnlyList<string> texts, Span<float> destination, CancellationToken cancellation = default)
    {
        long[] ids = new long[texts.Count * ContextLength];
        for (int i = 0; i < texts.Count; i++)
        {
            tokenizer.Value.Encode(texts[i], ids.AsSpan(i * ContextLength, ContextLength));
        }

        EmbedTokens(ids, texts.Count, destination, cancellation);
    }

    public void EmbedImages(IReadOnlyList<ReadOnlyMemory<byte>> encodedImages, Span<float> destination, CancellationToken cancellation = default)
    {
        int size = 3 * Preprocessing.Height * Preprocessing.Width;
        float[] pixels = ArrayPool<float>.Shared.Rent(Math.Min(Batch, encodedImages.Count) * size);
        try
        {
            for (int start = 0; start < encodedImages.Count; start += Batch)
            {
                int rows = Math.Min(Batch, encodedImages.Count - start);
                for (int row = 0; row < rows; row++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    Preprocess(encodedImages[start + row].Span, pixels.AsSpan(row * size, size));
                }

                EmbedPixels(pixels.AsSpan(0, rows * size), rows, destination.Slice(start * Dimensions, rows * Dimensions), cancellation);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pixels);
        }
    }

    public void Dispose()
    {
        if (vision.IsValueCreated)
        {
            vision.Value.Dispose();
        }

        if (text.IsValueCreated)
        {
            text.Value.Dispose();
        }
    }

    void CheckLengths(int input, int count, int width, int destination)
    {
        if (count < 0 || (long)count * width != input)
        {
            throw new ArgumentException($"{count} rows of {width} numbers are expected, not {input} numbers.");
        }

        if (destination < (long)count * Dimensions)
        {
            throw new ArgumentException($"The destination holds {destination} numbers, but {count} embeddings of {Dimensions} are to be written.");
        }
    }

    /// <summary>Tokens up to the last end of text in the batch: the padding after it (zeros) cannot change a causal model's result.</summary>
    int LongestText(ReadOnlySpan<long> ids)
    {
        int longest = 1;
        for (int start = 0; start < ids.Length; start += ContextLength)
        {
            ReadOnlySpan<long> one = ids.Slice(start, ContextLength);
            int used = one.LastIndexOfAnyExcept(0L) + 1;
            longest = Math.Max(longest, used);
        }

        return longest;
    }

    /// <summary>x / max(|x|, 1e-12), as the reference's <c>F.normalize</c>.</summary>
    void Normalize(Span<float> features)
    {
        for (int start = 0; start < features.Length; start += Dimensions)
        {
            Span<float> row = features.Slice(start, Dimensions);
            TensorPrimitives.Divide(row, Math.Max(TensorPrimitives.Norm(row), 1e-12f), row);
        }
    }
}
