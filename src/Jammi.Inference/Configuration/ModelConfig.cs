using System.Text.Json;
using Jammi.Inference.Images;

namespace Jammi.Inference.Configuration;

internal enum ActivationKind
{
    /// <summary>x Φ(x), with the error function.</summary>
    Gelu,

    /// <summary>The tanh approximation of GELU.</summary>
    GeluTanh,

    /// <summary>x σ(1.702 x), of the original CLIP.</summary>
    QuickGelu,
}

/// <summary>What both towers' transformers have in common.</summary>
/// <param name="MlpWidth">int(width · mlp_ratio).</param>
internal sealed record TransformerConfig(int Width, int Layers, int Heads, int MlpWidth, ActivationKind Activation, float NormEpsilon, bool LayerScale);

/// <summary>The vision tower: open_clip's <c>CLIPVisionCfg</c>.</summary>
internal sealed record VisionConfig(TransformerConfig Transformer, int PatchHeight, int PatchWidth, int Height, int Width, bool NoLnPre, bool AveragePool, bool FinalNormAfterPool)
{
    public int GridHeight => Height / PatchHeight;

    public int GridWidth => Width / PatchWidth;

    /// <summary>Patches and the class token.</summary>
    public int Tokens => (GridHeight * GridWidth) + 1;
}

internal enum TextPooling
{
    ArgMax,
    First,
    Last,
    EndOfText,
}

/// <summary>The text tower: open_clip's <c>CLIPTextCfg</c>.</summary>
internal sealed record TextConfig(TransformerConfig Transformer, int ContextLength, int VocabularySize, bool CausalMask, TextPooling Pooling, int? EndOfTextId, bool HasProjection, bool ProjectionBias)
{
    /// <summary>Whether tokens after a text's end cannot change its embedding, so that a batch may be cut at its longest text.</summary>
    public bool MayTrim => CausalMask && Pooling is TextPooling.ArgMax or TextPooling.EndOfText or TextPooling.First;
}

/// <summary>
/// A checkpoint's <c>open_clip_config.json</c>. Defaults are those of the reference (<c>open_clip/model.py</c>, <c>transform.py</c>); every field is honoured,
/// has no effect on embeddings, or is refused by name.
/// </summary>
internal sealed record ModelConfig(int EmbeddingDimension, VisionConfig Vision, TextConfig Text, bool CustomText, double InitialLogitScale, double? InitialLogitBias, PreprocessSettings Preprocessing)
{
    public const string FileName = "open_clip_config.json";

    static readonly float[] DefaultMean = [0.48145466f, 0.4578275f, 0.40821073f];
    static readonly float[] DefaultStd = [0.26862954f, 0.26130258f, 0.27577711f];

