using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jammi.Inference.Text;

namespace Jammi.Inference.Tests.Text;

public sealed class TextTokenizerFactoryTests : IDisposable
{
    private const string Model = "tiny-coca";
    private const int VocabularySize = 578;

    /// <summary>Messages show the file's own text, so the text has no escapes.</summary>
    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _folder = Directory.CreateTempSubdirectory("jammi-tokenizer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Names_both_files_and_the_folder_when_neither_is_there()
    {
        var error = Assert.Throws<InferenceException>(() => Open(VocabularySize));
        Assert.Equal(InferenceError.ModelNotFound, error.Error);
        Assert.Contains(_folder, error.Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
        Assert.Contains("bpe_simple_vocab_16e6.txt.gz", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_row_without_room_for_the_markers() =>
        Assert.Equal(InferenceError.InvalidModel, Assert.Throws<InferenceException>(() => TextTokenizerFactory.Open(_folder, 1, VocabularySize)).Error);

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(100_000)]
    [InlineData(200_000)]
    public void Refuses_a_merge_table_that_is_cut_short(int length)
    {
        var table = File.ReadAllBytes(Path.Combine(TokenizerData.Folder, MergeTableReader.FileName));
        File.WriteAllBytes(Path.Combine(_folder, MergeTableReader.FileName), table[..length]);
        AssertRefused(InferenceError.InvalidModel, MergeTableReader.FileName, TokenizerData.StandardVocabularySize);
    }

    [Fact]
    public void Refuses_a_merge_table_that_is_no_gzip_file()
    {
        File.WriteAllText(Path.Combine(_folder, MergeTableReader.FileName), "#version: 0.2\ni n\n");
        AssertRefused(InferenceError.InvalidModel, "gzip", TokenizerData.StandardVocabularySize);
    }

    [Fact]
    public void Refuses_the_standard_table_for_a_smaller_vocabulary()
    {
        File.Copy(Path.Combine(TokenizerData.Folder, MergeTableReader.FileName), Path.Combine(_folder, MergeTableReader.FileName));
        AssertRefused(InferenceError.InvalidModel, "49408", VocabularySize);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"model\": ")]
    public void Refuses_what_is_no_JSON(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), text);
        AssertRefused(InferenceError.InvalidModel, "cannot be read as JSON", VocabularySize);
    }

