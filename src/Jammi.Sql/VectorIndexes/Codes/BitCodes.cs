using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Codes;

/// <summary>Where the 1-bit codes of rows about one centre lie, in groups of 64 rows: those of a block, or of a cell.</summary>
/// <param name="bits">See <see cref="BitBlockKernel"/>.</param>
/// <param name="bitGroups">Groups of 24 dimensions.</param>
/// <param name="factors">What a row's sum of signed query elements is multiplied with.</param>
/// <param name="errors">Standard deviation of a row's estimate for a query of length 1.</param>
/// <param name="scores">Product of each row less the centre with the axis, in units of <paramref name="scoreScale"/>; null without an axis.</param>
internal readonly unsafe struct BitCodes(byte* bits, int bitGroups, float* factors, float* errors, short* scores, float scoreScale)
{
    public int BitGroups => bitGroups;

    public float ScoreScale => scoreScale;

    public byte* Bits(int group) => bits + ((long)group * bitGroups * BitBlockKernel.GroupBytes);

    public float* Factors(int group) => factors + ((long)group * BitBlockKernel.BlockRows);

    public float* Errors(int group) => errors + ((long)group * BitBlockKernel.BlockRows);

    public short* Scores(int group) => scores == null ? null : scores + ((long)group * BitBlockKernel.BlockRows);
}