    public static ModelConfig Read(string path)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 16 });
        }
        catch (JsonException error)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"{path} is not JSON: {error.Message}", error);
        }
        catch (IOException error)
        {
            throw new InferenceException(InferenceError.ModelNotFound, $"{path} cannot be read: {error.Message}", error);
        }

        using (document)
        {
            var root = new ConfigSection(document.RootElement, string.Empty, path);
            ConfigSection model = root.Section("model_cfg") ?? throw new InferenceException(InferenceError.InvalidModel, $"{path} lacks the object model_cfg.");
            ModelConfig config = ReadModel(model, root.Section("preprocess_cfg"));
            root.Finish();
            return config;
        }
    }

    static ModelConfig ReadModel(ConfigSection model, ConfigSection? preprocess)
    {
        int dimension = model.Integer("embed_dim");
        bool quickGelu = model.Boolean("quick_gelu");
        bool customText = model.Boolean("custom_text");
        double logitScale = model.Number("init_logit_scale", Math.Log(1 / 0.07));
        double? logitBias = model.Find("init_logit_bias") is { } bias ? bias.GetDouble() : null;
        model.Accept("nonscalar_logit_scale");
        model.RefuseUnlessUnused("multimodal_cfg", "CoCa models are not supported");
        VisionConfig vision = ReadVision(model.Section("vision_cfg") ?? throw model.NotSupported("vision_cfg", "absent: a model needs a vision tower"), quickGelu);
        TextConfig text = ReadText(model.Section("text_cfg") ?? throw model.NotSupported("text_cfg", "absent: a model needs a text tower"), quickGelu);
        model.Finish();
        return new(dimension, vision, text, customText, logitScale, logitBias, ReadPreprocessing(preprocess, vision));
    }

    static VisionConfig ReadVision(ConfigSection vision, bool quickGelu)
    {
        vision.RefuseUnlessUnused("timm_model_name", "timm towers are not supported");
        vision.Accept("timm_model_pretrained", "timm_pool", "timm_proj", "timm_proj_bias", "timm_drop", "timm_drop_path");
        vision.RefuseUnlessUnused("attentional_pool", "attentional pooling is not supported");
        vision.Accept("attn_pooler_queries", "attn_pooler_heads", "n_queries");
        vision.RefuseUnlessUnused("input_patchnorm", "the reference has removed it");
        vision.RefuseUnlessUnused("global_average_pool", "the reference has removed it; pool_type says it now");
        // Training only, or about what else the tower returns.
        vision.Accept("patch_dropout", "output_tokens");
        // Both kinds are stored in the checkpoint.
        vision.Choice("pos_embed_type", "learnable", "learnable", "sin_cos_2d");
        if (vision.Find("layers") is { ValueKind: JsonValueKind.Array } layers)
        {
            throw vision.NotSupported("layers", $"{layers.GetRawText()}: ResNet towers are not supported");
        }

        (int patchHeight, int patchWidth) = vision.Sides("patch_size", 16);
        (int height, int width) = vision.Sides("image_size", 224);
        int headWidth = vision.Integer("head_width", 64);
        int towerWidth = vision.Integer("width", 768);
        if (headWidth == 0 || towerWidth / headWidth is not > 0)
        {
            throw vision.NotSupported("head_width", $"{headWidth}: the width {towerWidth} has no such heads");
        }

        var config = new VisionConfig(
            ReadTransformer(vision, towerWidth, towerWidth / headWidth, quickGelu),
            patchHeight,
            patchWidth,
            height,
            width,
            vision.Boolean("no_ln_pre"),
            vision.Choice("pool_type", "tok", "tok", "avg") == "avg",
            vision.Boolean("final_ln_after_pool"));
        vision.Finish();
        return config;
    }

    static TextConfig ReadText(ConfigSection text, bool quickGelu)
    {
        text.RefuseUnlessUnused("hf_model_name", "Hugging Face text towers are not supported in this layout");
        text.Accept("hf_model_pretrained", "hf_proj_type", "hf_pooler_type", "hf_tokenizer_name");
        text.RefuseUnlessUnused("embed_cls", "a class token in the text tower is not supported");
        text.RefuseUnlessUnused("tokenizer_kwargs", "only the standard CLIP text cleaning is supported");
        text.RefuseUnlessUnused("bert_tokenizer", "BERT tokenizers are not supported");
        text.Accept("output_tokens");
        if (text.Integer("pad_id", 0) is not 0 and var pad)
        {
            throw text.NotSupported("pad_id", $"{pad}; supported is 0");
        }

        TextPooling pooling = text.Choice("pool_type", "argmax", "argmax", "first", "last", "eos") switch
        {
            "first" => TextPooling.First,
            "last" => TextPooling.Last,
            "eos" => TextPooling.EndOfText,
            _ => TextPooling.ArgMax,
        };
        int? endOfText = text.Find("eos_id") is { } eos ? eos.GetInt32() : null;
        if (pooling == TextPooling.EndOfText && endOfText is null)
        {
            throw text.NotSupported("pool_type", "\"eos\" without eos_id");
        }

        text.Accept("final_ln_after_pool");
        var config = new TextConfig(
            ReadTransformer(text, text.Integer("width", 512), text.Integer("heads", 8), quickGelu),
            text.Integer("context_length", 77),
            text.Integer("vocab_size", 49408),
            !text.Boolean("no_causal_mask"),
            pooling,
            endOfText,
            text.Choice("proj_type", "linear", "linear", "none") == "linear",
            text.Boolean("proj_bias"));
        text.Finish();
        return config;
    }

    static TransformerConfig ReadTransformer(ConfigSection section, int width, int heads, bool quickGelu)
    {
        if (heads == 0 || width % heads != 0)
        {
            throw section.NotSupported("heads", $"{heads}: the width {width} does not divide by it");
        }

        ActivationKind activation = quickGelu ? ActivationKind.QuickGelu : ActivationKind.Gelu;
        if (section.Section("act_kwargs") is { } act)
        {
            string approximate = act.Choice("approximate", "none", "none", "tanh");
            act.Finish();
            activation = quickGelu ? ActivationKind.QuickGelu : approximate == "tanh" ? ActivationKind.GeluTanh : ActivationKind.Gelu;
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
            activation,
            (float)epsilon,
            section.Find("ls_init_value") is not null);
    }

    static PreprocessSettings ReadPreprocessing(ConfigSection? section, VisionConfig vision)
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
