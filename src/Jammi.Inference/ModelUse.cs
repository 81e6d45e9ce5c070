namespace Jammi.Inference;

/// <summary>The numbers that a tower computes with.</summary>
public enum ModelPrecision
{
    /// <summary>32-bit floats: the reference's vectors.</summary>
    Fp32,

    /// <summary>Eight-bit weights, one scale a channel, and activations scaled as they come: several times faster, cosine about 0.999 to the reference.</summary>
    Int8,
}

/// <summary>How pictures are decoded.</summary>
public enum ImageDecoding
{
    /// <summary>Every pixel, as the reference.</summary>
    Exact,

    /// <summary>JPEGs far larger than the model's input are decoded at a fraction of their size: faster, and not bit for bit the reference's pixels.</summary>
    Fast,
}

/// <summary>What a model is opened for. Vectors of all uses lie in one space; those of different precision or decoding differ a little.</summary>
public sealed record ModelUse
{
    /// <summary>Single queries with the reference's vectors.</summary>
    public static ModelUse Query { get; } = new();

    /// <summary>The numbers to compute with.</summary>
    public ModelPrecision Precision { get; init; }

    /// <summary>How pictures are decoded.</summary>
    public ImageDecoding Decoding { get; init; }

    /// <summary>Whether many rows will be embedded by calls at the same time, so that each call should keep to few processors; otherwise one call takes them all.</summary>
    public bool Bulk { get; init; }
}
