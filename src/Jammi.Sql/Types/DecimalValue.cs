using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Jammi.Sql.Types;

/// <summary>DECIMAL(p,s) as an unscaled <see cref="Int128"/>: value = unscaled / 10^s.</summary>
internal static class DecimalValue
{
    static readonly Int128[] Powers = MakePowers();

    /// <summary>10^<paramref name="exponent"/> for 0 ≤ exponent ≤ 38.</summary>
    public static Int128 PowerOfTen(int exponent) => Powers[exponent];

    /// <summary>Whether the unscaled value has at most <paramref name="precision"/> digits.</summary>
    public static bool Fits(Int128 unscaled, int precision) => unscaled < Powers[precision] && unscaled > -Powers[precision];

    /// <summary>The unscaled values of a Decimal128 array, honouring its offset.</summary>
    public static ReadOnlySpan<Int128> Values(IArrowArray array) =>
        MemoryMarshal.Cast<byte, Int128>(array.Data.Buffers[1].Span).Slice(array.Data.Offset, array.Length);

    public static Int128 Read(IArrowArray array, int index) => Values(array)[index];

    /// <summary>Changes the scale, rounding half away from zero. Throws on overflow of 128 bits.</summary>
    public static Int128 Rescale(Int128 unscaled, int from, int to)
    {
        if (to >= from)
        {
            return checked(unscaled * Powers[to - from]);
        }

        Int128 divisor = Powers[from - to];
        (Int128 quotient, Int128 remainder) = Int128.DivRem(unscaled, divisor);
        Int128 twice = Int128.Abs(remainder) * 2;
        return twice >= divisor ? quotient + (unscaled < 0 ? -1 : 1) : quotient;
    }

    /// <summary>The nearest <see cref="decimal"/>, rounding digits that it cannot hold (28 to 29 of them).</summary>
    public static decimal ToDecimal(Int128 unscaled, int scale)
    {
        BigInteger digits = (BigInteger)unscaled;
        while (scale > 28 || BigInteger.Abs(digits) > MaxDecimal)
        {
            if (scale == 0)
            {
                throw new OverflowException($"{unscaled} does not fit System.Decimal.");
            }

            BigInteger quotient = BigInteger.DivRem(digits, 10, out BigInteger remainder);
            digits = BigInteger.Abs(remainder) >= 5 ? quotient + digits.Sign : quotient;
            scale--;
        }

        bool negative = digits.Sign < 0;
        digits = BigInteger.Abs(digits);
        return new decimal((int)(uint)(digits & uint.MaxValue), (int)(uint)((digits >> 32) & uint.MaxValue), (int)(uint)(digits >> 64), negative, (byte)scale);
    }

    /// <summary>The unscaled value of <paramref name="value"/> at <paramref name="scale"/>, rounded half away from zero.</summary>
    public static Int128 FromDecimal(decimal value, int scale)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        int from = (bits[3] >> 16) & 0xFF;
        Int128 unscaled = ((Int128)(uint)bits[2] << 64) | ((Int128)(uint)bits[1] << 32) | (uint)bits[0];
        return Rescale(bits[3] < 0 ? -unscaled : unscaled, from, scale);
    }

    /// <summary>Plain text with exactly <paramref name="scale"/> digits after the point.</summary>
    public static string ToText(Int128 unscaled, int scale)
    {
        string digits = Int128.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        string text = scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}";
        return unscaled < 0 ? "-" + text : text;
    }

    static readonly BigInteger MaxDecimal = (BigInteger)decimal.MaxValue;

    static Int128[] MakePowers()
    {
        var powers = new Int128[SqlType.MaxPrecision + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 10;
        }

        return powers;
    }
}
