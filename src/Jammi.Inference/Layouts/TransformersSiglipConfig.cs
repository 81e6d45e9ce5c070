using Jammi.Inference.Configuration;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Layouts;

/// <summary>
/// Reads the <c>config.json</c> of a SigLIP model of the transformers library (<c>SiglipConfig</c>), with that library's defaults. SigLIP 2 checkpoints of
/// a fixed resolution have the same architecture.
/// </summary>
internal static class TransformersSiglipConfig
{
    const string Head = TransformersNames.Vision + "head.";

    public static ModelDescription Read(ConfigSection root)
    {
        PretrainedFields.Accept(root);
        ClipTextTower text = ReadText(root.Section("text_config") ?? throw root.Missing("text_config"));
        VitTower vision = ReadVision(root.Section("vision_config") ?? throw root.Missing("vision_config"));
        if (text.Dimensions != vision.Dimensions)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"{root.File}: texts become vectors of {text.Dimensions} numbers, images of {vision.Dimensions}; they should be the same.");
        }

        return new ModelDescription
        {
            Layout = "transformers SigLIP",
            Directory = Path.GetDirectoryName(root.File)!,
            Vision = vision,
            Text = text,
            LogitScaleTensor = "logit_scale",
            LogitBiasTensor = "logit_bias",
            UnusedTensors = TransformersNames.Unused,
        };
    }

    static VitTower ReadVision(ConfigSection vision)
    {
        PretrainedFields.Accept(vision);
        vision.Accept("model_type");
        (int height, int width) = vision.Sides("image_size", 224);
        (int patchHeight, int patchWidth) = vision.Sides("patch_size", 16);
        if (vision.Integer("num_channels", 3) is not 3 and var channels)
        {
            throw vision.NotSupported("num_channels", $"{channels}; supported is 3");
        }

        if (!vision.Boolean("vision_use_head", otherwise: true))
        {
            throw vision.NotSupported("vision_use_head", "false: without its head the tower gives no single vector");
        }

        if (vision.Find("num_patches") is { } patches)
        {
            throw vision.NotSupported("num_patches", $"{patches.GetRawText()}: towers for pictures of any shape (NaFlex) are not supported");
        }

        TransformerShape shape = TransformersShape.Read(vision, 768, 3072, 12, "gelu_pytorch_tanh", 1e-6);
        vision.Finish();
        const string Embeddings = TransformersNames.Vision + "embeddings.";
        return new VitTower(
            height,
            width,
            shape.Width,
            patchHeight,
            patchWidth,
            shape,
            Embeddings + "patch_embedding.weight",
            Embeddings + "patch_embedding.bias",
            ClassToken: null,
            Embeddings + "position_embedding.weight",
            PreNorm: null,
            TransformersNames.Blocks(TransformersNames.Vision, shape.Layers),
            Pooler: null,
            NormNames.Of(TransformersNames.Vision + "post_layernorm"),
            NormAfterPool: false,
            VisionPooling.AttentionHead,
            new AttentionHead(Head + "probe", AttentionNames.Packed(Head + "attention."), NormNames.Of(Head + "layernorm"), LinearNames.Of(Head + "mlp.fc1"), LinearNames.Of(Head + "mlp.fc2")),
            Projection: null);
    }

    /// <summary>Every token sees every other, padding included, and the last of the row is the text's: rows are always full.</summary>
    static ClipTextTower ReadText(ConfigSection text)
    {
        PretrainedFields.Accept(text);
        text.Accept("model_type", "bos_token_id", "eos_token_id");
        int padId = text.Integer("pad_token_id", 1);
        TransformerShape shape = TransformersShape.Read(text, 768, 3072, 12, "gelu_pytorch_tanh", 1e-6);
        var tower = new ClipTextTower(
            text.Integer("max_position_embeddings", 64),
            text.Integer("vocab_size", 32000),
            text.Integer("projection_size", shape.Width),
            padId,
            shape,
            Causal: false,
            TextPooling.Last,
            EndId: null,
            TransformersNames.Text + "embeddings.token_embedding.weight",
            TransformersNames.Text + "embeddings.position_embedding.weight",
            ClassEmbedding: null,
            TransformersNames.Blocks(TransformersNames.Text, shape.Layers),
            NormNames.Of(TransformersNames.Text + "final_layer_norm"),
            new ProjectionNames(TransformersNames.Text + "head.weight", TransformersNames.Text + "head.bias", Transposed: true));
        text.Finish();
        return tower;
    }
}
