using System.Text.Json;

namespace Jammi.Inference.Text;

/// <summary>Reads a CLIP tokenizer from <c>vocab.json</c> (token to id) and <c>merges.txt</c> (a version line, then a merge a line in rank order).</summary>
internal static class VocabularyFilesReader
{
    public const string VocabularyFileName = "vocab.json";
    public const string MergesFileName = "merges.txt";

    private const string StartOfText = "<|startoftext|>";
    private const string EndOfText = "<|endoftext|>";

    /// <exception cref="InferenceException">A file cannot be read, lacks a token, or does not fit the model's vocabulary.</exception>
    public static ClipVocabulary Read(string directory, int vocabularySize)
    {
        var path = Path.Combine(directory, VocabularyFileName);
        var ids = ReadIds(path);
        var merges = ReadMerges(Path.Combine(directory, MergesFileName));
        var vocabulary = new ClipVocabulary(ids, merges, IdOf(path, ids, StartOfText), IdOf(path, ids, EndOfText));
        vocabulary.Validate(path, vocabularySize);
        return vocabulary;
    }

    private static Dictionary<string, int> ReadIds(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var ids = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var (token, id) in JsonSetting.Root(path, document.RootElement).Members())
            {
                if (!ids.TryAdd(token, id.Integer()))
                {
                    throw id.Invalid("a second id for the same token");
                }
            }

            return ids;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"{path}: cannot be read as JSON: {error.Message}", error);
        }
    }

    private static List<string> ReadMerges(string path)
    {
        try
        {
            var lines = File.ReadAllLines(path);
            var hasVersion = lines.Length > 0 && lines[0].StartsWith("#version", StringComparison.Ordinal);
            return [.. lines.Skip(hasVersion ? 1 : 0).Where(line => line.Length > 0)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"{path}: cannot be read: {error.Message}", error);
        }
    }

    private static int IdOf(string path, Dictionary<string, int> ids, string token) => ids.TryGetValue(token, out var id) ? id
        : throw new InferenceException(InferenceError.InvalidModel, $"{path}: the vocabulary lacks '{token}'.");
}
