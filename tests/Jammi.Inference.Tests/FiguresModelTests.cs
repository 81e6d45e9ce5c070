using System.Text.Json;

namespace Jammi.Inference.Tests;

/// <summary>The shipped model against the values of its training script: texts and pictures as users hand them in.</summary>
public sealed class FiguresModelTests
{
    static readonly JsonElement Expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(TestData.Root, "figures", "expected.json"))).RootElement;

    [Fact]
    public void Texts_embed_as_recorded()
    {
        using var model = EmbeddingModel.Open("figures-clip", TestData.FiguresModel);
        JsonElement[] texts = [.. Expected.GetProperty("texts").EnumerateArray()];
        float[] embeddings = new float[texts.Length * model.Dimensions];
        model.EmbedTexts([.. texts.Select(t => t.GetProperty("text").GetString()!)], embeddings);
        for (int i = 0; i < texts.Length; i++)
        {
            GoldenModelTests.AssertClose(Numbers(texts[i]), embeddings.AsSpan(i * model.Dimensions, model.Dimensions));
        }
    }

    [Fact]
    public void Pictures_embed_as_recorded()
    {
        using var model = EmbeddingModel.Open("figures-clip", TestData.FiguresModel);
        JsonElement[] images = [.. Expected.GetProperty("images").EnumerateArray()];
        float[] embeddings = new float[images.Length * model.Dimensions];
        model.EmbedImages([.. images.Select(Read)], embeddings);
        for (int i = 0; i < images.Length; i++)
        {
            GoldenModelTests.AssertClose(Numbers(images[i]), embeddings.AsSpan(i * model.Dimensions, model.Dimensions), 2e-5f);
        }
    }

    static ReadOnlyMemory<byte> Read(JsonElement image) => File.ReadAllBytes(Path.Combine(TestData.Root, "figures", "images", image.GetProperty("file").GetString()!));

    static float[] Numbers(JsonElement entry) => [.. entry.GetProperty("embedding").EnumerateArray().Select(n => n.GetSingle())];
}
