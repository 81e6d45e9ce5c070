using Jammi.Inference.Configuration;
using Jammi.Inference.Images;
using Jammi.Inference.Onnx;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Layouts;

/// <summary>
/// Reads <c>open_clip_config.json</c>. Defaults are those of the reference (open_clip's <c>CLIPVisionCfg</c>, <c>CLIPTextCfg</c>, <c>PreprocessCfg</c>);
/// every field is honoured, has no effect on embeddings, or is refused by name. <c>docs/models.md</c> lists them.
/// </summary>
internal static class OpenClipConfig
{
    public const string FileName = "open_clip_config.json";

    static readonly float[] DefaultMean = [0.48145466f, 0.4578275f, 0.40821073f];
    static readonly float[] DefaultStd = [0.26862954f, 0.26130258f, 0.27577711f];

    /// <summary>The model without its directory, weights and tokenizer.</summary>
    /// <param name="hasTensor">Whether the checkpoint has a tensor.</param>
    /// <param name="asked">Receives the path of every known field.</param>
    /// <exception cref="InferenceException">A field is missing, contradictory or not supported; the message names it.</exception>
    public static ModelDescription Read(string path, Func<string, bool> hasTensor, ISet<string>? asked = null) => ConfigFile.Read(
        path,
        root =>
        {
            ConfigSection model = root.Section("model_cfg") ?? throw root.Missing("model_cfg");
            return ReadModel(model, root.Section("preprocess_cfg"), hasTensor) with { Directory = Path.GetDirectoryName(path)! };
        },
        asked);

    static ModelDescription ReadModel(ConfigSection model, ConfigSection? preprocess, Func<string, bool> hasTensor)
    {
        int dimensions = model.Integer("embed_dim");
        bool quickGelu = model.Boolean("quick_gelu");
        bool customText = model.Boolean("custom_text");
        double logitScale = model.Number("init_logit_scale", Math.Log(1 / 0.07));
        double logitBias = model.Number("init_logit_bias", 0);

        // The stored scale may be a number or a list of one; a CoCa model's decoder only writes captions.
        model.Accept("nonscalar_logit_scale", "multimodal_cfg");
        VisionTower vision = ReadVision(model.Section("vision_cfg") ?? throw model.Missing("vision_cfg"), dimensions, quickGelu);

        // Custom text towers keep their tensors under "text."; older files of such models have them at the root, which the reference accepts too.
        string prefix = customText && !hasTensor("token_embedding.weight") ? "text." : string.Empty;
        TextTower text = ReadText(model.Section("text_cfg") ?? throw model.Missing("text_cfg"), dimensions, quickGelu, prefix);
        model.Finish();
        return new ModelDescription
        {
            Layout = "OpenCLIP",
            Directory = string.Empty,
            Vision = vision,
            Text = text,
            Preprocessing = ReadPreprocessing(preprocess, vision),
            LogitScaleTensor = "logit_scale",
            LogitBiasTensor = "logit_bias",
            LogitScale = logitScale,
            LogitBias = logitBias,
            UnusedTensors = ["text_decoder.*", "*attn_mask", "*num_batches_tracked"],
        };
    }

