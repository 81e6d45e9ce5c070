namespace Jammi.Inference.Text;

/// <summary>The tables of one byte-level BPE vocabulary with <c>&lt;/w&gt;</c> at the end of words.</summary>
/// <param name="Ids">Id of each token, start and end token included.</param>
/// <param name="Merges">Merges in rank order, each two tokens with a blank between.</param>
/// <param name="StartId">Id that opens every row.</param>
/// <param name="EndId">Id that closes every row.</param>
internal sealed record ClipVocabulary(IReadOnlyDictionary<string, int> Ids, IReadOnlyList<string> Merges, int StartId, int EndId)
{
    /// <summary>The mark of a word's last token.</summary>
    public const string EndOfWord = "</w>";

    /// <summary>
    /// Checks what byte-level BPE rests on: every byte has its two symbols, so no text is without tokens, and every merge
    /// joins known tokens to a known token.
    /// </summary>
    /// <param name="source">The file, for the message.</param>
    /// <exception cref="InferenceException">A symbol or a merged token is missing, or an id lies outside the model's vocabulary.</exception>
    public void Validate(string source, int vocabularySize)
    {
        foreach (var symbol in ByteAlphabet.VocabularyOrder)
        {
            RequireToken(source, symbol.ToString(), "a byte symbol");
            RequireToken(source, symbol + EndOfWord, "a byte symbol at the end of a word");
        }

        for (var rank = 0; rank < Merges.Count; rank++)
        {
            var merge = Merges[rank];
            var blank = merge.IndexOf(' ', StringComparison.Ordinal);
            if (blank <= 0 || blank == merge.Length - 1 || merge.IndexOf(' ', blank + 1) >= 0)
            {
                throw new InferenceException(InferenceError.InvalidModel,
                    $"{source}: merge {rank} is '{merge}'; a merge is two tokens with one blank between.");
            }

            RequireToken(source, merge[..blank], $"the first part of merge {rank}");
            RequireToken(source, merge[(blank + 1)..], $"the second part of merge {rank}");
            RequireToken(source, merge.Remove(blank, 1), $"the result of merge {rank}");
        }

        var seen = new HashSet<int>(Ids.Count);
        foreach (var (token, id) in Ids)
        {
            if (id < 0 || id >= vocabularySize)
            {
                throw new InferenceException(InferenceError.InvalidModel,
                    $"{source}: token '{token}' has id {id}, but the model's vocabulary has {vocabularySize} entries (text_cfg.vocab_size). "
                    + "The tokenizer belongs to another model.");
            }

            if (!seen.Add(id))
            {
                throw new InferenceException(InferenceError.InvalidModel, $"{source}: id {id} stands for two tokens, one is '{token}'.");
            }
        }
    }

    private void RequireToken(string source, string token, string role)
    {
        if (!Ids.ContainsKey(token))
        {
            throw new InferenceException(InferenceError.InvalidModel, $"{source}: the vocabulary lacks '{token}', {role}.");
        }
    }
}
