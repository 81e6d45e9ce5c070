using System.Text.RegularExpressions;

namespace Jammi.Inference.Text.Pipeline;

/// <summary>
/// A tokenizer that a <c>tokenizer.json</c> describes step by step: added tokens are cut out of the text, the rest is normalised, split and given to a
/// unigram or BPE model; a template adds special tokens. SigLIP's (SentencePiece), SigLIP 2's (Gemma) and XLM-RoBERTa's are of this kind.
/// </summary>
internal sealed class PipelineTokenizer : ITextTokenizer
{
    readonly Func<string, string> normalize;
    readonly Func<string, IEnumerable<string>> split;
    readonly ISubwordModel model;
    readonly AddedTokens added;
    readonly SpecialTokens special;
    readonly int padId;

    PipelineTokenizer(Func<string, string> normalize, Func<string, IEnumerable<string>> split, ISubwordModel model, AddedTokens added, SpecialTokens special, int contextLength, int padId)
    {
        this.normalize = normalize;
        this.split = split;
        this.model = model;
        this.added = added;
        this.special = special;
        this.padId = padId;
        ContextLength = contextLength;
    }

    public int ContextLength { get; }

    /// <param name="padId">What fills a row.</param>
    /// <exception cref="InferenceException">A part of the file is not supported; the message names it.</exception>
    public static PipelineTokenizer Read(JsonSetting root, int contextLength, int vocabularySize, int padId)
    {
        root.RequireOnly("version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model");
        JsonSetting model = root["model"];
        ISubwordModel subwords = model["type"].Text() == "Unigram" ? UnigramModel.Read(model) : BpeModel.Read(model);
        if (subwords.HighestId >= vocabularySize)
        {
            throw model["vocab"].Invalid($"its ids reach {subwords.HighestId}, but the model's vocabulary has {vocabularySize} entries");
        }

        return new(
            TextNormalizers.Read(root["normalizer"]),
            TextSplitters.Read(root["pre_tokenizer"]),
            subwords,
            AddedTokens.Read(root["added_tokens"]),
            SpecialTokens.Read(root["post_processor"]),
            contextLength,
            padId);
    }

    public int Encode(string text, Span<long> ids)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (ids.Length != ContextLength)
        {
            throw new ArgumentException($"A row has {ContextLength} ids, the span has {ids.Length}.", nameof(ids));
        }

        var tokens = new List<int>();
        int room = ContextLength - special.Before.Length - special.After.Length;
        foreach ((string part, int id) in added.Split(text))
        {
            if (id >= 0)
            {
                tokens.Add(id);
            }
            else
            {
                foreach (string piece in split(normalize(part)))
                {
                    model.Encode(piece, tokens);
                }
            }

            if (tokens.Count >= room)
            {
                break;
            }
        }

        int count = 0;
        foreach (int id in special.Before.Concat(tokens.Take(room)).Concat(special.After))
        {
            ids[count++] = id;
        }

        ids[count..].Fill(padId);
        return count;
    }

    /// <summary>Tokens that are looked for in the text itself.</summary>
    sealed class AddedTokens(Dictionary<string, int> ids)
    {
        readonly Regex? pattern = ids.Count == 0 ? null
            : new Regex(string.Join('|', ids.Keys.OrderByDescending(k => k.Length).Select(Regex.Escape)), RegexOptions.CultureInvariant | RegexOptions.Compiled);

        public static AddedTokens Read(JsonSetting tokens)
        {
            var ids = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (JsonSetting token in tokens.IsPresent ? tokens.Items() : [])
            {
                ids[token["content"].Text()] = token["id"].Integer();
            }

            ids.Remove(string.Empty);
            return new(ids);
        }

        /// <summary>Parts of the text, with the id of an added token or -1.</summary>
        public IEnumerable<(string Part, int Id)> Split(string text)
        {
            int start = 0;
            foreach (Match match in pattern?.Matches(text) ?? Enumerable.Empty<Match>())
            {
                if (match.Index > start)
                {
                    yield return (text[start..match.Index], -1);
                }

                yield return (match.Value, ids[match.Value]);
                start = match.Index + match.Length;
            }

            if (start < text.Length)
            {
                yield return (text[start..], -1);
            }
        }
    }
}

/// <summary>What a tokenizer puts around a text.</summary>
internal sealed record SpecialTokens(int[] Before, int[] After)
{
    /// <summary>Reads the <c>post_processor</c> of a tokenizer file; only its form for a single text counts.</summary>
    public static SpecialTokens Read(JsonSetting processor)
    {
        if (!processor.IsPresent)
        {
            return new([], []);
        }

        JsonSetting type = processor["type"];
        type.RequireString("TemplateProcessing", "BertProcessing", "RobertaProcessing");
        if (type.Text() != "TemplateProcessing")
        {
            return new([processor["cls"].Items(2)[1].Integer()], [processor["sep"].Items(2)[1].Integer()]);
        }

        var before = new List<int>();
        var after = new List<int>();
        List<int> current = before;
        JsonSetting tokens = processor["special_tokens"];
        foreach (JsonSetting part in processor["single"].Items())
        {
            if (part["Sequence"].IsPresent)
            {
                current = after;
                continue;
            }

            current.AddRange(tokens[part["SpecialToken"]["id"].Text()]["ids"].Items().Select(i => i.Integer()));
        }

        return new([.. before], [.. after]);
    }
}