    static VisionTower ReadVision(ConfigSection vision, int dimensions, bool quickGelu)
    {
        vision.RefuseUnlessUnused("timm_model_name", "timm towers are not supported");
        vision.Accept("timm_model_pretrained", "timm_pool", "timm_proj", "timm_proj_bias", "timm_drop", "timm_drop_path");
        vision.RefuseUnlessUnused("input_patchnorm", "the reference has removed it");
        vision.RefuseUnlessUnused("global_average_pool", "the reference has removed it; pool_type says it now");

        // Training only, about what else the tower returns, or a former name of attn_pooler_queries that the reference refuses too where it matters.
        vision.Accept("patch_dropout", "output_tokens");
        vision.RefuseUnlessUnused("n_queries", "the reference has removed it; attn_pooler_queries says it now");

        // Both kinds are stored in the checkpoint.
        vision.Choice("pos_embed_type", "learnable", "learnable", "sin_cos_2d");
        (int height, int width) = vision.Sides("image_size", 224);
        (int patchHeight, int patchWidth) = vision.Sides("patch_size", 16);
        int towerWidth = vision.Integer("width", 768);
        int headWidth = vision.Integer("head_width", 64);
        int[]? stages = vision.Stages("layers");
        int headCount = headWidth == 0 ? 0 : (stages is null ? towerWidth : towerWidth * ResNetBuilder.Stride) / headWidth;
        TransformerShape? shape = stages is null ? ReadTransformer(vision, towerWidth, headCount, "head_width", quickGelu) : null;
        bool layerScale = vision.Find("ls_init_value") is not null;
        bool noPreNorm = vision.Boolean("no_ln_pre");
        bool average = vision.Choice("pool_type", "tok", "tok", "avg") == "avg";
        bool normAfterPool = vision.Boolean("final_ln_after_pool");
        AttentionalPooler? pooler = ReadPooler(vision, dimensions, towerWidth);
        if (stages is not null)
        {
            // The reference builds a ResNet from its own fields alone.
            vision.Accept("mlp_ratio", "act_kwargs", "norm_kwargs");
            vision.Finish();
            return height % ResNetBuilder.Stride == 0 && width % ResNetBuilder.Stride == 0 && headCount > 0
                ? new ResNetTower(height, width, dimensions, stages, towerWidth, headCount, OpenClipNames.Vision)
                : throw vision.NotSupported("image_size", $"{height}x{width}: a ResNet needs sides that divide by {ResNetBuilder.Stride}");
        }

        if (height < patchHeight || width < patchWidth)
        {
            throw vision.NotSupported("patch_size", $"{patchHeight}x{patchWidth}: an image of {height}x{width} has no such patch");
        }

        vision.Finish();
        return new VitTower(
            height,
            width,
            dimensions,
            patchHeight,
            patchWidth,
            shape!,
            OpenClipNames.Vision + "conv1.weight",
            PatchBias: null,
            OpenClipNames.Vision + "class_embedding",
            OpenClipNames.Vision + "positional_embedding",
            noPreNorm ? null : NormNames.Of(OpenClipNames.Vision + "ln_pre"),
            OpenClipNames.Blocks(OpenClipNames.Vision, shape!.Layers, layerScale),
            pooler,
            NormNames.Of(OpenClipNames.Vision + "ln_post"),
            normAfterPool,
            average ? VisionPooling.Average : VisionPooling.ClassToken,
            Head: null,
            new ProjectionNames(OpenClipNames.Vision + "proj", Bias: null, Transposed: false));
    }

    static AttentionalPooler? ReadPooler(ConfigSection vision, int dimensions, int towerWidth)
    {
        int queries = vision.Integer("attn_pooler_queries", 256);
        int heads = vision.Integer("attn_pooler_heads", 8);
        if (vision.Find("attentional_pool") is { ValueKind: System.Text.Json.JsonValueKind.String } kind)
        {
            throw vision.NotSupported("attentional_pool", $"{kind.GetRawText()}; supported are true and false");
        }

        return !vision.Boolean("attentional_pool") ? null
            : heads > 0 && dimensions % heads == 0 ? OpenClipNames.Pooler(queries, heads, dimensions, towerWidth)
            : throw vision.NotSupported("attn_pooler_heads", $"{heads}: the pooler's width {dimensions} does not divide by it");
    }

