using System.Globalization;
using System.Text;

namespace Jammi.Inference.Text.Pipeline;

/// <summary>Splits a piece of text into ids of a vocabulary.</summary>
internal interface ISubwordModel
{
    int HighestId { get; }

    void Encode(string piece, List<int> ids);
}

/// <summary>
/// SentencePiece's unigram language model: of all ways to split a piece into entries of the vocabulary, the one whose log-probabilities sum highest
/// (Kudo, "Subword Regularization", 2018; found by Viterbi). A character of no entry counts as unknown, ten below the lowest score; neighbouring unknown
/// characters are one token, or bytes where the vocabulary has them.
/// </summary>
internal sealed class UnigramModel : ISubwordModel
{
    const double UnknownPenalty = 10;

    readonly Dictionary<string, (int Id, double Score)> entries;
    readonly Dictionary<string, (int Id, double Score)>.AlternateLookup<ReadOnlySpan<char>> lookup;
    readonly int unknownId;
    readonly double unknownScore;
    readonly int longest;
    readonly int[]? bytes;

    UnigramModel(Dictionary<string, (int Id, double Score)> entries, int unknownId, bool byteFallback)
    {
        this.entries = entries;
        this.unknownId = unknownId;
        lookup = entries.GetAlternateLookup<ReadOnlySpan<char>>();
        unknownScore = entries.Values.Min(e => e.Score) - UnknownPenalty;
        longest = entries.Keys.Max(k => k.Length);
        bytes = byteFallback ? ByteTokens.Find(text => entries.TryGetValue(text, out var entry) ? entry.Id : -1) : null;
    }

    public int HighestId => entries.Values.Max(e => e.Id);

    public static UnigramModel Read(JsonSetting model)
    {
        model.RequireOnly("type", "unk_id", "vocab", "byte_fallback");
        var entries = new Dictionary<string, (int, double)>(StringComparer.Ordinal);
        int id = 0;
        foreach (JsonSetting entry in model["vocab"].Items())
        {
            JsonSetting[] parts = entry.Items(2);
            entries.TryAdd(parts[0].Text(), (id++, parts[1].Number()));
        }

        int unknownId = model["unk_id"].Integer();
        return unknownId >= 0 && unknownId < id ? new(entries, unknownId, model["byte_fallback"].Boolean(otherwise: false)) : throw model["unk_id"].Invalid("the vocabulary has no such entry");
    }

    public void Encode(string piece, List<int> ids)
    {
        var best = new (double Score, int Start, int Id)[piece.Length + 1];
        Array.Fill(best, (double.NegativeInfinity, -1, -1));
        best[0] = (0, 0, -1);
        for (int start = 0; start < piece.Length; start++)
        {
            double before = best[start].Score;
            if (double.IsNegativeInfinity(before))
            {
                continue;
            }

            int character = char.IsHighSurrogate(piece[start]) && start + 1 < piece.Length && char.IsLowSurrogate(piece[start + 1]) ? 2 : 1;
            bool found = false;
            for (int length = character; length <= Math.Min(longest, piece.Length - start); length++)
            {
                if (lookup.TryGetValue(piece.AsSpan(start, length), out (int Id, double Score) entry))
                {
                    found |= length == character;
                    Improve(best, start, length, before + entry.Score, entry.Id);
                }
            }

            if (!found)
            {
                Improve(best, start, character, before + unknownScore, unknownId);
            }
        }

        Collect(piece, best, ids);
    }

    static void Improve((double Score, int Start, int Id)[] best, int start, int length, double score, int id)
    {
        if (score > best[start + length].Score)
        {
            best[start + length] = (score, start, id);
        }
    }

    void Collect(string piece, (double Score, int Start, int Id)[] best, List<int> ids)
    {
        var path = new List<(int Start, int End, int Id)>();
        for (int end = piece.Length; end > 0; end = best[end].Start)
        {
            path.Add((best[end].Start, end, best[end].Id));
        }

        path.Reverse();
        bool afterUnknown = false;
        foreach ((int start, int end, int id) in path)
        {
            if (id == unknownId && bytes is not null)
            {
                ByteTokens.Add(piece.AsSpan(start, end - start), bytes, ids);
            }
            else if (id != unknownId || !afterUnknown)
            {
                ids.Add(id);
            }

            afterUnknown = id == unknownId;
        }
    }
}

/// <summary>Vocabularies with byte fallback have an entry for each byte, <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>.</summary>
internal static class ByteTokens
{
    /// <summary>The ids of the 256 bytes, or null where one is missing.</summary>
    public static int[]? Find(Func<string, int> idOf)
    {
        int[] ids = [.. Enumerable.Range(0, 256).Select(value => idOf(string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>")))];
        return ids.Contains(-1) ? null : ids;
    }

    public static void Add(ReadOnlySpan<char> text, int[] bytes, List<int> ids)
    {
        Span<byte> buffer = stackalloc byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        foreach (byte value in buffer[..Encoding.UTF8.GetBytes(text, buffer)])
        {
            ids.Add(bytes[value]);
        }
    }
}
