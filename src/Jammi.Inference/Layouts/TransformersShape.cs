using Jammi.Inference.Configuration;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Layouts;

/// <summary>The fields of a tower that all configurations of the transformers library name alike.</summary>
internal static class TransformersShape
{
    public static TransformerShape Read(ConfigSection section, int width, int mlpWidth, int heads, string activation, double epsilon, bool postNorm = false)
    {
        width = section.Integer("hidden_size", width);
        heads = section.Integer("num_attention_heads", heads);
        string act = section.Text("hidden_act", activation);
        return new(
            width,
            section.Integer("num_hidden_layers", 12),
            heads > 0 && width % heads == 0 ? heads : throw section.NotSupported("num_attention_heads", $"{heads}: hidden_size {width} does not divide by it"),
            section.Integer("intermediate_size", mlpWidth),
            Activations.OfHiddenAct(act) ?? throw section.NotSupported("hidden_act", $"\"{act}\"; supported are gelu, gelu_new, gelu_pytorch_tanh, quick_gelu"),
            (float)section.Number("layer_norm_eps", epsilon),
            postNorm);
    }
}
