using System.Buffers;
using System.Numerics.Tensors;
using Jammi.Inference.Checkpoints;
using Jammi.Inference.Images;
using Jammi.Inference.Layouts;
using Jammi.Inference.Onnx;
using Jammi.Inference.Planning;
using Jammi.Inference.Text;
using Jammi.Inference.Towers;

namespace Jammi.Inference;

/// <summary>A model of any layout: its towers, loaded one by one when first used, with what goes in front of them.</summary>
internal sealed class EmbeddingModel : IEmbeddingModel
{
    /// <summary>Large enough to keep the processors busy, small enough to stop within a second.</summary>
    const int Batch = 16;

    /// <summary>Pictures that go through the tower together at most: more take memory, but are no faster.</summary>
    const int LargestCall = 32;

    /// <summary>Rows from which measuring is worth its seconds.</summary>
    const long RowsThatPay = 2_000;

    readonly ModelDescription description;
    readonly ModelSettings settings;
    readonly TowerSessions towers;
    readonly Lazy<ITextTokenizer> tokenizer;
    readonly Lazy<string> fingerprint;
    readonly ImagePreprocessor? preprocessor;
    readonly Lock planning = new();
    BatchPlan? imagePlan;
    BatchPlan? textPlan;

    EmbeddingModel(string name, ModelDescription description, ModelSettings settings)
    {
        Name = name;
        this.description = description;
        this.settings = settings;
        fingerprint = new(() => ModelFingerprint.Compute(description));
        towers = TowerSessions.Prepare(description, settings.Use.Precision, settings.Provider, () => Fingerprint);
        preprocessor = description.Preprocessing is null ? null : new ImagePreprocessor(description.Preprocessing, settings.Use.Decoding);
        tokenizer = new(() => description.Tokenizer!());
        LogitScale = Math.Exp(Scalar(description.LogitScaleTensor) ?? description.LogitScale);
        LogitBias = Scalar(description.LogitBiasTensor) ?? description.LogitBias;
    }

    public string Name { get; }

    public string Directory => description.Directory;

    public string Fingerprint => fingerprint.Value;

    public int Dimensions => description.Dimensions;

    public double LogitScale { get; }

    public double LogitBias { get; }

    public bool HasVision => description.Vision is not null;

    public bool HasText => description.Text is not null;

    public int ContextLength => Text.ContextLength;

    public PreprocessSettings Preprocessing => description.Preprocessing ?? throw NoTower("vision", "images", "texts");

    public int PreferredBatch => Batch;

    internal bool IsVisionLoaded => towers.IsVisionLoaded;

    internal bool IsTextLoaded => towers.IsTextLoaded;

    internal ITextTokenizer Tokenizer => tokenizer.Value;

    TextTower Text => description.Text ?? throw NoTower("text", "texts", "images");

    internal TowerSessions Towers => towers;

    /// <summary>Reads the configuration and the weights' header and checks every tensor's shape; no weight is loaded yet.</summary>
    /// <exception cref="InferenceException">The directory holds no model, or one that is damaged or not supported.</exception>
    public static EmbeddingModel Open(string name, string directory, ModelSettings? settings = null)
    {
        settings ??= new();
        SessionFactory.Require(settings.Provider);
        IModelLayout layout = ModelLayouts.Find(directory)
            ?? throw new InferenceException(InferenceError.ModelNotFound, $"{directory} holds no model: {ModelLayouts.Expected}.");
        ModelDescription model = layout.Describe(directory);
        return new EmbeddingModel(name, model.Preprocessing is null ? model : model with { Preprocessing = model.Preprocessing with { WideGray = settings.WideGray } }, settings);
    }

    public BatchPlan PlanImages(long rows, CancellationToken cancellation = default)
    {
        int size = 3 * Preprocessing.Height * Preprocessing.Width;
        return Plan(ref imagePlan, "vision", towers.Vision, rows, count => EmbedPixels(new float[count * size], count, new float[count * Dimensions], cancellation), cancellation);
    }

    public BatchPlan PlanTexts(long rows, CancellationToken cancellation = default)
    {
        // Captions are a dozen tokens; only padding may be trimmed, so that other numbers than the padding's stand for them.
        int length = Math.Min(16, ContextLength);
        return Plan(ref textPlan, "text", towers.Text, rows, count =>
        {
            long[] ids = new long[count * ContextLength];
            ids.AsSpan().Fill(Text.PadId);
            for (int row = 0; row < count; row++)
            {
                ids.AsSpan(row * ContextLength, length).Fill(Text.PadId == 1 ? 2 : 1);
            }

            EmbedTokens(ids, count, new float[count * Dimensions], cancellation);
        }, cancellation);
    }

