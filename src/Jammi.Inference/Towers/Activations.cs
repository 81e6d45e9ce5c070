using System.Diagnostics;

namespace Jammi.Inference.Towers;

/// <summary>Activations by their names in configuration files.</summary>
internal static class Activations
{
    public static string Name(ActivationKind activation) => activation switch
    {
        ActivationKind.Gelu => "GELU",
        ActivationKind.GeluTanh => "tanh GELU",
        ActivationKind.QuickGelu => "QuickGELU",
        _ => throw new UnreachableException(),
    };

    /// <summary>The activation of a <c>hidden_act</c>, or null for one that is not supported.</summary>
    public static ActivationKind? OfHiddenAct(string name) => name switch
    {
        "gelu" => ActivationKind.Gelu,
        "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => ActivationKind.GeluTanh,
        "quick_gelu" => ActivationKind.QuickGelu,
        _ => null,
    };
}
