using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Jammi.Inference.Text;

namespace Jammi.Inference.Tests.Text;

/// <summary>Tokenizers that tokenizer.json describes step by step, against oracles that try everything.</summary>
public sealed class PipelineTokenizerTests : IDisposable
{
    const string Mark = "▁";
    const int Context = 16;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Unigram_finds_the_most_likely_split()
    {
        (string Piece, double Score)[] vocabulary =
        [
            ("<pad>", 0), ("</s>", 0), ("<unk>", 0), ("a", -2.1), ("b", -2.3), ("c", -3.7), ("ab", -3.9), ("bc", -4.05), ("abc", -7.3), ("ca", -5.6), ("aa", -4.3), ("cab", -8.2), ("bb", -5.5),
        ];
        ITextTokenizer tokenizer = Open(Unigram(vocabulary, normalizer: null, preTokenizer: null), vocabulary.Length);
        Gen.Char["abc"].Array[1, 10].Select(c => new string(c)).Sample(text =>
        {
            long[] ids = new long[Context];
            int count = tokenizer.Encode(text, ids);
            double score = ids[..(count - 1)].Sum(id => vocabulary[id].Score);
            Assert.Equal(BestScore(text, vocabulary), score, 1e-9);
            Assert.Equal(text, string.Concat(ids[..(count - 1)].Select(id => vocabulary[id].Piece)));
            Assert.Equal(1, ids[count - 1]);
        });
    }

    [Fact]
    public void A_SigLIP_like_file_lowers_strips_marks_words_and_pads_with_its_token()
    {
        (string, double)[] vocabulary = [("<pad>", 0), ("</s>", 0), ("<unk>", 0), (Mark + "a", -1), (Mark + "red", -2), (Mark + "cat", -2), (Mark, -5), ("s", -3)];
        JsonNode normalizer = JsonNode.Parse("""
            { "type": "Sequence", "normalizers": [ { "type": "Lowercase" }, { "type": "Replace", "pattern": { "Regex": "[!-/:-@]" }, "content": "" },
              { "type": "Replace", "pattern": { "Regex": "\\s+" }, "content": " " }, { "type": "Strip", "strip_left": true, "strip_right": true } ] }
            """)!;
        JsonNode metaspace = JsonNode.Parse("""{ "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true }""")!;
        ITextTokenizer tokenizer = Open(Unigram(vocabulary, normalizer, metaspace), vocabulary.Length);
        Assert.Equal([3L, 4, 5, 7, 1, .. Enumerable.Repeat(0L, Context - 5)], Encode(tokenizer, "  A red,  CATS! "));
        Assert.Equal([6L, 2, 1, .. Enumerable.Repeat(0L, Context - 3)], Encode(tokenizer, "猫猫"));
        Assert.Equal([1L, .. Enumerable.Repeat(0L, Context - 1)], Encode(tokenizer, ""));
        Assert.Equal([.. Enumerable.Repeat(3L, Context - 1), 1], Encode(tokenizer, string.Concat(Enumerable.Repeat("a ", 40))));
    }

    [Fact]
    public void Bpe_joins_in_the_order_of_the_merges()
    {
        string[] merges = ["a b", "b c", "ab c", "c a", "aa a", "a a", "ca b", "bc a", "ab ab"];
        string[] tokens = ["<pad>", "<eos>", "<unk>", "a", "b", "c", .. merges.Select(m => m.Replace(" ", "", StringComparison.Ordinal)).Distinct().Where(m => m.Length > 1)];
        ITextTokenizer tokenizer = Open(Bpe(tokens, merges), tokens.Length + 256);
        Gen.Char["abc"].Array[1, 14].Select(c => new string(c)).Sample(text =>
        {
            long[] ids = new long[Context];
            int count = tokenizer.Encode(text, ids);
            Assert.Equal(JoinByHand(text, merges), ids[..(count - 1)].Select(id => tokens[id]));
        });
    }

    [Fact]
    public void A_Gemma_like_file_marks_blanks_falls_back_to_bytes_and_knows_added_tokens()
    {
        string[] merges = ["a b", "ab ▁"];
        string[] tokens = ["<pad>", "<eos>", "<unk>", "a", "b", Mark, "ab", "ab" + Mark];
        ITextTokenizer tokenizer = Open(Bpe(tokens, merges), tokens.Length + 256);
        long first = tokens.Length;
        Assert.Equal([7L, 6, 1, .. Enumerable.Repeat(0L, Context - 3)], Encode(tokenizer, "ab ab"));
        Assert.Equal([3L, first + 0xE7, first + 0x8C, first + 0xAB, 1, .. Enumerable.Repeat(0L, Context - 5)], Encode(tokenizer, "a猫"));
        Assert.Equal([3L, 2, 4, 1, .. Enumerable.Repeat(0L, Context - 4)], Encode(tokenizer, "a<unk>b"));
    }

