using System.Runtime.InteropServices;
using System.Text.Json;

namespace Jammi.Inference.Tests;

/// <summary>Tiny checkpoints against the recorded outputs of the reference, from the reference's own inputs.</summary>
public sealed class GoldenModelTests
{
    /// <summary>The reference's own float32 noise is below 2e-6; another activation or head count moves results by 3e-5 and more.</summary>
    const float Tolerance = 1e-5f;

    public static TheoryData<string> Models { get; } =
    [
        "tiny-gelu", "tiny-quickgelu-noheads", "tiny-fullvocab-fp16", "tiny-fp16-nolnpre", "tiny-avgpool-layerscale", "tiny-customtext-siglip-like", "tiny-bf16-longest", "tiny-coca",
    ];

    [Theory]
    [MemberData(nameof(Models))]
    public void Vision_features_equal_the_reference(string name)
    {
        using var golden = new GoldenModel(name);
        int compared = 0;
        foreach (string group in new[] { "images", "tensor_inputs" })
        {
            foreach (JsonElement image in golden.Expected.GetProperty(group).EnumerateArray())
            {
                float[] embedding = new float[golden.Model.Dimensions];
                golden.Model.EmbedPixels(golden.Tensor(image.GetProperty("input").GetString()!), 1, embedding);
                AssertClose(golden.Tensor(image.GetProperty("feature_normalized").GetString()!), embedding);
                compared++;
            }
        }

        Assert.True(compared >= 5);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Text_features_equal_the_reference(string name)
    {
        using var golden = new GoldenModel(name);
        JsonElement[] texts = [.. golden.Expected.GetProperty("texts").EnumerateArray()];
        long[] ids = [.. texts.SelectMany(t => t.GetProperty("token_ids").EnumerateArray().Select(i => i.GetInt64()))];
        float[] embeddings = new float[texts.Length * golden.Model.Dimensions];
        golden.Model.EmbedTokens(ids, texts.Length, embeddings);
        for (int i = 0; i < texts.Length; i++)
        {
            AssertClose(golden.Tensor(texts[i].GetProperty("feature_normalized").GetString()!), embeddings.AsSpan(i * golden.Model.Dimensions, golden.Model.Dimensions));

            float[] alone = new float[golden.Model.Dimensions];
            golden.Model.EmbedTokens(ids.AsSpan(i * golden.Model.ContextLength, golden.Model.ContextLength), 1, alone);
            AssertClose(embeddings.AsSpan(i * golden.Model.Dimensions, golden.Model.Dimensions).ToArray(), alone);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Picture_files_give_the_reference_features(string name)
    {
        using var golden = new GoldenModel(name);
        foreach (JsonElement image in golden.Expected.GetProperty("images").EnumerateArray())
        {
            byte[] file = File.ReadAllBytes(Path.Combine(TestData.Root, image.GetProperty("file").GetString()!));
            float[] pixels = new float[3 * golden.Model.Preprocessing.Height * golden.Model.Preprocessing.Width];
            golden.Model.Preprocess(file, pixels);
            AssertClose(golden.Tensor(image.GetProperty("input").GetString()!), pixels, 1e-6f);

            float[] embedding = new float[golden.Model.Dimensions];
            golden.Model.EmbedImages([file], embedding);
            AssertClose(golden.Tensor(image.GetProperty("feature_normalized").GetString()!), embedding);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Texts_give_the_reference_features_and_logits(string name)
    {
        using var golden = new GoldenModel(name);
        JsonElement[] texts = [.. golden.Expected.GetProperty("texts").EnumerateArray()];
        float[] embeddings = new float[texts.Length * golden.Model.Dimensions];
        golden.Model.EmbedTexts([.. texts.Select(t => t.GetProperty("text").GetString()!)], embeddings);
        for (int i = 0; i < texts.Length; i++)
        {
            AssertClose(golden.Tensor(texts[i].GetProperty("feature_normalized").GetString()!), embeddings.AsSpan(i * golden.Model.Dimensions, golden.Model.Dimensions));
        }

        Assert.Equal(golden.Expected.GetProperty("logit_scale_exp").GetDouble(), golden.Model.LogitScale, 1e-4 * golden.Model.LogitScale);
        Assert.Equal(golden.Expected.GetProperty("logit_bias") is { ValueKind: JsonValueKind.Number } bias ? bias.GetDouble() : 0, golden.Model.LogitBias, 1e-5);
    }

    [Fact]
    public void A_text_query_does_not_load_the_vision_tower()
    {
        using var model = EmbeddingModel.Open("figures-clip", TestData.FiguresModel);
        model.EmbedTexts(["a red circle"], new float[model.Dimensions]);
        Assert.True(model.IsTextLoaded);
        Assert.False(model.IsVisionLoaded);
    }

    internal static void AssertClose(float[] expected, ReadOnlySpan<float> actual, float tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"number {i}: expected {expected[i]}, got {actual[i]}");
        }
    }

    sealed class GoldenModel : IDisposable
    {
        readonly byte[] tensors;
        readonly JsonDocument document;

        public GoldenModel(string name)
        {
            string directory = Path.Combine(TestData.Root, "golden", "models", name);
            tensors = File.ReadAllBytes(Path.Combine(directory, "expected.bin"));
            document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, "expected.json")));
            Model = EmbeddingModel.Open(name, directory);
        }

        public EmbeddingModel Model { get; }

        public JsonElement Expected => document.RootElement;

        public float[] Tensor(string name)
        {
            JsonElement entry = Expected.GetProperty("tensors").GetProperty(name);
            return MemoryMarshal.Cast<byte, float>(tensors.AsSpan(entry.GetProperty("offset").GetInt32(), entry.GetProperty("length").GetInt32())).ToArray();
        }

        public void Dispose()
        {
            Model.Dispose();
            document.Dispose();
        }
    }
}
