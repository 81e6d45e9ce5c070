using System.Text.Json;
using Jammi.Inference.Checkpoints;
using Jammi.Inference.Configuration;
using Jammi.Inference.Text;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Layouts;

/// <summary>
/// The transformers library's layout: <c>config.json</c> with a <c>model_type</c>, <c>model.safetensors</c> or the index of its shards,
/// <c>preprocessor_config.json</c> and the tokenizer's files.
/// </summary>
internal sealed class TransformersLayout : IModelLayout
{
    public const string ConfigFileName = "config.json";
    public const string WeightsFileName = "model.safetensors";
    public const string IndexFileName = WeightsFileName + ".index.json";

    public string Name => "transformers";

    public bool Matches(string directory) => File.Exists(Path.Combine(directory, ConfigFileName));

    public bool IsComplete(string directory) => HasWeights(directory);

    public ModelDescription Describe(string directory)
    {
        ModelDescription model = ReadConfig(directory);
        WeightSet weights = OpenWeights(directory);
        string preprocessing = Path.Combine(directory, TransformersPreprocessing.FileName);
        TextTower? text = model.Text;
        return model with
        {
            Weights = weights,
            Preprocessing = model.Vision is null ? null : TransformersPreprocessing.Read(preprocessing, model.Vision),
            Tokenizer = text is null ? null : () => TextTokenizerFactory.Open(directory, text.ContextLength, text.Vocabulary, text.PadId),
            SmallFiles = [Path.Combine(directory, ConfigFileName), .. model.Vision is null ? [] : new[] { preprocessing }, .. TextTokenizerFactory.Files(directory)],
            WeightFiles = [.. weights.Files.Select(f => f.Path)],
        };
    }

    /// <summary>The towers that <c>config.json</c> describes.</summary>
    public static ModelDescription ReadConfig(string directory)
    {
        string path = Path.Combine(directory, ConfigFileName);
        return ConfigFile.Read(path, root => root.Text("model_type", string.Empty) switch
        {
            "clip" => TransformersClipConfig.Read(root),
            "siglip" => TransformersSiglipConfig.Read(root),
            "bert" or "xlm-roberta" => throw root.NotSupported("model_type", $"\"{root.Text("model_type", string.Empty)}\" without {SentenceTransformersLayout.ModulesFileName}: how its tokens become one vector is not said"),
            "" => throw new InferenceException(InferenceError.InvalidModel, $"{path} lacks the field model_type."),
            var other => throw root.NotSupported("model_type", $"\"{other}\"; supported are clip and siglip"),
        });
    }

    /// <summary>Whether the weights are there, all shards of them.</summary>
    public static bool HasWeights(string directory)
    {
        string index = Path.Combine(directory, IndexFileName);
        return File.Exists(Path.Combine(directory, WeightsFileName))
            || (File.Exists(index) && ShardIndex.Read(index).Values.Distinct().All(shard => File.Exists(Path.Combine(directory, shard))));
    }

    /// <summary>One file or several with their index.</summary>
    public static WeightSet OpenWeights(string directory)
    {
        string index = Path.Combine(directory, IndexFileName);
        string single = Path.Combine(directory, WeightsFileName);
        return !File.Exists(single) && File.Exists(index) ? WeightSet.OpenSharded(index) : WeightSet.Open(single);
    }
}
