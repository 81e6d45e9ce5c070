namespace Jammi.Inference.Text;

/// <summary>Finds and opens the tokenizer of a model folder.</summary>
internal static class TextTokenizerFactory
{
    /// <summary>The files that decide the ids of a folder's tokenizer.</summary>
    public static IEnumerable<string> Files(string modelDirectory) =>
        new[] { TokenizerJsonReader.FileName, VocabularyFilesReader.VocabularyFileName, VocabularyFilesReader.MergesFileName, MergeTableReader.FileName }.Select(name => Path.Combine(modelDirectory, name)).Where(File.Exists);

    /// <summary>
    /// Opens <c>tokenizer.json</c> or <c>vocab.json</c> with <c>merges.txt</c> (the model's own vocabulary), or else <c>bpe_simple_vocab_16e6.txt.gz</c>
    /// (the standard one).
    /// </summary>
    /// <param name="contextLength">Ids in a row (text_cfg.context_length), at least 2.</param>
    /// <param name="vocabSize">Rows of the model's token embedding (text_cfg.vocab_size).</param>
    /// <exception cref="InferenceException">The folder has none of them, or the file is not a CLIP tokenizer that fits the model.</exception>
    public static ITextTokenizer Open(string modelDirectory, int contextLength, int vocabSize)
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
            return new ClipTokenizer(TokenizerJsonReader.Read(json, vocabSize), contextLength);
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
}
