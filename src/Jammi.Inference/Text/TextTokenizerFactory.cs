namespace Jammi.Inference.Text;

/// <summary>Finds and opens the tokenizer of a model folder.</summary>
internal static class TextTokenizerFactory
{
    /// <summary>
    /// Opens <c>tokenizer.json</c> (the model's own vocabulary) or else <c>bpe_simple_vocab_16e6.txt.gz</c> (the standard one).
    /// </summary>
    /// <param name="contextLength">Ids in a row (text_cfg.context_length), at least 2.</param>
    /// <param name="vocabSize">Rows of the model's token embedding (text_cfg.vocab_size).</param>
    /// <exception cref="InferenceException">The folder has neither file, or the file is not a CLIP tokenizer that fits the model.</exception>
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

        var table = Path.Combine(modelDirectory, MergeTableReader.FileName);
        if (File.Exists(table))
        {
            return new ClipTokenizer(MergeTableReader.Read(table, vocabSize), contextLength);
        }

        throw new InferenceException(InferenceError.ModelNotFound,
            $"{modelDirectory}: the folder has no tokenizer. Put {TokenizerJsonReader.FileName} or {MergeTableReader.FileName} next to the weights.");
    }
}