    [Fact]
    public void A_precompiled_map_replaces_characters()
    {
        // A trie of one key: from the root with offset 1 over 'A' to 1 ^ 0x41, which is a leaf with offset 0x80; its value, 0, is where "b" starts.
        uint[] units = new uint[0x100];
        units[0] = 1u << 10;
        units[1 ^ 'A'] = 'A' | (1u << 8) | (0x80u << 10);
        units[(1 ^ 'A') ^ 0x80] = 1u << 31;
        byte[] map = [.. BitConverter.GetBytes(units.Length * 4), .. units.SelectMany(BitConverter.GetBytes), (byte)'b', 0];
        JsonNode normalizer = new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = Convert.ToBase64String(map) };
        (string, double)[] vocabulary = [("<pad>", 0), ("</s>", 0), ("<unk>", 0), ("a", -1), ("b", -1), ("B", -1)];
        ITextTokenizer tokenizer = Open(Unigram(vocabulary, normalizer, null), vocabulary.Length);
        Assert.Equal([3L, 4, 5, 4, 1, .. Enumerable.Repeat(0L, Context - 5)], Encode(tokenizer, "aABA"));
    }

    [Theory]
    [InlineData("normalizer", """{ "type": "Nmt" }""", "normalizer.type")]
    [InlineData("pre_tokenizer", """{ "type": "Digits" }""", "pre_tokenizer.type")]
    [InlineData("post_processor", """{ "type": "ByteLevel" }""", "post_processor.type")]
    public void A_step_that_is_not_supported_is_refused_by_name(string part, string value, string named)
    {
        JsonObject file = Unigram([("<pad>", 0), ("</s>", 0), ("<unk>", 0)], null, null);
        file[part] = JsonNode.Parse(value);
        InferenceException error = Assert.Throws<InferenceException>(() => Open(file, 3));
        Assert.Equal(InferenceError.NotSupported, error.Error);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_larger_than_the_models_is_refused()
    {
        InferenceException error = Assert.Throws<InferenceException>(() => Open(Unigram([("<pad>", 0), ("</s>", 0), ("<unk>", 0), ("a", -1)], null, null), 3));
        Assert.Contains("its ids reach 3, but the model's vocabulary has 3 entries", error.Message, StringComparison.Ordinal);
    }

    static double BestScore(string text, (string Piece, double Score)[] vocabulary) => text.Length == 0 ? 0
        : vocabulary.Skip(3).Where(v => text.StartsWith(v.Piece, StringComparison.Ordinal)).Max(v => v.Score + BestScore(text[v.Piece.Length..], vocabulary));

    static List<string> JoinByHand(string text, string[] merges)
    {
        List<string> parts = [.. text.Select(c => c.ToString())];
        while (true)
        {
            (int Rank, int Position) best = Enumerable.Range(0, parts.Count - 1)
                .Select(i => (Array.IndexOf(merges, parts[i] + " " + parts[i + 1]), i)).Where(m => m.Item1 >= 0).DefaultIfEmpty((-1, -1)).Min();
            if (best.Rank < 0)
            {
                return parts;
            }

            parts[best.Position] += parts[best.Position + 1];
            parts.RemoveAt(best.Position + 1);
        }
    }

    static long[] Encode(ITextTokenizer tokenizer, string text)
    {
        long[] ids = new long[Context];
        tokenizer.Encode(text, ids);
        return ids;
    }

    ITextTokenizer Open(JsonObject file, int vocabulary)
    {
        folder.Write("tokenizer.json", file.ToJsonString());
        folder.Write("tokenizer_config.json", """{ "pad_token": "<pad>" }""");
        return TextTokenizerFactory.Open(folder.Path, Context, vocabulary, padId: 2);
    }

    static JsonObject Unigram((string Piece, double Score)[] vocabulary, JsonNode? normalizer, JsonNode? preTokenizer) => new()
    {
        ["version"] = "1.0",
        ["added_tokens"] = JsonSerializer.SerializeToNode(vocabulary.Take(3).Select((v, i) => new { id = i, content = v.Piece, special = true })),
        ["normalizer"] = normalizer,
        ["pre_tokenizer"] = preTokenizer,
        ["post_processor"] = Template("</s>"),
        ["model"] = new JsonObject
        {
            ["type"] = "Unigram",
            ["unk_id"] = 2,
            ["vocab"] = new JsonArray([.. vocabulary.Select(v => (JsonNode)new JsonArray(v.Piece, v.Score))]),
        },
    };

    static JsonObject Bpe(string[] tokens, string[] merges)
    {
        var ids = new JsonObject();
        foreach (string token in tokens.Concat(Enumerable.Range(0, 256).Select(b => string.Create(CultureInfo.InvariantCulture, $"<0x{b:X2}>"))))
        {
            ids[token] = ids.Count;
        }

        return new()
        {
            ["version"] = "1.0",
            ["added_tokens"] = JsonSerializer.SerializeToNode(tokens.Take(3).Select((t, i) => new { id = i, content = t, special = true })),
            ["normalizer"] = JsonNode.Parse("""{ "type": "Replace", "pattern": { "String": " " }, "content": "▁" }"""),
            ["pre_tokenizer"] = JsonNode.Parse("""{ "type": "Split", "pattern": { "String": " " }, "behavior": "MergedWithPrevious", "invert": false }"""),
            ["post_processor"] = Template("<eos>"),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE", ["unk_token"] = "<unk>", ["fuse_unk"] = true, ["byte_fallback"] = true, ["vocab"] = ids, ["merges"] = new JsonArray([.. merges.Select(m => (JsonNode)m)]),
            },
        };
    }

    static JsonNode Template(string end) => JsonNode.Parse($$"""
        { "type": "TemplateProcessing", "single": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "{{end}}", "type_id": 0 } }],
          "special_tokens": { "{{end}}": { "id": "{{end}}", "ids": [1], "tokens": ["{{end}}"] } } }
        """)!;
}
