using System.Numerics.Tensors;
using Jammi.Inference.Onnx;

namespace Jammi.Inference.Tests.Speed;

public sealed class Int8Tests
{
    [Fact]
    public void A_channel_is_scaled_to_its_largest_weight()
    {
        sbyte[] quantized = new sbyte[5];
        float scale = WeightQuantizer.QuantizeRow([0.5f, -1f, 0.25f, 0f, 0.503f], quantized, 127);
        Assert.Equal(1f / 127, scale, 1e-7f);
        Assert.Equal([64, -127, 32, 0, 64], quantized);
        Assert.Equal(1, WeightQuantizer.QuantizeRow([0f, 0f], quantized.AsSpan(0, 2), 127));
    }

    [Fact]
    public void Rounding_is_that_of_the_plain_loop()
    {
        var random = new Random(3);
        float[] row = [.. Enumerable.Range(0, 1_003).Select(_ => (float)random.NextDouble() - 0.5f)];
        float scale = row.Max(Math.Abs) / 63;
        sbyte[] expected = [.. row.Select(w => (sbyte)Math.Clamp(MathF.Round(w / scale), -127, 127))];
        sbyte[] quantized = new sbyte[row.Length];
        Assert.Equal(scale, WeightQuantizer.QuantizeRow(row, quantized, 63));
        Assert.Equal(expected, quantized);
    }

    [Fact]
    public void Vectors_stay_close_to_those_of_floats()
    {
        using EmbeddingModel exact = EmbeddingModel.Open("figures-clip", TestData.FiguresModel);
        using EmbeddingModel small = Int8(TestData.FiguresModel);
        Assert.Equal(exact.Fingerprint, small.Fingerprint);
        ReadOnlyMemory<byte>[] images = [.. Directory.GetFiles(Path.Combine(TestData.Root, "figures", "images")).Select(f => new ReadOnlyMemory<byte>(File.ReadAllBytes(f)))];
        AssertClose(exact, small, images.Length, (model, vectors) => model.EmbedImages(images, vectors));
        AssertClose(exact, small, 2, (model, vectors) => model.EmbedTexts(["a red circle on a white background", "a bar chart"], vectors));
    }

    [Fact]
    public void Half_precision_checkpoints_and_packed_poolers_are_quantised_too()
    {
        foreach (string directory in Directory.GetDirectories(Path.Combine(TestData.Root, "golden", "models")))
        {
            using EmbeddingModel exact = EmbeddingModel.Open("exact", directory);
            using EmbeddingModel small = Int8(directory);
            AssertClose(exact, small, 1, (model, vectors) => model.EmbedTexts(["a photo of a cat"], vectors), 0.97f);
        }
    }

    [Fact]
    public void A_model_that_cannot_be_quantised_says_so()
    {
        using var folder = new TemporaryFolder();
        InferenceException error = Assert.Throws<InferenceException>(() => TowerSessions.Prepare(
            new Jammi.Inference.Towers.ModelDescription { Layout = "exported ONNX", Directory = folder.Path }, ModelPrecision.Int8, ExecutionProvider.Cpu, () => "0"));
        Assert.Equal(InferenceError.NotSupported, error.Error);
        Assert.Contains("int8", error.Message, StringComparison.Ordinal);
    }

    static EmbeddingModel Int8(string directory) => EmbeddingModel.Open("int8", directory, new ModelSettings { Use = new ModelUse { Precision = ModelPrecision.Int8 } });

    static void AssertClose(EmbeddingModel exact, EmbeddingModel small, int count, Action<EmbeddingModel, float[]> embed, float least = 0.995f)
    {
        float[] expected = new float[count * exact.Dimensions];
        float[] actual = new float[count * exact.Dimensions];
        embed(exact, expected);
        embed(small, actual);
        for (int i = 0; i < count; i++)
        {
            float cosine = TensorPrimitives.Dot(expected.AsSpan(i * exact.Dimensions, exact.Dimensions), actual.AsSpan(i * exact.Dimensions, exact.Dimensions));
            Assert.True(cosine >= least, $"{exact.Directory}: row {i} has cosine {cosine}");
        }

        Assert.NotEqual(expected, actual);
    }
}
