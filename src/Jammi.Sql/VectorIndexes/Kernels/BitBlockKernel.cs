using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jammi.Sql.VectorIndexes.Kernels;

/// <summary>
/// Looks up the 1-bit codes of 64 rows in a query's tables. A group is 24 dimensions of a block: four codes of six bits a row in three planes of 64 bytes,
/// a byte a row. Codes A, B and C lie in the low six bits of their planes; the fourth is spread over the top two bits of all three, lowest bits in A.
/// A query has four tables of 64 entries a group, no entry above 63: four of them fit a byte.
/// </summary>
internal static unsafe class BitBlockKernel
{
    public const int BlockRows = 64;
    public const int GroupDimensions = 24;
    public const int GroupBytes = 3 * BlockRows;

    /// <summary>Entries of a table; the largest entry is one less.</summary>
    public const int TableSize = 64;
    public const int GroupTables = 4;

    const int Low6 = 0x3F;

    public static int GroupsOf(int dimension) => (dimension + GroupDimensions - 1) / GroupDimensions;

    /// <summary>Sums of the entries that each row's codes select.</summary>
    /// <param name="codes">The block's groups, one after another.</param>
    /// <param name="tables">The query's tables: <see cref="GroupTables"/> a group.</param>
    /// <param name="sums">Receives 64 sums, at most 252 a group: up to 260 groups fit.</param>
    public static void Sum(byte* codes, byte* tables, int groups, ushort* sums) => Sum(codes, tables, groups, sums, SimdLevels.Best);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Sum(byte* codes, byte* tables, int groups, ushort* sums, SimdLevel level)
    {
        switch (level)
        {
            case SimdLevel.Vector512:
                Sum512(codes, tables, groups, sums);
                break;
            case SimdLevel.Vector256:
                Sum256(codes, tables, groups, sums);
                break;
            case SimdLevel.Vector128:
                Sum128(codes, tables, groups, sums);
                break;
            default:
                SumScalar(codes, tables, groups, sums);
                break;
        }
    }

