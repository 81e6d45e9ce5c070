using Jammi.Inference.Configuration;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Layouts;

/// <summary>Reads the <c>config.json</c> of a CLIP model of the transformers library (<c>CLIPConfig</c>), with that library's defaults.</summary>
internal static class TransformersClipConfig
{
    /// <summary>The id that stands in old configurations for "not known": the end of text is the highest id then.</summary>
    const int LegacyEndId = 2;

    public static ModelDescription Read(ConfigSection root)
    {
        PretrainedFields.Accept(root);
        int dimensions = root.Integer("projection_dim", 512);
        double logitScale = root.Number("logit_scale_init_value", 2.6592);

        // Where both are there, the library lets the older form win.
        VisionTower vision = ReadVision(root.Overlaid("vision_config", "vision_config_dict"), dimensions);
        TextTower text = ReadText(root.Overlaid("text_config", "text_config_dict"), dimensions);
        return new ModelDescription
        {
            Layout = "transformers CLIP",
            Directory = Path.GetDirectoryName(root.File)!,
            Vision = vision,
            Text = text,
            LogitScaleTensor = "logit_scale",
            LogitScale = logitScale,
            UnusedTensors = TransformersNames.Unused,
        };
    }

    static VitTower ReadVision(ConfigSection vision, int dimensions)
    {
        AcceptCommon(vision);
        (int height, int width) = vision.Sides("image_size", 224);
        (int patchHeight, int patchWidth) = vision.Sides("patch_size", 32);
        if (vision.Integer("num_channels", 3) is not 3 and var channels)
        {
            throw vision.NotSupported("num_channels", $"{channels}; supported is 3");
        }

        TransformerShape shape = TransformersShape.Read(vision, 768, 3072, 12, "quick_gelu", 1e-5);
        vision.Finish();
        const string Embeddings = TransformersNames.Vision + "embeddings.";
        return new VitTower(
            height,
            width,
            dimensions,
            patchHeight,
            patchWidth,
            shape,
            Embeddings + "patch_embedding.weight",
            PatchBias: null,
            Embeddings + "class_embedding",
            Embeddings + "position_embedding.weight",
            NormNames.Of(TransformersNames.Vision + "pre_layrnorm"),
            TransformersNames.Blocks(TransformersNames.Vision, shape.Layers),
            Pooler: null,
            NormNames.Of(TransformersNames.Vision + "post_layernorm"),
            NormAfterPool: true,
            VisionPooling.ClassToken,
            Head: null,
            new ProjectionNames("visual_projection.weight", Bias: null, Transposed: true));
    }

    static ClipTextTower ReadText(ConfigSection text, int dimensions)
    {
        AcceptCommon(text);
        text.Accept("bos_token_id", "pad_token_id");
        int endId = text.Integer("eos_token_id", 49407);
        TransformerShape shape = TransformersShape.Read(text, 512, 2048, 8, "quick_gelu", 1e-5);
        var tower = new ClipTextTower(
            text.Integer("max_position_embeddings", 77),
            text.Integer("vocab_size", 49408),
            dimensions,
            PadId: 0,
            shape,
            Causal: true,
            endId == LegacyEndId ? TextPooling.ArgMax : TextPooling.EndOfText,
            endId == LegacyEndId ? null : endId,
            TransformersNames.Text + "embeddings.token_embedding.weight",
            TransformersNames.Text + "embeddings.position_embedding.weight",
            ClassEmbedding: null,
            TransformersNames.Blocks(TransformersNames.Text, shape.Layers),
            NormNames.Of(TransformersNames.Text + "final_layer_norm"),
            new ProjectionNames("text_projection.weight", Bias: null, Transposed: true));
        text.Finish();
        return tower;
    }

    /// <summary>The towers' own <c>projection_dim</c> does not count beside the model's.</summary>
    static void AcceptCommon(ConfigSection section)
    {
        PretrainedFields.Accept(section);
        section.Accept("model_type", "projection_dim", "bos_token_id", "eos_token_id", "pad_token_id");
    }
}
