using System.Text.Json;
using Jammi.Inference.Checkpoints;
using Jammi.Inference.Configuration;
using Jammi.Inference.Text;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Layouts;

/// <summary>
/// The sentence-transformers library's layout: <c>modules.json</c> lists an encoder, its pooling and perhaps a normalisation. Such a model embeds texts only.
/// </summary>
internal sealed class SentenceTransformersLayout : IModelLayout
{
    public const string ModulesFileName = "modules.json";

    const string LimitsFileName = "sentence_bert_config.json";
    const string PromptsFileName = "config_sentence_transformers.json";

    public string Name => "sentence-transformers";

    public bool Matches(string directory) => File.Exists(Path.Combine(directory, ModulesFileName));

    public bool IsComplete(string directory) => TransformersLayout.HasWeights(ReadModules(Path.Combine(directory, ModulesFileName), directory).Encoder);

    public ModelDescription Describe(string directory)
    {
        string modules = Path.Combine(directory, ModulesFileName);
        (string encoder, string pooling) = ReadModules(modules, directory);
        RefusePrompts(Path.Combine(directory, PromptsFileName));
        string poolingConfig = Path.Combine(pooling, "config.json");
        string config = Path.Combine(encoder, TransformersLayout.ConfigFileName);
        string limits = Path.Combine(encoder, LimitsFileName);
        WeightSet weights = TransformersLayout.OpenWeights(encoder);
        SentencePooling kind = ConfigFile.Read(poolingConfig, ReadPooling);
        int longest = File.Exists(limits) ? ConfigFile.Read(limits, ReadLimits) : 0;
        BertTower tower = ConfigFile.Read(config, root => BertConfig.Read(root, kind, longest, name => weights.Find(name) is not null));
        return new ModelDescription
        {
            Layout = Name,
            Directory = directory,
            Weights = weights,
            Text = tower,
            Tokenizer = () => TextTokenizerFactory.Open(encoder, tower.ContextLength, tower.Vocabulary, tower.PadId),
            SmallFiles = [modules, config, poolingConfig, .. File.Exists(limits) ? new[] { limits } : [], .. TextTokenizerFactory.Files(encoder)],
            WeightFiles = [.. weights.Files.Select(f => f.Path)],
            UnusedTensors = BertConfig.Unused,
        };
    }

    /// <summary>The encoder's and the pooling's folders.</summary>
    static (string Encoder, string Pooling) ReadModules(string path, string directory)
    {
        string? encoder = null;
        string? pooling = null;
        using JsonDocument document = ConfigFile.Parse(path);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"{path} should be a list of modules.");
        }

        foreach (JsonElement entry in document.RootElement.EnumerateArray())
        {
            var module = new ConfigSection(entry, string.Empty, path);
            string type = module.Text("type", string.Empty);
            string folder = Path.Combine(directory, module.Text("path", string.Empty));
            switch (type.Split('.')[^1])
            {
                case "Transformer":
                    encoder = folder;
                    break;
                case "Pooling":
                    pooling = folder;
                    break;
                case "Normalize":
                    // Embeddings are normalised whether a model asks for it or not.
                    break;
                default:
                    throw module.NotSupported("type", $"\"{type}\"; supported are Transformer, Pooling and Normalize");
            }
        }

        return (
            encoder ?? throw new InferenceException(InferenceError.InvalidModel, $"{path} lists no Transformer module."),
            pooling ?? throw new InferenceException(InferenceError.InvalidModel, $"{path} lists no Pooling module."));
    }

    static SentencePooling ReadPooling(ConfigSection section)
    {
        section.Accept("word_embedding_dimension", "include_prompt");
        foreach (string mode in new[] { "pooling_mode_max_tokens", "pooling_mode_mean_sqrt_len_tokens", "pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken" })
        {
            section.RefuseUnlessUnused(mode, "supported are pooling_mode_mean_tokens and pooling_mode_cls_token");
        }

        bool mean = section.Boolean("pooling_mode_mean_tokens");
        bool first = section.Boolean("pooling_mode_cls_token");
        return mean != first ? (mean ? SentencePooling.Mean : SentencePooling.ClassToken)
            : throw section.NotSupported("pooling_mode_mean_tokens", $"{(mean ? "true together with" : "false like")} pooling_mode_cls_token; one of them is needed");
    }

    /// <summary>Whether texts are lower-cased the tokenizer's own file says.</summary>
    static int ReadLimits(ConfigSection section)
    {
        section.Accept("do_lower_case");
        return section.Integer("max_seq_length", 0);
    }

    static void RefusePrompts(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using JsonDocument document = ConfigFile.Parse(path);
        var section = new ConfigSection(document.RootElement, string.Empty, path);
        section.RefuseUnlessUnused("default_prompt_name", "texts in front of every text are not supported; leave the field out and write them yourself");
    }
}
