using System.Text.Json;
using Jammi.Inference.Text.Pipeline;

namespace Jammi.Inference.Text;

/// <summary>Finds and opens the tokenizer of a model folder.</summary>
internal static class TextTokenizerFactory
{
    private const string ConfigFileName = "tokenizer_config.json";

    /// <summary>The files that decide the ids of a folder's tokenizer.</summary>
    public static IEnumerable<string> Files(string modelDirectory) =>
        new[]
        {
            TokenizerJsonReader.FileName, ConfigFileName, VocabularyFilesReader.VocabularyFileName, VocabularyFilesReader.MergesFileName, WordPieceTokenizer.VocabularyFileName,
            MergeTableReader.FileName,
        }.Select(name => Path.Combine(modelDirectory, name)).Where(File.Exists);

    /// <summary>
    /// Opens <c>tokenizer.json</c> or <c>vocab.json</c> with <c>merges.txt</c> (the model's own vocabulary), or else <c>bpe_simple_vocab_16e6.txt.gz</c>
    /// (the standard one). A <c>tokenizer.json</c> says itself of which kind it is: CLIP's BPE, WordPiece, unigram, or BPE with byte fallback.
    /// </summary>
    /// <param name="contextLength">Ids in a row (text_cfg.context_length), at least 2.</param>
    /// <param name="vocabSize">Rows of the model's token embedding (text_cfg.vocab_size).</param>
    /// <param name="padId">What fills a row where the folder does not say it.</param>
    /// <exception cref="InferenceException">The folder has none of them, or the file is not a tokenizer that is supported and fits the model.</exception>
    public static ITextTokenizer Open(string modelDirectory, int contextLength, int vocabSize, int padId = 0)
    {
        ArgumentNullException.ThrowIfNull(modelDirectory);
        if (contextLength < 2)
        {
            throw new InferenceException(InferenceError.InvalidModel,
                $"{modelDirectory}: context_length is {contextLength}; a row needs room for the start and the end token.");
        }

        var json = Path.Combine(modelDirectory, TokenizerJsonReader.FileName);
        if (File.Exists(json))
        {
            return OpenJson(json, contextLength, vocabSize, padId);
        }

        if (File.Exists(Path.Combine(modelDirectory, VocabularyFilesReader.VocabularyFileName)) && File.Exists(Path.Combine(modelDirectory, VocabularyFilesReader.MergesFileName)))
        {
            return new ClipTokenizer(VocabularyFilesReader.Read(modelDirectory, vocabSize), contextLength);
        }

        var table = Path.Combine(modelDirectory, MergeTableReader.FileName);
        if (File.Exists(table))
        {
            return new ClipTokenizer(MergeTableReader.Read(table, vocabSize), contextLength);
        }

        throw new InferenceException(InferenceError.ModelNotFound,
            $"{modelDirectory}: the folder has no tokenizer. Put {TokenizerJsonReader.FileName}, {VocabularyFilesReader.VocabularyFileName} with {VocabularyFilesReader.MergesFileName}, or {MergeTableReader.FileName} next to the weights.");
    }

    private static ITextTokenizer OpenJson(string path, int contextLength, int vocabSize, int padId)
    {
        using var document = TokenizerJsonReader.Parse(path);
        var root = JsonSetting.Root(path, document.RootElement);
        var type = root["model"]["type"];
        type.RequireString("BPE", "WordPiece", "Unigram");
        return type.Text() switch
        {
            "WordPiece" => WordPieceTokenizer.Read(root, contextLength, vocabSize, padId),
            "Unigram" => PipelineTokenizer.Read(root, contextLength, vocabSize, PadId(path, root, padId)),
            _ when root["model"]["byte_fallback"].Boolean(otherwise: false) => PipelineTokenizer.Read(root, contextLength, vocabSize, PadId(path, root, padId)),
            _ => new ClipTokenizer(TokenizerJsonReader.Read(root, path, vocabSize), contextLength),
        };
    }

    /// <summary>The id of the padding token that the folder names, in the tokenizer itself or in its configuration.</summary>
    private static int PadId(string path, JsonSetting root, int otherwise)
    {
        if (root["padding"].IsPresent && root["padding"]["pad_id"].IsPresent)
        {
            return root["padding"]["pad_id"].Integer();
        }

        var config = Path.Combine(Path.GetDirectoryName(path)!, ConfigFileName);
        if (!File.Exists(config) || !root["added_tokens"].IsPresent)
        {
            return otherwise;
        }

        using JsonDocument document = TokenizerJsonReader.Parse(config);
        var pad = JsonSetting.Root(config, document.RootElement)["pad_token"];
        if (!pad.IsPresent)
        {
            return otherwise;
        }

        var name = pad.IsObject ? pad["content"].Text() : pad.Text();
        var ids = root["added_tokens"].Items().Where(token => token["content"].Text() == name).Select(token => token["id"].Integer()).ToArray();
        return ids.Length > 0 ? ids[0] : otherwise;
    }
}
