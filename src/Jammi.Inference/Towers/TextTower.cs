using Jammi.Inference.Onnx;

namespace Jammi.Inference.Towers;

/// <summary>A tower from token ids [batch, tokens] to features [batch, dimensions].</summary>
/// <param name="ContextLength">Tokens of a text at most.</param>
/// <param name="PadId">What fills a row behind its text.</param>
internal abstract record TextTower(int ContextLength, int Vocabulary, int Dimensions, int PadId)
{
    /// <summary>Whether tokens after a text's end cannot change its embedding, so that a batch may be cut at its longest text.</summary>
    public abstract bool MayTrim { get; }

    /// <summary>The architecture in words, for people.</summary>
    public abstract string Description { get; }
}

internal enum TextPooling
{
    /// <summary>The first token of the highest id, which is the end of text.</summary>
    ArgMax,

    /// <summary>The first token of the row.</summary>
    First,

    /// <summary>The last token of the row, padding included.</summary>
    Last,

    /// <summary>The first end-of-text token.</summary>
    EndOfText,
}

/// <summary>A learned token behind the row whose feature is the text's (CoCa).</summary>
/// <param name="HiddenId">Tokens of this id it does not see.</param>
internal sealed record ClassEmbedding(string Tensor, int HiddenId);

/// <summary>CLIP's text transformer.</summary>
/// <param name="ClassEmbedding">Takes the place of pooling, where the model has it.</param>
/// <param name="EndId">The token of <see cref="TextPooling.EndOfText"/>.</param>
internal sealed record ClipTextTower(
    int ContextLength,
    int Vocabulary,
    int Dimensions,
    int PadId,
    TransformerShape Transformer,
    bool Causal,
    TextPooling Pooling,
    int? EndId,
    string TokenEmbedding,
    string Positions,
    ClassEmbedding? ClassEmbedding,
    IReadOnlyList<BlockNames> Blocks,
    NormNames FinalNorm,
    ProjectionNames? Projection) : TextTower(ContextLength, Vocabulary, Dimensions, PadId)
{
    public override bool MayTrim => Causal && ClassEmbedding is null && Pooling is not TextPooling.Last;

    public override string Description =>
        $"text transformer, {Transformer.Layers} layers of width {Transformer.Width}, {Transformer.Heads} heads, {Activations.Name(Transformer.Activation)}, {(Causal ? "causal" : "sees both ways")}, pooled at {(ClassEmbedding is null ? Pooling : "class embedding")}";
}

internal enum SentencePooling
{
    /// <summary>The mean over the text's tokens, padding left out.</summary>
    Mean,

    /// <summary>The first token.</summary>
    ClassToken,
}

/// <summary>A BERT-family encoder with the pooling of a sentence embedding.</summary>
/// <param name="FirstPosition">Row of the position embedding that the first token takes (RoBERTa starts behind the padding's).</param>
/// <param name="TypeEmbedding">Token types, of which the first is used; absent in some.</param>
internal sealed record BertTower(
    int ContextLength,
    int Vocabulary,
    int Dimensions,
    int PadId,
    TransformerShape Transformer,
    string TokenEmbedding,
    string Positions,
    int PositionRows,
    int FirstPosition,
    string? TypeEmbedding,
    int TypeRows,
    NormNames EmbeddingNorm,
    IReadOnlyList<BlockNames> Blocks,
    SentencePooling Pooling) : TextTower(ContextLength, Vocabulary, Dimensions, PadId)
{
    /// <summary>Padding is masked in attention and left out of the mean.</summary>
    public override bool MayTrim => true;

    public override string Description =>
        $"BERT encoder, {Transformer.Layers} layers of width {Transformer.Width}, {Transformer.Heads} heads, {Activations.Name(Transformer.Activation)}, {(Pooling == SentencePooling.Mean ? "mean of tokens" : "class token")}";
}

/// <summary>A tower that somebody else exported to ONNX, with its weights.</summary>
internal sealed record ExportedTextTower(int ContextLength, int Vocabulary, int Dimensions, int PadId, string File, OnnxPorts Ports) : TextTower(ContextLength, Vocabulary, Dimensions, PadId)
{
    /// <summary>What an unknown graph makes of padding is not known.</summary>
    public override bool MayTrim => false;

    public override string Description => $"exported graph {Path.GetFileName(File)}, output {Ports.Output}";
}
