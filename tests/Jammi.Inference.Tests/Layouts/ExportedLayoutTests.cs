using Jammi.Inference.Checkpoints;
using Jammi.Inference.Onnx;
using Jammi.Inference.Layouts;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Tests.Layouts;

/// <summary>Towers that were exported to ONNX elsewhere give what the same weights give in their own layout.</summary>
public sealed class ExportedLayoutTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("onnx", true)]
    public void Exported_towers_give_the_vectors_of_the_checkpoint(string subfolder, bool masked)
    {
        using var folder = new TemporaryFolder();
        Export(folder, subfolder, masked, vision: true, text: true);
        using EmbeddingModel expected = EmbeddingModel.Open("original", Golden);
        using EmbeddingModel actual = EmbeddingModel.Open("exported", folder.Path);
        float[] one = new float[2 * expected.Dimensions];
        float[] two = new float[2 * actual.Dimensions];
        expected.EmbedTexts(["a photo of a cat", "two red circles"], one);
        actual.EmbedTexts(["a photo of a cat", "two red circles"], two);
        GoldenModelTests.AssertClose(one, two, 1e-6f);

        byte[] picture = File.ReadAllBytes(Path.Combine(TestData.Root, "images", "square_224x224.png"));
        expected.EmbedImages([picture], one);
        actual.EmbedImages([picture], two);
        GoldenModelTests.AssertClose(one[..expected.Dimensions], two.AsSpan(0, actual.Dimensions), 1e-6f);
    }

    [Fact]
    public void A_model_without_a_text_tower_refuses_text_in_a_sentence()
    {
        using var folder = new TemporaryFolder();
        Export(folder, "onnx", masked: false, vision: true, text: false);
        using EmbeddingModel model = EmbeddingModel.Open("eyes", folder.Path);
        InferenceException error = Assert.Throws<InferenceException>(() => model.EmbedTexts(["a cat"], new float[model.Dimensions]));
        Assert.Equal(InferenceError.NotSupported, error.Error);
        Assert.Equal("The model eyes has no text tower: it embeds images, but not texts. Use a model that has both, such as a CLIP model.", error.Message);
    }

    [Fact]
    public void A_graph_without_a_vector_is_refused_with_what_it_has()
    {
        using var folder = new TemporaryFolder();
        Export(folder, "onnx", masked: false, vision: true, text: false, visionOutput: "last_hidden_state");
        InferenceException error = Assert.Throws<InferenceException>(() => EmbeddingModel.Open("eyes", folder.Path));
        Assert.Contains("no output image_embeds or pooler_output, but last_hidden_state", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_graph_is_named()
    {
        using var folder = new TemporaryFolder();
        Export(folder, "onnx", masked: false, vision: true, text: false);
        folder.Write("onnx/vision_model.onnx", "no graph");
        InferenceException error = Assert.Throws<InferenceException>(() => EmbeddingModel.Open("eyes", folder.Path));
        Assert.Equal(InferenceError.InvalidModel, error.Error);
        Assert.Contains("vision_model.onnx", error.Message, StringComparison.Ordinal);
    }

    static string Golden => Path.Combine(TestData.Root, "golden", "models", "tiny-quickgelu-noheads");

    static void Export(TemporaryFolder folder, string subfolder, bool masked, bool vision, bool text, string visionOutput = "image_embeds")
    {
        ModelDescription model = new OpenClipLayout().Describe(Golden);
        string place = Path.Combine(folder.Path, subfolder);
        Directory.CreateDirectory(place);
        File.Copy(Path.Combine(Golden, OpenClipLayout.WeightsFileName), Path.Combine(place, "weights.bin"));
        WeightSet weights = WeightSet.Open(Path.Combine(place, "weights.bin"));
        if (vision)
        {
            using var graph = new OnnxGraph("vision", weights, new TensorLedger(weights));
            string pixels = graph.Input("pixel_values", OnnxType.Float, "batch", 3, model.Vision!.Height, model.Vision.Width);
            File.WriteAllBytes(Path.Combine(place, "vision_model.onnx"), graph.Finish(VitBuilder.Build(graph, (VitTower)model.Vision, pixels), model.Dimensions, visionOutput));
        }

        if (text)
        {
            using var graph = new OnnxGraph("text", weights, new TensorLedger(weights));
            string ids = graph.Input("input_ids", OnnxType.Int64, "batch", "tokens");
            if (masked)
            {
                graph.Input("attention_mask", OnnxType.Int64, "batch", "tokens");
            }

            File.WriteAllBytes(Path.Combine(place, "text_model.onnx"), graph.Finish(ClipTextBuilder.Build(graph, (ClipTextTower)model.Text!, ids), model.Dimensions, "text_embeds"));
        }

        folder.Write("config.json", """
            { "model_type": "clip", "projection_dim": 24, "vision_config": { "image_size": 24, "patch_size": 8, "hidden_size": 64, "num_attention_heads": 4, "num_hidden_layers": 1 },
              "text_config": { "hidden_size": 64, "max_position_embeddings": 77, "vocab_size": 576, "num_hidden_layers": 1 } }
            """);
        folder.Write("preprocessor_config.json", """{ "size": 24, "crop_size": 24, "do_center_crop": true, "resample": 3 }""");
        File.Copy(Path.Combine(Golden, "tokenizer.json"), Path.Combine(folder.Path, "tokenizer.json"));
    }
}