    public void EmbedTokens(ReadOnlySpan<long> ids, int count, Span<float> destination, CancellationToken cancellation = default)
    {
        CheckLengths(ids.Length, count, ContextLength, destination.Length);
        int[] order = ArrayPool<int>.Shared.Rent(count);
        int[] lengths = ArrayPool<int>.Shared.Rent(count);
        int size = Math.Min(Batch, count) * ContextLength;
        long[] batch = ArrayPool<long>.Shared.Rent(size);
        long[] mask = ArrayPool<long>.Shared.Rent(size);
        float[] features = ArrayPool<float>.Shared.Rent(Math.Min(Batch, count) * Dimensions);
        try
        {
            for (int row = 0; row < count; row++)
            {
                order[row] = row;
                lengths[row] = Text.MayTrim ? UsedTokens(ids.Slice(row * ContextLength, ContextLength)) : ContextLength;
            }

            // Texts of like length together: a batch is as wide as its longest text, and the padding after it cannot change a result.
            lengths.AsSpan(0, count).Sort(order.AsSpan(0, count));
            for (int start = 0; start < count; start += Batch)
            {
                ReadOnlySpan<int> rows = order.AsSpan(start, Math.Min(Batch, count - start));
                int length = lengths[start + rows.Length - 1];
                for (int i = 0; i < rows.Length; i++)
                {
                    ids.Slice(rows[i] * ContextLength, length).CopyTo(batch.AsSpan(i * length));
                }

                int used = rows.Length * length;
                Span<float> results = features.AsSpan(0, rows.Length * Dimensions);
                MarkText(batch.AsSpan(0, used), mask);
                towers.Text.Run<long>(batch.AsSpan(0, used), mask.AsSpan(0, used), [rows.Length, length], results, Dimensions, cancellation);
                Normalize(results);
                for (int i = 0; i < rows.Length; i++)
                {
                    results.Slice(i * Dimensions, Dimensions).CopyTo(destination[(rows[i] * Dimensions)..]);
                }
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(order);
            ArrayPool<int>.Shared.Return(lengths);
            ArrayPool<long>.Shared.Return(batch);
            ArrayPool<long>.Shared.Return(mask);
            ArrayPool<float>.Shared.Return(features);
        }
    }

    public void EmbedPixels(ReadOnlySpan<float> pixels, int count, Span<float> destination, CancellationToken cancellation = default)
    {
        int size = 3 * Preprocessing.Height * Preprocessing.Width;
        CheckLengths(pixels.Length, count, size, destination.Length);
        for (int start = 0; start < count; start += LargestCall)
        {
            int rows = Math.Min(LargestCall, count - start);
            Span<float> features = destination.Slice(start * Dimensions, rows * Dimensions);
            towers.Vision.Run(pixels.Slice(start * size, rows * size), [], [rows, 3, Preprocessing.Height, Preprocessing.Width], features, Dimensions, cancellation);
            Normalize(features);
        }
    }

    public void Preprocess(ReadOnlySpan<byte> encodedImage, Span<float> pixels) => (preprocessor ?? throw NoTower("vision", "images", "texts")).Process(encodedImage, pixels);

    public void EmbedTexts(IReadOnlyList<string> texts, Span<float> destination, CancellationToken cancellation = default)
    {
        long[] ids = ArrayPool<long>.Shared.Rent(texts.Count * ContextLength);
        try
        {
            for (int i = 0; i < texts.Count; i++)
            {
                tokenizer.Value.Encode(texts[i], ids.AsSpan(i * ContextLength, ContextLength));
            }

            EmbedTokens(ids.AsSpan(0, texts.Count * ContextLength), texts.Count, destination, cancellation);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(ids);
        }
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
                Decode(encodedImages, start, rows, pixels, size, cancellation);
                EmbedPixels(pixels.AsSpan(0, rows * size), rows, destination.Slice(start * Dimensions, rows * Dimensions), cancellation);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pixels);
        }
    }

    public void Dispose() => towers.Dispose();

    double? Scalar(string? tensor) => tensor is not null && description.Weights?.Find(tensor) is { } found ? SafeTensorsFile.ReadScalar(found) : null;

    InferenceException NoTower(string tower, string refused, string taken) =>
        new(InferenceError.NotSupported, $"The model {Name} has no {tower} tower: it embeds {taken}, but not {refused}. Use a model that has both, such as a CLIP model.");

    /// <summary>1 for a text's tokens, 0 for its padding.</summary>
    void MarkText(ReadOnlySpan<long> ids, Span<long> mask)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            mask[i] = ids[i] == Text.PadId ? 0 : 1;
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

    /// <summary>Tokens of a row up to the end of its text.</summary>
    int UsedTokens(ReadOnlySpan<long> row) => Math.Max(1, row.LastIndexOfAnyExcept((long)Text.PadId) + 1);

    /// <summary>On all processors, unless other calls have the others.</summary>
    void Decode(IReadOnlyList<ReadOnlyMemory<byte>> encoded, int start, int rows, float[] pixels, int size, CancellationToken cancellation)
    {
        if (rows == 1 || settings.Use.Bulk)
        {
            for (int row = 0; row < rows; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                Preprocess(encoded[start + row].Span, pixels.AsSpan(row * size, size));
            }

            return;
        }

        try
        {
            Parallel.For(0, rows, new ParallelOptions { CancellationToken = cancellation }, row => Preprocess(encoded[start + row].Span, pixels.AsSpan(row * size, size)));
        }
        catch (AggregateException error) when (error.InnerExceptions[0] is InferenceException)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
    }

    BatchPlan Plan(ref BatchPlan? known, string tower, TowerSession session, long rows, Action<int> embed, CancellationToken cancellation)
    {
        if (!settings.Use.Bulk)
        {
            return new(Batch, 1, 0);
        }

        lock (planning)
        {
            if (known is { } found)
            {
                return found;
            }

            string subject = $"{Fingerprint}|{tower}|{settings.Use.Precision}|{settings.Provider}";
            if (PlanCache.Find(subject) is { } remembered)
            {
                known = remembered;
            }
            else if (rows >= RowsThatPay)
            {
                known = BatchPlanner.Find(settings.Provider, Environment.ProcessorCount, plan =>
                {
                    session.UseThreads(plan.Threads);
                    return BatchPlanner.Measure(plan, embed, cancellation);
                });
                PlanCache.Remember(subject, known.Value);
            }

            BatchPlan chosen = known ?? BatchPlanner.Default(settings.Provider);
            session.UseThreads(chosen.Threads);
            return chosen;
        }
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
