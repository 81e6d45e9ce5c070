namespace Jammi.Inference.Text.Pipeline;

/// <summary>
/// Byte-pair encoding over characters, as Gemma's tokenizer has it: neighbours are joined in the order of the merges' ranks until none is left. A character
/// of no entry becomes its bytes where the vocabulary has them, and otherwise the unknown token.
/// </summary>
internal sealed class BpeModel : ISubwordModel
{
    readonly Dictionary<string, int> ids;
    readonly Dictionary<(int Left, int Right), (int Rank, int Result)> merges;
    readonly int unknownId;
    readonly bool fuseUnknown;
    readonly int[]? bytes;

    BpeModel(Dictionary<string, int> ids, Dictionary<(int, int), (int, int)> merges, int unknownId, bool fuseUnknown, bool byteFallback)
    {
        this.ids = ids;
        this.merges = merges;
        this.unknownId = unknownId;
        this.fuseUnknown = fuseUnknown;
        bytes = byteFallback ? ByteTokens.Find(text => ids.GetValueOrDefault(text, -1)) : null;
    }

    public int HighestId => ids.Values.Max();

    public static BpeModel Read(JsonSetting model)
    {
        model.RequireOnly("type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges");
        model["dropout"].RequireAbsent();
        foreach (string affix in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
        {
            if (model[affix].IsPresent)
            {
                model[affix].RequireString(string.Empty);
            }
        }

        if (model["ignore_merges"].IsPresent)
        {
            model["ignore_merges"].RequireBoolean(false);
        }

        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string token, JsonSetting id) in model["vocab"].Members())
        {
            ids[token] = id.Integer();
        }

        var merges = new Dictionary<(int, int), (int, int)>();
        int rank = 0;
        foreach (JsonSetting merge in model["merges"].Items())
        {
            (string left, string right) = ReadMerge(merge);
            if (!ids.TryGetValue(left, out int leftId) || !ids.TryGetValue(right, out int rightId) || !ids.TryGetValue(left + right, out int result))
            {
                throw merge.Invalid("the vocabulary lacks one of its tokens or their union");
            }

            merges.TryAdd((leftId, rightId), (rank++, result));
        }

        int unknown = model["unk_token"] is { IsPresent: true } unknownToken ? ids.GetValueOrDefault(unknownToken.Text(), -1) : -1;
        return new(ids, merges, unknown, model["fuse_unk"].Boolean(otherwise: false), model["byte_fallback"].Boolean(otherwise: false));
    }

    public void Encode(string piece, List<int> result)
    {
        List<int> symbols = Symbols(piece);
        int[] next = new int[symbols.Count];
        int[] previous = new int[symbols.Count];
        var queue = new PriorityQueue<(int Left, int Right, int LeftId, int RightId, int Result), (int Rank, int Position)>();
        for (int i = 0; i < symbols.Count; i++)
        {
            next[i] = i + 1;
            previous[i] = i - 1;
        }

        void Offer(int left)
        {
            if (left >= 0 && next[left] < symbols.Count && merges.TryGetValue((symbols[left], symbols[next[left]]), out (int Rank, int Result) merge))
            {
                queue.Enqueue((left, next[left], symbols[left], symbols[next[left]], merge.Result), (merge.Rank, left));
            }
        }

        for (int i = 0; i < symbols.Count; i++)
        {
            Offer(i);
        }

        const int Gone = -1;
        while (queue.TryDequeue(out var merge, out _))
        {
            // Either side may have been joined to something else meanwhile.
            if (symbols[merge.Left] != merge.LeftId || symbols[merge.Right] != merge.RightId || next[merge.Left] != merge.Right)
            {
                continue;
            }

            symbols[merge.Left] = merge.Result;
            symbols[merge.Right] = Gone;
            next[merge.Left] = next[merge.Right];
            if (next[merge.Left] < symbols.Count)
            {
                previous[next[merge.Left]] = merge.Left;
            }

            Offer(previous[merge.Left]);
            Offer(merge.Left);
        }

        result.AddRange(symbols.Where(s => s != Gone));
    }

    /// <summary>The ids of the piece's characters.</summary>
    List<int> Symbols(string piece)
    {
        var symbols = new List<int>(piece.Length);
        bool afterUnknown = false;
        foreach (System.Text.Rune rune in piece.EnumerateRunes())
        {
            string character = rune.ToString();
            bool known = ids.TryGetValue(character, out int id);
            if (known)
            {
                symbols.Add(id);
            }
            else if (bytes is not null)
            {
                ByteTokens.Add(character, bytes, symbols);
            }
            else if (unknownId >= 0 && !(fuseUnknown && afterUnknown))
            {
                symbols.Add(unknownId);
            }

            afterUnknown = !known && bytes is null;
        }

        return symbols;
    }

    static (string Left, string Right) ReadMerge(JsonSetting merge)
    {
        if (merge.IsArray)
        {
            JsonSetting[] parts = merge.Items(2);
            return (parts[0].Text(), parts[1].Text());
        }

        string text = merge.Text();
        int blank = text.IndexOf(' ', StringComparison.Ordinal);
        return blank > 0 ? (text[..blank], text[(blank + 1)..]) : throw merge.Invalid("a merge is two tokens with one blank between");
    }
}