    [Theory]
    [InlineData("[]", InferenceError.InvalidModel, "an object is needed")]
    [InlineData("{}", InferenceError.InvalidModel, "model is missing")]
    [InlineData("{\"tokens\": 1}", InferenceError.InvalidModel, "model is missing")]
    public void Refuses_JSON_of_another_kind(string text, InferenceError kind, string part)
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), text);
        AssertRefused(kind, part, VocabularySize);
    }

    [Theory]
    [InlineData("model.type", "\"WordLevel\"", "model.type is \"WordLevel\"")]
    [InlineData("model.dropout", "0.1", "model.dropout is 0.1")]
    [InlineData("model.end_of_word_suffix", "null", "model.end_of_word_suffix is null")]
    [InlineData("model.continuing_subword_prefix", "\"##\"", "model.continuing_subword_prefix is \"##\"")]
    [InlineData("model.surprise", "1", "model.surprise is 1")]
    [InlineData("normalizer.normalizers.0.type", "\"NFKC\"", "normalizer.normalizers[0].type is \"NFKC\"")]
    [InlineData("normalizer.normalizers", "[]", "normalizer.normalizers is []")]
    [InlineData("pre_tokenizer.pretokenizers.0.pattern.Regex", "\"x\"", "pre_tokenizer.pretokenizers[0].pattern.Regex is \"x\"")]
    [InlineData("pre_tokenizer.pretokenizers.0.invert", "false", "pre_tokenizer.pretokenizers[0].invert is false")]
    [InlineData("pre_tokenizer.pretokenizers.1.add_prefix_space", "true", "pre_tokenizer.pretokenizers[1].add_prefix_space is true")]
    [InlineData("post_processor.type", "\"BertProcessing\"", "post_processor.type is \"BertProcessing\"")]
    public void Refuses_settings_that_CLIP_does_not_have(string path, string value, string message)
    {
        WriteChanged(path, value);
        AssertRefused(InferenceError.NotSupported, message, VocabularySize);
    }

    [Theory]
    [InlineData("model.vocab", "null", "model.vocab is null")]
    [InlineData("model.vocab.!", "\"0\"", "model.vocab.! is \"0\"")]
    [InlineData("model.vocab.!", "1", "id 1 stands for two tokens")]
    [InlineData("model.vocab.!", "-1", "has id -1")]
    [InlineData("model.vocab.extra", "578", "'extra' has id 578")]
    [InlineData("model.merges.0", "\"in\"", "merge 0 is 'in'")]
    [InlineData("model.merges.0", "\"i n n\"", "merge 0 is 'i n n'")]
    [InlineData("model.merges.0", "\"i q\"", "lacks 'iq', the result of merge 0")]
    [InlineData("model.merges.0", "3", "model.merges[0] is 3")]
    [InlineData("post_processor.cls.1", "5", "post_processor.cls[1] is 5")]
    [InlineData("post_processor.sep.0", "\"</s>\"", "post_processor.sep[0] is \"</s>\"")]
    [InlineData("added_tokens.0.id", "7", "added_tokens[0].id is 7")]
    public void Refuses_a_vocabulary_that_contradicts_itself(string path, string value, string message)
    {
        WriteChanged(path, value);
        AssertRefused(InferenceError.InvalidModel, message, VocabularySize);
    }

    [Fact]
    public void Refuses_a_vocabulary_without_a_byte()
    {
        var root = ReadModel();
        root["model"]!["vocab"]!.AsObject().Remove("é</w>");
        Write(root);
        AssertRefused(InferenceError.InvalidModel, "lacks 'é</w>'", VocabularySize);
    }

    [Fact]
    public void Refuses_a_tokenizer_that_is_larger_than_the_model()
    {
        Write(ReadModel());
        AssertRefused(InferenceError.InvalidModel, "text_cfg.vocab_size", VocabularySize - 1);
    }

    [Fact]
    public void Reads_merges_written_as_pairs_and_a_template()
    {
        const string Text = "The painting in the inn";
        Write(ReadModel());
        var expected = TokenizerData.Encode(Open(VocabularySize), Text);

        var root = ReadModel();
        var merges = root["model"]!["merges"]!.AsArray();
        root["model"]!["merges"] = new JsonArray([.. merges.Select(merge => new JsonArray([.. merge!.GetValue<string>().Split(' ').Select(part => (JsonNode)part)]))]);
        root["post_processor"] = JsonNode.Parse("""
            {"type": "TemplateProcessing", "single": [
              {"SpecialToken": {"id": "<|startoftext|>", "type_id": 0}},
              {"Sequence": {"id": "A", "type_id": 0}},
              {"SpecialToken": {"id": "<|endoftext|>", "type_id": 0}}]}
            """);
        Write(root);
        Assert.Equal(expected, TokenizerData.Encode(Open(VocabularySize), Text));
    }

    [Fact]
    public void Markers_in_the_text_are_the_ones_of_the_original_release()
    {
        Write(ReadModel());
        var tokenizer = Open(VocabularySize);
        Assert.Equal([576, 577, 577], TokenizerData.Encode(tokenizer, "<end_of_text>"));
        Assert.Equal([576, 576, 577], TokenizerData.Encode(tokenizer, "<Start_Of_Text>"));
        Assert.True(TokenizerData.Encode(tokenizer, "<|endoftext|>").Length > 3);
    }

    private static JsonNode ReadModel() => JsonNode.Parse(File.ReadAllText(Path.Combine(TokenizerData.ModelFolder(Model), "tokenizer.json")))!;

    private void WriteChanged(string path, string value)
    {
        var root = ReadModel();
        var names = path.Split('.');
        var parent = names[..^1].Aggregate(root, (node, name) => node is JsonArray array ? array[Index(name)]! : node[name]!);
        if (parent is JsonArray items)
        {
            items[Index(names[^1])] = JsonNode.Parse(value);
        }
        else
        {
            parent[names[^1]] = JsonNode.Parse(value);
        }

        Write(root);

        static int Index(string name) => int.Parse(name, CultureInfo.InvariantCulture);
    }

    private void Write(JsonNode root) => File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), root.ToJsonString(Unescaped));

    private ITextTokenizer Open(int vocabularySize) => TextTokenizerFactory.Open(_folder, 77, vocabularySize);

    private void AssertRefused(InferenceError kind, string part, int vocabularySize)
    {
        var error = Assert.Throws<InferenceException>(() => Open(vocabularySize));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder, error.Message, StringComparison.Ordinal);
        Assert.Equal(kind, error.Error);
    }
}
