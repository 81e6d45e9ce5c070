using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jammi.Inference.Images.Resampling;

/// <summary>The widest instructions a kernel may use. All levels give the same bytes.</summary>
internal enum VectorLevel
{
    Scalar,
    Vector128,
    Avx2,
}

/// <summary>What this processor has.</summary>
internal static class VectorLevels
{
    public static VectorLevel Best { get; } =
        Avx2.IsSupported ? VectorLevel.Avx2 : Vector128.IsHardwareAccelerated ? VectorLevel.Vector128 : VectorLevel.Scalar;
}
