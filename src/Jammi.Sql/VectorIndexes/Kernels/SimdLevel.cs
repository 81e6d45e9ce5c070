using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jammi.Sql.VectorIndexes.Kernels;

/// <summary>
/// The instruction sets that search kernels are written for. All give the same bits: sums of floats have one fixed order, everything else is either
/// integer or element by element. Callers take <see cref="SimdLevels.Best"/>; tests force each.
/// </summary>
internal enum SimdLevel
{
    Scalar,

    /// <summary>128-bit registers of any processor.</summary>
    Vector128,

    /// <summary>256-bit registers (AVX2).</summary>
    Vector256,

    /// <summary>512-bit registers (AVX-512 F, BW, VBMI).</summary>
    Vector512,
}

/// <summary>Which levels this processor has.</summary>
internal static class SimdLevels
{
    /// <summary>A constant for the just-in-time compiler, so that branches on it cost nothing.</summary>
    public static SimdLevel Best =>
        Has512 ? SimdLevel.Vector512
        : Has256 ? SimdLevel.Vector256
        : System.Runtime.Intrinsics.Vector128.IsHardwareAccelerated ? SimdLevel.Vector128
        : SimdLevel.Scalar;

    public static IEnumerable<SimdLevel> Supported => Enum.GetValues<SimdLevel>().Where(l => l <= Best);

    static bool Has512 => System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated && Avx512BW.IsSupported && Avx512Vbmi.IsSupported;

    static bool Has256 => System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated && Avx2.IsSupported;
}
