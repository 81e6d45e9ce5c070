namespace Jammi.Inference.Towers;

/// <summary>A stored tensor, or one of the equal parts that its rows fall into, such as the queries of a packed projection.</summary>
internal sealed record TensorSlice(string Name, int Part = 0, int Parts = 1)
{
    public static implicit operator TensorSlice(string name) => new(name);
}

/// <summary>A linear layer as PyTorch stores it: a weight of [out, in] and perhaps a bias of [out].</summary>
internal sealed record LinearNames(TensorSlice Weight, TensorSlice? Bias)
{
    /// <summary><c>prefix.weight</c> and <c>prefix.bias</c>.</summary>
    public static LinearNames Of(string prefix) => new(prefix + ".weight", prefix + ".bias");
}

/// <summary>A layer norm's scale and shift.</summary>
internal sealed record NormNames(string Weight, string Bias)
{
    /// <summary><c>prefix.weight</c> and <c>prefix.bias</c>.</summary>
    public static NormNames Of(string prefix) => new(prefix + ".weight", prefix + ".bias");
}

/// <summary>The four linear layers of multi-head attention.</summary>
internal sealed record AttentionNames(LinearNames Query, LinearNames Key, LinearNames Value, LinearNames Output)
{
    /// <summary>Whether queries, keys and values are the three parts of one weight and one bias.</summary>
    public bool IsPacked => Query.Weight.Parts == 3 && Query.Bias?.Parts == 3 && Query.Weight.Name == Value.Weight.Name;

    /// <summary>PyTorch's <c>nn.MultiheadAttention</c>: queries, keys and values in one weight of [3·width, width].</summary>
    public static AttentionNames Packed(string prefix)
    {
        LinearNames Part(int part) => new(new(prefix + "in_proj_weight", part, 3), new(prefix + "in_proj_bias", part, 3));
        return new(Part(0), Part(1), Part(2), LinearNames.Of(prefix + "out_proj"));
    }

    /// <summary><c>nn.MultiheadAttention</c> whose keys have another width than its queries: three weights, but one bias.</summary>
    public static AttentionNames PackedBias(string prefix)
    {
        LinearNames Part(string name, int part) => new(prefix + name, new(prefix + "in_proj_bias", part, 3));
        return new(Part("q_proj_weight", 0), Part("k_proj_weight", 1), Part("v_proj_weight", 2), LinearNames.Of(prefix + "out_proj"));
    }

    /// <summary>Four linear layers under names of their own.</summary>
    public static AttentionNames Separate(string query, string key, string value, string output) =>
        new(LinearNames.Of(query), LinearNames.Of(key), LinearNames.Of(value), LinearNames.Of(output));
}

/// <summary>The tensors of one transformer block.</summary>
/// <param name="AttentionScale">Layer scale after attention, [width], where the model has it.</param>
/// <param name="MlpScale">Layer scale after the MLP, [width], where the model has it.</param>
internal sealed record BlockNames(
    NormNames AttentionNorm, AttentionNames Attention, NormNames MlpNorm, LinearNames Up, LinearNames Down, string? AttentionScale = null, string? MlpScale = null);

/// <summary>The projection into the common space.</summary>
/// <param name="Transposed">Whether the weight lies as a linear layer's, [out, in]; otherwise it is a matrix of [in, out] that rows are multiplied with.</param>
internal sealed record ProjectionNames(string Weight, string? Bias, bool Transposed);
