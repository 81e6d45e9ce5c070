using System.Text.Json;

namespace Jammi.Inference.Text;

/// <summary>
/// Reads the CLIP tokenizer from a <c>tokenizer.json</c> of the Hugging Face layout. The file describes a pipeline; Jammi runs
/// CLIP's, so every setting that would change the result is compared with CLIP's and anything else is refused by name.
/// <c>truncation</c>, <c>padding</c> and <c>decoder</c> are not used: rows are cut and padded the way the text tower needs it.
/// </summary>
internal static class TokenizerJsonReader
{
    public const string FileName = "tokenizer.json";

    private const string WordPattern = @"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";
    private const string WordPatternWithMarkers = @"<\|startoftext\|>|<\|endoftext\|>|" + WordPattern;

    /// <exception cref="InferenceException">The file is not CLIP's tokenizer, or does not fit the model's vocabulary.</exception>
    public static ClipVocabulary Read(JsonSetting root, string path, int vocabularySize)
    {
        root.RequireOnly("version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model");
        CheckNormalizer(root["normalizer"]);
        CheckPreTokenizer(root["pre_tokenizer"]);

        var model = root["model"];
        CheckModel(model);
        var ids = ReadIds(model["vocab"]);
        AddSpecialTokens(root["added_tokens"], ids);
        var (start, end) = ReadMarkers(root["post_processor"], ids);
        var vocabulary = new ClipVocabulary(ids, ReadMerges(model["merges"]), start, end);
        vocabulary.Validate(path, vocabularySize);
        return vocabulary;
    }

    /// <exception cref="InferenceException">The file is no readable JSON.</exception>
    public static JsonDocument Parse(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonDocument.Parse(file);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"{path}: cannot be read as JSON: {error.Message}", error);
        }
    }

    private static void CheckNormalizer(JsonSetting normalizer)
    {
        normalizer["type"].RequireString("Sequence");
        var steps = normalizer["normalizers"].Items(3);
        steps[0]["type"].RequireString("NFC");
        steps[1]["type"].RequireString("Replace");
        steps[1]["pattern"]["Regex"].RequireString(@"\s+");
        steps[1]["content"].RequireString(" ");
        steps[2]["type"].RequireString("Lowercase");
    }

    private static void CheckPreTokenizer(JsonSetting preTokenizer)
    {
        preTokenizer["type"].RequireString("Sequence");
        var steps = preTokenizer["pretokenizers"].Items(2);
        steps[0]["type"].RequireString("Split");
        steps[0]["pattern"]["Regex"].RequireString(WordPattern, WordPatternWithMarkers);
        steps[0]["behavior"].RequireString("Removed");
        steps[0]["invert"].RequireBoolean(true);
        steps[1]["type"].RequireString("ByteLevel");
        steps[1]["add_prefix_space"].RequireBoolean(false);
    }

    private static void CheckModel(JsonSetting model)
    {
        model.RequireOnly("type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk",
            "byte_fallback", "ignore_merges", "vocab", "merges");
        model["type"].RequireString("BPE");
        model["dropout"].RequireAbsent();
        model["end_of_word_suffix"].RequireString(ClipVocabulary.EndOfWord);
        foreach (var setting in (ReadOnlySpan<string>)["byte_fallback", "ignore_merges"])
        {
            if (model[setting].IsPresent)
            {
                model[setting].RequireBoolean(false);
            }
        }

        if (model["continuing_subword_prefix"].IsPresent)
        {
            model["continuing_subword_prefix"].RequireString("");
        }
    }

    private static Dictionary<string, int> ReadIds(JsonSetting vocabulary)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (token, id) in vocabulary.Members())
        {
            if (!ids.TryAdd(token, id.Integer()))
            {
                throw id.Invalid("a second id for the same token");
            }
        }

        return ids;
    }

    private static List<string> ReadMerges(JsonSetting merges)
    {
        var result = new List<string>();
        foreach (var merge in merges.Items())
        {
            if (merge.IsArray)
            {
                var parts = merge.Items(2);
                result.Add(parts[0].Text() + " " + parts[1].Text());
            }
            else
            {
                result.Add(merge.Text());
            }
        }

        return result;
    }

    /// <summary>Special tokens are usually in the vocabulary already, under the same id.</summary>
    private static void AddSpecialTokens(JsonSetting tokens, Dictionary<string, int> ids)
    {
        if (!tokens.IsPresent)
        {
            return;
        }

        foreach (var token in tokens.Items())
        {
            var content = token["content"].Text();
            var id = token["id"].Integer();
            if (!ids.TryAdd(content, id) && ids[content] != id)
            {
                throw token["id"].Invalid($"model.vocab gives '{content}' the id {ids[content]}");
            }
        }
    }

    private static (int Start, int End) ReadMarkers(JsonSetting processor, Dictionary<string, int> ids)
    {
        var type = processor["type"];
        type.RequireString("RobertaProcessing", "TemplateProcessing");
        if (type.Text() == "RobertaProcessing")
        {
            return (ReadMarker(processor["cls"], ids), ReadMarker(processor["sep"], ids));
        }

        var parts = processor["single"].Items(3);
        parts[1]["Sequence"]["id"].RequireString("A");
        return (IdOf(parts[0]["SpecialToken"]["id"], ids), IdOf(parts[2]["SpecialToken"]["id"], ids));
    }

    private static int ReadMarker(JsonSetting marker, Dictionary<string, int> ids)
    {
        var parts = marker.Items(2);
        var id = IdOf(parts[0], ids);
        return parts[1].Integer() == id ? id : throw parts[1].Invalid($"the vocabulary gives '{parts[0].Text()}' the id {id}");
    }

    private static int IdOf(JsonSetting token, Dictionary<string, int> ids) =>
        ids.TryGetValue(token.Text(), out var id) ? id : throw token.Invalid("the vocabulary lacks this token");
}
