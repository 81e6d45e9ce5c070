using System.Text;
using Jammi.Inference.Text.Pipeline;
using Microsoft.ML.Tokenizers;

namespace Jammi.Inference.Text;

/// <summary>BERT's tokenizer: words split at blanks and punctuation, each into the longest entries of the vocabulary.</summary>
internal sealed class WordPieceTokenizer : ITextTokenizer
{
    public const string VocabularyFileName = "vocab.txt";

    private readonly BertTokenizer _tokenizer;
    private readonly SpecialTokens _special;
    private readonly int _padId;

    private WordPieceTokenizer(BertTokenizer tokenizer, SpecialTokens special, int contextLength, int padId)
    {
        _tokenizer = tokenizer;
        _special = special;
        _padId = padId;
        ContextLength = contextLength;
    }

    /// <inheritdoc/>
    public int ContextLength { get; }

    /// <exception cref="InferenceException">The file's settings are not BERT's, or its vocabulary does not fit the model.</exception>
    public static WordPieceTokenizer Read(JsonSetting root, int contextLength, int vocabularySize, int padId)
    {
        root.RequireOnly("version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model");
        var normalizer = root["normalizer"];
        normalizer["type"].RequireString("BertNormalizer");
        normalizer["clean_text"].RequireBoolean(true);
        root["pre_tokenizer"]["type"].RequireString("BertPreTokenizer");
        var model = root["model"];
        model.RequireOnly("type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab");
        var lower = normalizer["lowercase"].Boolean(otherwise: true);
        var options = new BertOptions
        {
            LowerCaseBeforeTokenization = lower,
            IndividuallyTokenizeCjk = normalizer["handle_chinese_chars"].Boolean(otherwise: true),
            // Absent means: as lower case goes.
            RemoveNonSpacingMarks = normalizer["strip_accents"].Boolean(otherwise: lower),
            ContinuingSubwordPrefix = model["continuing_subword_prefix"].Text(),
            UnknownToken = model["unk_token"].Text(),
            MaxInputCharsPerWord = model["max_input_chars_per_word"].Integer(),
        };
        var names = ReadVocabulary(model["vocab"], vocabularySize);
        var special = SpecialTokens.Read(root["post_processor"]);
        if (special.Before.Length != 1 || special.After.Length != 1)
        {
            throw root["post_processor"].NotSupported("one token in front of the text and one behind it");
        }

        if (!names.Contains(options.UnknownToken) || padId >= names.Length)
        {
            throw model["vocab"].Invalid($"it lacks '{options.UnknownToken}' or a token of the id {padId} for padding");
        }

        options.ClassificationToken = names[special.Before[0]];
        options.SeparatorToken = names[special.After[0]];
        options.PaddingToken = names[padId];

        // The library insists on a masking token, which no embedding uses.
        const string Mask = "[MASK]";
        options.MaskingToken = names.Contains(Mask) ? Mask : options.UnknownToken;
        using var vocabulary = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', names)));
        return new WordPieceTokenizer(BertTokenizer.Create(vocabulary, options), special, contextLength, padId);
    }

    /// <inheritdoc/>
    public int Encode(string text, Span<long> ids)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (ids.Length != ContextLength)
        {
            throw new ArgumentException($"A row has {ContextLength} ids, the span has {ids.Length}.", nameof(ids));
        }

        var count = 0;
        ids[count++] = _special.Before[0];
        foreach (var id in _tokenizer.EncodeToIds(text, ContextLength - 2, addSpecialTokens: false, out _, out _))
        {
            ids[count++] = id;
        }

        ids[count++] = _special.After[0];
        ids[count..].Fill(_padId);
        return count;
    }

    private static string[] ReadVocabulary(JsonSetting vocabulary, int vocabularySize)
    {
        var names = new string?[vocabularySize];
        var count = 0;
        foreach (var (token, setting) in vocabulary.Members())
        {
            var id = setting.Integer();
            if (id < 0 || id >= vocabularySize || names[id] is not null)
            {
                throw setting.Invalid($"the model's vocabulary has {vocabularySize} entries of one token each");
            }

            names[id] = token;
            count = Math.Max(count, id + 1);
        }

        // The vocabulary may end before the model's does, but has no holes.
        var hole = Array.IndexOf(names, null, 0, count);
        return hole < 0 ? [.. names[..count].OfType<string>()] : throw vocabulary.Invalid($"no token has the id {hole}");
    }
}
