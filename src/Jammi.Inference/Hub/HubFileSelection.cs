using System.Text.RegularExpressions;
using Jammi.Inference.Layouts;
using Jammi.Inference.Text;

namespace Jammi.Inference.Hub;

/// <summary>Which files of a repository make a model: those of the first layout that it has, and no other format's gigabytes.</summary>
internal static partial class HubFileSelection
{
    static readonly string[] Tokenizers =
    [
        TokenizerJsonReader.FileName, "tokenizer_config.json", VocabularyFilesReader.VocabularyFileName, VocabularyFilesReader.MergesFileName, MergeTableReader.FileName,
    ];

    /// <exception cref="InferenceException">ModelNotFound: the repository has the configuration of a layout, but not its weights, or no configuration at all.</exception>
    public static IReadOnlyList<HubFile> Select(HubCommit commit, ModelId id)
    {
        if (commit.Find(OpenClipConfig.FileName) is not null)
        {
            return Pick(commit, id, [OpenClipConfig.FileName, OpenClipLayout.WeightsFileName], Tokenizers);
        }

        if (commit.Find(TransformersLayout.ConfigFileName) is null)
        {
            throw new InferenceException(
                InferenceError.ModelNotFound,
                $"The repository {id} has neither {OpenClipConfig.FileName} nor {TransformersLayout.ConfigFileName}, so it holds no model that is supported. It has {string.Join(", ", commit.Files.Select(f => f.Name).Take(10))}.");
        }

        string[] weights = commit.Find(TransformersLayout.WeightsFileName) is not null ? [TransformersLayout.WeightsFileName]
            : commit.Find(TransformersLayout.IndexFileName) is not null ? [TransformersLayout.IndexFileName, .. commit.Files.Select(f => f.Name).Where(n => Shard().IsMatch(n))]
            : ExportedGraphs(commit) is { Length: > 0 } graphs ? graphs
            : [TransformersLayout.WeightsFileName];
        IEnumerable<string> sentence = commit.Find(SentenceTransformersLayout.ModulesFileName) is null ? []
            : [SentenceTransformersLayout.ModulesFileName, "sentence_bert_config.json", "config_sentence_transformers.json", .. commit.Files.Select(f => f.Name).Where(n => n.EndsWith("/config.json", StringComparison.Ordinal))];
        return Pick(commit, id, [TransformersLayout.ConfigFileName, .. weights], [TransformersPreprocessing.FileName, .. Tokenizers, .. sentence]);
    }

    static string[] ExportedGraphs(HubCommit commit) =>
    [
        .. new[] { "vision_model.onnx", "text_model.onnx" }
            .Select(name => new[] { name, "onnx/" + name }.FirstOrDefault(n => commit.Find(n) is not null))
            .OfType<string>()
            .SelectMany(name => new[] { name, name + "_data", name + ".data" })
            .Where(name => commit.Find(name) is not null),
    ];

    static IReadOnlyList<HubFile> Pick(HubCommit commit, ModelId id, IEnumerable<string> required, IEnumerable<string> optional)
    {
        IEnumerable<HubFile> needed = required.Select(name => commit.Find(name) ?? throw new InferenceException(
            InferenceError.ModelNotFound,
            $"The repository {id} has no {name}. The nearest names it has are {string.Join(", ", commit.Nearest(name))}."));
        return [.. needed, .. optional.Select(commit.Find).OfType<HubFile>()];
    }

    [GeneratedRegex(@"^model-\d+-of-\d+\.safetensors$", RegexOptions.CultureInvariant)]
    private static partial Regex Shard();
}
