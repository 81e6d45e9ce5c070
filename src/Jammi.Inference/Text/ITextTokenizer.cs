namespace Jammi.Inference.Text;

/// <summary>Turns a text into the fixed-length row of token ids that a text tower takes. Implementations are thread-safe.</summary>
internal interface ITextTokenizer
{
    /// <summary>Number of ids in a row, start and end token included.</summary>
    int ContextLength { get; }

    /// <summary>
    /// Writes the start token, the text's tokens, the end token, and zeros up to <see cref="ContextLength"/>.
    /// A text that is too long is cut so that the end token is the row's last id.
    /// </summary>
    /// <param name="text">Any text; unpaired surrogates count as U+FFFD.</param>
    /// <param name="ids">The row, exactly <see cref="ContextLength"/> ids long.</param>
    /// <returns>The number of ids before the padding, start and end token included.</returns>
    /// <exception cref="ArgumentException"><paramref name="ids"/> has another length.</exception>
    int Encode(string text, Span<long> ids);
}
