using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Jammi.Inference.Text;

/// <summary>
/// Reads <c>bpe_simple_vocab_16e6.txt.gz</c>, the merge table of the original CLIP release. After a header line come more
/// merges than CLIP uses; the vocabulary is the 256 byte symbols, the same at the end of words, one token per merge, start, end.
/// </summary>
internal static class MergeTableReader
{
    public const string FileName = "bpe_simple_vocab_16e6.txt.gz";

    private const int MergeCount = 48894;
    private const int VocabularySize = (2 * 256) + MergeCount + 2;

    /// <exception cref="InferenceException">The file cannot be read as such a table, or the model's vocabulary is smaller.</exception>
    public static ClipVocabulary Read(string path, int vocabularySize)
    {
        if (vocabularySize < VocabularySize)
        {
            throw new InferenceException(InferenceError.InvalidModel, string.Create(CultureInfo.InvariantCulture,
                $"{path}: the standard CLIP vocabulary has {VocabularySize} entries, but the model's has {vocabularySize} (text_cfg.vocab_size). "
                + $"Put the model's own {TokenizerJsonReader.FileName} into its folder."));
        }

        var merges = ReadMerges(path);
        var ids = new Dictionary<string, int>(VocabularySize, StringComparer.Ordinal);
        foreach (var symbol in ByteAlphabet.VocabularyOrder)
        {
            ids.Add(symbol.ToString(), ids.Count);
        }

        foreach (var symbol in ByteAlphabet.VocabularyOrder)
        {
            ids.Add(symbol + ClipVocabulary.EndOfWord, ids.Count);
        }

        foreach (var merge in merges)
        {
            if (!ids.TryAdd(merge.Replace(" ", "", StringComparison.Ordinal), ids.Count))
            {
                throw new InferenceException(InferenceError.InvalidModel, $"{path}: merge '{merge}' yields a token that an earlier line yields too.");
            }
        }

        var start = ids.Count;
        ids.Add(WordScanner.StartOfText, start);
        ids.Add(WordScanner.EndOfText, start + 1);
        var vocabulary = new ClipVocabulary(ids, merges, start, start + 1);
        vocabulary.Validate(path, vocabularySize);
        return vocabulary;
    }

    private static string[] ReadMerges(string path)
    {
        var merges = new string[MergeCount];
        var count = 0;
        try
        {
            using var file = File.OpenRead(path);
            using var text = new GZipStream(file, CompressionMode.Decompress);
            using var reader = new StreamReader(text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            _ = reader.ReadLine();
            while (count < MergeCount && reader.ReadLine() is { } line)
            {
                merges[count++] = line;
            }
        }
        catch (Exception error) when (error is InvalidDataException or DecoderFallbackException or IOException or UnauthorizedAccessException)
        {
            throw new InferenceException(InferenceError.InvalidModel,
                $"{path}: cannot be read as a gzip file of UTF-8 lines: {error.Message} Fetch the file again.", error);
        }

        if (count < MergeCount)
        {
            throw new InferenceException(InferenceError.InvalidModel,
                $"{path}: has {count} merges, the standard table has {MergeCount}. The file is cut short; fetch it again.");
        }

        return merges;
    }
}