    /// <summary>
    /// VPERMB takes the low six bits of an index and ignores the rest, so A, B and C index the tables as they are. Bytes are summed as 16-bit lanes:
    /// <c>all</c> holds even rows plus 256 times odd rows modulo 2^16, <c>odd</c> the odd rows, which are taken out at the end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sum512(byte* codes, byte* tables, int groups, ushort* sums)
    {
        Vector512<ushort> all = Vector512<ushort>.Zero;
        Vector512<ushort> odd = Vector512<ushort>.Zero;
        Vector512<byte> low2 = Vector512.Create((byte)0x03);
        Vector512<byte> low4 = Vector512.Create((byte)0x0F);
        byte* next = codes + (groups * GroupBytes);
        for (int group = 0; group < groups; group++)
        {
            // A block takes about a page, past which the processor does not fetch ahead by itself.
            Sse.Prefetch0(next);
            Sse.Prefetch0(next + 64);
            Sse.Prefetch0(next + 128);
            next += GroupBytes;
            Vector512<byte> a = Vector512.Load(codes);
            Vector512<byte> b = Vector512.Load(codes + 64);
            Vector512<byte> c = Vector512.Load(codes + 128);

            // Ternary logic 0xCA selects: where the mask has a bit the second operand, else the third.
            Vector512<byte> d = Avx512F.TernaryLogic(low2, (a.AsUInt16() >>> 6).AsByte(), (b.AsUInt16() >>> 4).AsByte(), 0xCA);
            d = Avx512F.TernaryLogic(low4, d, (c.AsUInt16() >>> 2).AsByte(), 0xCA);
            Vector512<byte> sum = Avx512Vbmi.PermuteVar64x8(Vector512.Load(tables), a) + Avx512Vbmi.PermuteVar64x8(Vector512.Load(tables + 64), b);
            sum += Avx512Vbmi.PermuteVar64x8(Vector512.Load(tables + 128), c);
            sum += Avx512Vbmi.PermuteVar64x8(Vector512.Load(tables + 192), d);
            all += sum.AsUInt16();
            odd += sum.AsUInt16() >>> 8;
            codes += GroupBytes;
            tables += GroupTables * TableSize;
        }

        Vector512<ushort> even = all - (odd << 8);
        Vector512<ushort> low = Avx512BW.UnpackLow(even, odd);
        Vector512<ushort> high = Avx512BW.UnpackHigh(even, odd);
        low.GetLower().GetLower().Store(sums);
        high.GetLower().GetLower().Store(sums + 8);
        low.GetLower().GetUpper().Store(sums + 16);
        high.GetLower().GetUpper().Store(sums + 24);
        low.GetUpper().GetLower().Store(sums + 32);
        high.GetUpper().GetLower().Store(sums + 40);
        low.GetUpper().GetUpper().Store(sums + 48);
        high.GetUpper().GetUpper().Store(sums + 56);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sum256(byte* codes, byte* tables, int groups, ushort* sums)
    {
        for (int half = 0; half < BlockRows; half += 32)
        {
            Vector256<ushort> all = Vector256<ushort>.Zero;
            Vector256<ushort> odd = Vector256<ushort>.Zero;
            byte* code = codes + half;
            byte* table = tables;
            for (int group = 0; group < groups; group++)
            {
                Vector256<byte> a = Vector256.Load(code);
                Vector256<byte> b = Vector256.Load(code + 64);
                Vector256<byte> c = Vector256.Load(code + 128);
                Vector256<byte> d = Vector256.ConditionalSelect(Vector256.Create((byte)0x03), (a.AsUInt16() >>> 6).AsByte(), (b.AsUInt16() >>> 4).AsByte());
                d = Vector256.ConditionalSelect(Vector256.Create((byte)0x0F), d, (c.AsUInt16() >>> 2).AsByte());
                Vector256<byte> sum = LookUp(table, a) + LookUp(table + 64, b) + LookUp(table + 128, c) + LookUp(table + 192, d);
                all += sum.AsUInt16();
                odd += sum.AsUInt16() >>> 8;
                code += GroupBytes;
                table += GroupTables * TableSize;
            }

            Vector256<ushort> even = all - (odd << 8);
            Vector256<ushort> low = Avx2.UnpackLow(even, odd);
            Vector256<ushort> high = Avx2.UnpackHigh(even, odd);
            low.GetLower().Store(sums + half);
            high.GetLower().Store(sums + half + 8);
            low.GetUpper().Store(sums + half + 16);
            high.GetUpper().Store(sums + half + 24);
        }
    }

    /// <summary>A table of 64 bytes as four of 16, of which bits 4 and 5 of the index select one: VPBLENDVB looks at the top bit of a byte, so they are shifted there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<byte> LookUp(byte* table, Vector256<byte> index)
    {
        Vector256<byte> within = index & Vector256.Create((byte)0x0F);
        Vector256<byte> bit4 = (index.AsUInt16() << 3).AsByte();
        Vector256<byte> bit5 = (index.AsUInt16() << 2).AsByte();
        Vector256<byte> first = Avx2.BlendVariable(Avx2.Shuffle(Sixteen(table), within), Avx2.Shuffle(Sixteen(table + 16), within), bit4);
        Vector256<byte> second = Avx2.BlendVariable(Avx2.Shuffle(Sixteen(table + 32), within), Avx2.Shuffle(Sixteen(table + 48), within), bit4);
        return Avx2.BlendVariable(first, second, bit5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<byte> Sixteen(byte* table) => Avx2.BroadcastVector128ToVector256(table);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sum128(byte* codes, byte* tables, int groups, ushort* sums)
    {
        for (int quarter = 0; quarter < BlockRows; quarter += 16)
        {
            Vector128<ushort> low = Vector128<ushort>.Zero;
            Vector128<ushort> high = Vector128<ushort>.Zero;
            byte* code = codes + quarter;
            byte* table = tables;
            for (int group = 0; group < groups; group++)
            {
                Vector128<byte> a = Vector128.Load(code);
                Vector128<byte> b = Vector128.Load(code + 64);
                Vector128<byte> c = Vector128.Load(code + 128);
                Vector128<byte> d = Vector128.ConditionalSelect(Vector128.Create((byte)0x03), (a.AsUInt16() >>> 6).AsByte(), (b.AsUInt16() >>> 4).AsByte());
                d = Vector128.ConditionalSelect(Vector128.Create((byte)0x0F), d, (c.AsUInt16() >>> 2).AsByte());
                (Vector128<ushort> first, Vector128<ushort> second) = Vector128.Widen(LookUp(table, a) + LookUp(table + 64, b) + LookUp(table + 128, c) + LookUp(table + 192, d));
                low += first;
                high += second;
                code += GroupBytes;
                table += GroupTables * TableSize;
            }

            low.Store(sums + quarter);
            high.Store(sums + quarter + 8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<byte> LookUp(byte* table, Vector128<byte> index)
    {
        // A shuffle gives 0 for indexes of 16 and more: each table answers only for its own quarter.
        Vector128<byte> six = index & Vector128.Create((byte)Low6);
        return Vector128.Shuffle(Vector128.Load(table), six)
            | Vector128.Shuffle(Vector128.Load(table + 16), six - Vector128.Create((byte)16))
            | Vector128.Shuffle(Vector128.Load(table + 32), six - Vector128.Create((byte)32))
            | Vector128.Shuffle(Vector128.Load(table + 48), six - Vector128.Create((byte)48));
    }

    static void SumScalar(byte* codes, byte* tables, int groups, ushort* sums)
    {
        for (int row = 0; row < BlockRows; row++)
        {
            int sum = 0;
            for (int group = 0; group < groups; group++)
            {
                byte a = codes[(group * GroupBytes) + row];
                byte b = codes[(group * GroupBytes) + BlockRows + row];
                byte c = codes[(group * GroupBytes) + (2 * BlockRows) + row];
                int d = (a >> 6) | (b >> 6 << 2) | (c >> 6 << 4);
                byte* table = tables + (group * GroupTables * TableSize);
                sum += table[a & Low6] + table[TableSize + (b & Low6)] + table[(2 * TableSize) + (c & Low6)] + table[(3 * TableSize) + d];
            }

            sums[row] = (ushort)sum;
        }
    }
}
