using Jammi.Inference.Layouts;

namespace Jammi.Inference.Tests.Checkpoints;

/// <summary>A checkpoint that does not fit its configuration is refused with the tensor, what was expected and what was found.</summary>
public sealed class TensorErrorTests
{
    [Fact]
    public void A_missing_tensor_is_named_with_the_shape_it_should_have()
    {
        string message = Refusal(t => t.Remove("visual.transformer.resblocks.1.mlp.c_fc.weight"));
        Assert.Contains("visual.transformer.resblocks.1.mlp.c_fc.weight of shape [160, 64] is missing", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_of_another_shape_is_named_with_both_shapes()
    {
        string message = Refusal(t => t.Add("text_projection", [32, 16], new float[32 * 16]));
        Assert.Contains("text_projection should have shape [32, 32], but has [32, 16]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_of_another_type_is_named_with_its_type()
    {
        string message = Refusal(t => t.Retype("ln_final.weight", "I64"));
        Assert.Contains("ln_final.weight of shape [32] has type I64; supported are F32, F16 and BF16", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_that_nothing_accounts_for_is_named_with_its_shape()
    {
        string message = Refusal(t => t.Add("visual.transformer.resblocks.0.ls_1.gamma", [64], new float[64]));
        Assert.Contains("visual.transformer.resblocks.0.ls_1.gamma of shape [64] belongs to nothing that the configuration describes", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Position_embeddings_of_another_grid_are_refused_with_both_grids()
    {
        string message = Refusal(t => t.Add("visual.positional_embedding", [26, 64], new float[26 * 64]));
        Assert.Contains("visual.positional_embedding should have shape [17, 64], but has [26, 64]", message, StringComparison.Ordinal);
        Assert.Contains("grid of 4x4 patches that an image of 32x32 has", message, StringComparison.Ordinal);
        Assert.Contains("not resized", message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_at_once_but_no_more_than_can_be_read()
    {
        string message = Refusal(t =>
        {
            foreach (string name in t.Names.Where(n => n.StartsWith("transformer.", StringComparison.Ordinal)).ToArray())
            {
                t.Remove(name);
            }
        });
        Assert.Equal(8, message.Split("is missing").Length - 1);
        Assert.Contains("and 16 more", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Buffers_that_no_embedding_needs_may_be_there()
    {
        using var folder = new TemporaryFolder();
        using EmbeddingModel model = Open(folder, t => t.Add("attn_mask", [77, 77], new float[77 * 77]));
        Assert.Equal(32, model.Dimensions);
    }

    static string Refusal(Action<TestTensors> change)
    {
        using var folder = new TemporaryFolder();
        InferenceException error = Assert.Throws<InferenceException>(() => Open(folder, change));
        Assert.Equal(InferenceError.InvalidModel, error.Error);
        Assert.Contains(OpenClipLayout.WeightsFileName, error.Message, StringComparison.Ordinal);
        return error.Message;
    }

    static EmbeddingModel Open(TemporaryFolder folder, Action<TestTensors> change)
    {
        string golden = Path.Combine(TestData.Root, "golden", "models", "tiny-gelu");
        TestTensors tensors = TestTensors.Read(Path.Combine(golden, OpenClipLayout.WeightsFileName));
        change(tensors);
        folder.Write(OpenClipConfig.FileName, File.ReadAllText(Path.Combine(golden, OpenClipConfig.FileName)));
        folder.Write(OpenClipLayout.WeightsFileName, tensors.ToSafeTensors());
        return EmbeddingModel.Open("broken", folder.Path);
    }
}
