using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.ML.Tokenizers;

namespace Jammi.Inference.Text;

/// <summary>The CLIP tokenizer: cleaned, lower-cased text, split into words, each word by byte-level BPE.</summary>
internal sealed class ClipTokenizer : ITextTokenizer
{
    /// <summary>Characters of all words that are remembered, each with its share of the table; their ids take at most 12 bytes a character.</summary>
    private const int MaxCachedLength = 1 << 22;

    /// <summary>In scripts without blanks a sentence is a word.</summary>
    private const int MaxCachedWordLength = 256;
    private const int CachedWordOverhead = 32;
    private const int LongestOnStack = 512;

    private readonly BpeTokenizer _bpe;
    private readonly int _startId;
    private readonly int _endId;
    private readonly ConcurrentDictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _cacheBySpan;
    private int _cachedLength;

    public ClipTokenizer(ClipVocabulary vocabulary, int contextLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 2);
        ContextLength = contextLength;
        _startId = vocabulary.StartId;
        _endId = vocabulary.EndId;
        _bpe = BpeTokenizer.Create(new BpeOptions(vocabulary.Ids)
        {
            Merges = vocabulary.Merges,
            EndOfWordSuffix = ClipVocabulary.EndOfWord,
            ByteLevel = true,
        });
        _cacheBySpan = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <inheritdoc/>
    public int ContextLength { get; }

    /// <inheritdoc/>
    public int Encode(string text, Span<long> ids)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (ids.Length != ContextLength)
        {
            throw new ArgumentException($"A row has {ContextLength} ids, the span has {ids.Length}.", nameof(ids));
        }

        var rented = text.Length > LongestOnStack ? ArrayPool<char>.Shared.Rent(text.Length) : null;
        var room = rented ?? stackalloc char[LongestOnStack];
        try
        {
            return TextCleaner.TryCleanSound(text, room, out var length)
                ? EncodeCleaned(room[..length], ids)
                : EncodeCleaned(TextCleaner.Clean(text), ids);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<char>.Shared.Return(rented);
            }
        }
    }

    private int EncodeCleaned(ReadOnlySpan<char> cleaned, Span<long> ids)
    {
        var count = 0;
        ids[count++] = _startId;

        // Scanning may stop once the row is full: what follows cannot change it.
        var scanner = new WordScanner(cleaned);
        while (count < ids.Length && scanner.MoveNext())
        {
            if (scanner.Kind != WordKind.Text)
            {
                ids[count++] = scanner.Kind == WordKind.StartOfText ? _startId : _endId;
                continue;
            }

            foreach (var id in EncodeWord(scanner.Current))
            {
                if (count == ids.Length)
                {
                    break;
                }

                ids[count++] = id;
            }
        }

        if (count == ids.Length)
        {
            ids[^1] = _endId;
        }
        else
        {
            ids[count++] = _endId;
        }

        ids[count..].Clear();
        return count;
    }

    private ReadOnlySpan<int> EncodeWord(ReadOnlySpan<char> word)
    {
        if (_cacheBySpan.TryGetValue(word, out var known))
        {
            return known;
        }

        var ids = _bpe.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false).ToArray();

        // Natural text repeats its words, so those that come first serve; when there is no more room words are encoded anew.
        if (word.Length <= MaxCachedWordLength && Volatile.Read(ref _cachedLength) < MaxCachedLength && _cacheBySpan.TryAdd(word, ids))
        {
            Interlocked.Add(ref _cachedLength, word.Length + CachedWordOverhead);
        }

        return ids;
    }
}