    static ClipTextTower ReadText(ConfigSection text, int dimensions, bool quickGelu, string prefix)
    {
        text.RefuseUnlessUnused("hf_model_name", "Hugging Face text towers are not supported in this layout");
        text.Accept("hf_model_pretrained", "hf_proj_type", "hf_pooler_type");
        text.RefuseUnlessUnused("tokenizer_kwargs", "only the cleaning of the standard tokenizer is supported");
        text.RefuseUnlessUnused("bert_tokenizer", "BERT tokenizers are not supported");

        // The tokenizer's files lie in the folder. A norm works on each token alone, so it may come before pooling or after.
        text.Accept("hf_tokenizer_name", "output_tokens", "final_ln_after_pool");
        TextPooling pooling = text.Choice("pool_type", "argmax", "argmax", "first", "last", "eos") switch
        {
            "first" => TextPooling.First,
            "last" => TextPooling.Last,
            "eos" => TextPooling.EndOfText,
            _ => TextPooling.ArgMax,
        };
        int endId = text.Integer("eos_id", -1);
        if (pooling == TextPooling.EndOfText && endId < 0)
        {
            throw text.NotSupported("pool_type", "\"eos\" without eos_id");
        }

        bool causal = !text.Boolean("no_causal_mask");
        int hiddenId = text.Integer("pad_id", 0);
        bool embedClass = text.Boolean("embed_cls");
        if (embedClass && !causal)
        {
            throw text.NotSupported("embed_cls", "true with no_causal_mask: what the class embedding may see is not defined then");
        }

        int width = text.Integer("width", 512);
        TransformerShape shape = ReadTransformer(text, width, text.Integer("heads", 8), "heads", quickGelu);
        var tower = new ClipTextTower(
            text.Integer("context_length", 77),
            text.Integer("vocab_size", 49408),
            dimensions,
            PadId: 0,
            shape,
            causal,
            pooling,
            pooling == TextPooling.EndOfText ? endId : null,
            prefix + "token_embedding.weight",
            prefix + "positional_embedding",
            embedClass ? new ClassEmbedding(prefix + "cls_emb", hiddenId) : null,
            OpenClipNames.Blocks(prefix, shape.Layers, text.Find("ls_init_value") is not null),
            NormNames.Of(prefix + "ln_final"),
            ReadProjection(text, prefix, width, dimensions));
        text.Finish();
        return tower;
    }

    static ProjectionNames? ReadProjection(ConfigSection text, string prefix, int width, int dimensions)
    {
        bool bias = text.Boolean("proj_bias");
        if (text.Choice("proj_type", "linear", "linear", "none") == "none")
        {
            return width == dimensions ? null
                : throw text.NotSupported("proj_type", $"\"none\" with a width of {width} and an embed_dim of {dimensions}: texts and images would have different dimensions");
        }

        return bias ? new(prefix + "text_projection.weight", prefix + "text_projection.bias", Transposed: true) : new(prefix + "text_projection", Bias: null, Transposed: false);
    }

    static TransformerShape ReadTransformer(ConfigSection section, int width, int heads, string headsField, bool quickGelu)
    {
        if (heads == 0 || width % heads != 0)
        {
            throw section.NotSupported(headsField, $"{heads} heads of a width of {width}: it does not divide by them");
        }

        ActivationKind activation = ActivationKind.Gelu;
        if (section.Section("act_kwargs") is { } act)
        {
            activation = act.Choice("approximate", "none", "none", "tanh") == "tanh" ? ActivationKind.GeluTanh : ActivationKind.Gelu;
            act.Finish();
        }

        double epsilon = 1e-5;
        if (section.Section("norm_kwargs") is { } norm)
        {
            epsilon = norm.Number("eps", epsilon);
            norm.Finish();
        }

        return new(
            width,
            section.Integer("layers", 12),
            heads,
            (int)(width * section.Number("mlp_ratio", 4.0)),
            quickGelu ? ActivationKind.QuickGelu : activation,
            (float)epsilon);
    }

    static PreprocessSettings ReadPreprocessing(ConfigSection? section, VisionTower vision)
    {
        if (section is null)
        {
            return new(vision.Height, vision.Width, DefaultMean, DefaultStd, Interpolation.Bicubic, ResizeMode.Shortest, 0);
        }

        // The reference takes the size from vision_cfg.image_size, whatever stands here.
        section.Accept("size");
        section.Choice("mode", "RGB", "RGB");
        var settings = new PreprocessSettings(
            vision.Height,
            vision.Width,
            section.Triple("mean", DefaultMean),
            section.Triple("std", DefaultStd),
            section.Choice("interpolation", "bicubic", "bicubic", "bilinear") == "bilinear" ? Interpolation.Bilinear : Interpolation.Bicubic,
            section.Choice("resize_mode", "shortest", "shortest", "longest", "squash") switch
            {
                "longest" => ResizeMode.Longest,
                "squash" => ResizeMode.Squash,
                _ => ResizeMode.Shortest,
            },
            section.Integer("fill_color", 0));
        section.Finish();
        return settings;
    }
}
