using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Casts;

/// <summary>Conversions between numbers and BOOLEAN.</summary>
internal static partial class CastKernels
{
    static IArrowArray FromNumber(CastInput input) => input.From.Kind switch
    {
        SqlTypeKind.Boolean => FromInteger<byte>(input),
        SqlTypeKind.TinyInt => FromInteger<sbyte>(input),
        SqlTypeKind.SmallInt => FromInteger<short>(input),
        SqlTypeKind.Integer => FromInteger<int>(input),
        SqlTypeKind.BigInt => FromInteger<long>(input),
        SqlTypeKind.UTinyInt => FromInteger<byte>(input),
        SqlTypeKind.USmallInt => FromInteger<ushort>(input),
        SqlTypeKind.UInteger => FromInteger<uint>(input),
        SqlTypeKind.UBigInt => FromInteger<ulong>(input),
        SqlTypeKind.Real => FromFloat<float>(input),
        SqlTypeKind.Double => FromFloat<double>(input),
        _ => FromDecimal(input),
    };

    static IArrowArray FromInteger<T>(CastInput input)
        where T : unmanaged, IBinaryInteger<T>
    {
        return input.To.Kind switch
        {
            SqlTypeKind.Boolean => Convert<ToBoolean<T>, T, byte>(input, default),
            SqlTypeKind.TinyInt => Narrow<sbyte>(),
            SqlTypeKind.SmallInt => Narrow<short>(),
            SqlTypeKind.Integer => Narrow<int>(),
            SqlTypeKind.BigInt => Narrow<long>(),
            SqlTypeKind.UTinyInt => Narrow<byte>(),
            SqlTypeKind.USmallInt => Narrow<ushort>(),
            SqlTypeKind.UInteger => Narrow<uint>(),
            SqlTypeKind.UBigInt => Narrow<ulong>(),
            SqlTypeKind.Real => Convert<ToFloat<T, float>, T, float>(input, default),
            SqlTypeKind.Double => Convert<ToFloat<T, double>, T, double>(input, default),
            _ => Convert<IntegerToDecimal<T>, T, Int128>(input, new(input.To)),
        };

        IArrowArray Narrow<TOut>()
            where TOut : unmanaged, IBinaryInteger<TOut> =>
            Convert<IntegerToInteger<T, TOut>, T, TOut>(input, default);
    }

    static IArrowArray FromFloat<T>(CastInput input)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return input.To.Kind switch
        {
            SqlTypeKind.Boolean => Convert<ToBoolean<T>, T, byte>(input, default),
            SqlTypeKind.TinyInt => Round<sbyte>(),
            SqlTypeKind.SmallInt => Round<short>(),
            SqlTypeKind.Integer => Round<int>(),
            SqlTypeKind.BigInt => Round<long>(),
            SqlTypeKind.UTinyInt => Round<byte>(),
            SqlTypeKind.USmallInt => Round<ushort>(),
            SqlTypeKind.UInteger => Round<uint>(),
            SqlTypeKind.UBigInt => Round<ulong>(),
            SqlTypeKind.Real => Convert<FloatToFloat<T, float>, T, float>(input, default),
            SqlTypeKind.Double => Convert<FloatToFloat<T, double>, T, double>(input, default),
            _ => Convert<FloatToDecimal<T>, T, Int128>(input, new(input.To)),
        };

        IArrowArray Round<TOut>()
            where TOut : unmanaged, IBinaryInteger<TOut>, IMinMaxValue<TOut> =>
            Convert<FloatToInteger<T, TOut>, T, TOut>(input, default);
    }

    static IArrowArray FromDecimal(CastInput input)
    {
        return input.To.Kind switch
        {
            SqlTypeKind.Boolean => Convert<ToBoolean<Int128>, Int128, byte>(input, default),
            SqlTypeKind.TinyInt => Whole<sbyte>(),
            SqlTypeKind.SmallInt => Whole<short>(),
            SqlTypeKind.Integer => Whole<int>(),
            SqlTypeKind.BigInt => Whole<long>(),
            SqlTypeKind.UTinyInt => Whole<byte>(),
            SqlTypeKind.USmallInt => Whole<ushort>(),
            SqlTypeKind.UInteger => Whole<uint>(),
            SqlTypeKind.UBigInt => Whole<ulong>(),
            SqlTypeKind.Real => Convert<DecimalToFloat<float>, Int128, float>(input, new(input.From.Scale)),
            SqlTypeKind.Double => Convert<DecimalToFloat<double>, Int128, double>(input, new(input.From.Scale)),
            _ => Convert<DecimalToDecimal, Int128, Int128>(input, new(input.From, input.To)),
        };

        IArrowArray Whole<TOut>()
            where TOut : unmanaged, IBinaryInteger<TOut> =>
            Convert<DecimalToInteger<TOut>, Int128, TOut>(input, new(input.From.Scale));
    }

    readonly struct ToBoolean<T> : IConversion<T, byte>
        where T : INumberBase<T>
    {
        public bool TryConvert(T value, out byte result)
        {
            result = T.IsZero(value) ? (byte)0 : (byte)1;
            return true;
        }
    }

    readonly struct IntegerToInteger<TIn, TOut> : IConversion<TIn, TOut>
        where TIn : IBinaryInteger<TIn>
        where TOut : IBinaryInteger<TOut>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool TryConvert(TIn value, out TOut result)
        {
            result = TOut.CreateSaturating(value);
            return TIn.CreateSaturating(result) == value;
        }
    }

    readonly struct ToFloat<TIn, TOut> : IConversion<TIn, TOut>
        where TIn : INumberBase<TIn>
        where TOut : INumberBase<TOut>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool TryConvert(TIn value, out TOut result)
        {
            result = TOut.CreateTruncating(value);
            return true;
        }
    }

    readonly struct FloatToFloat<TIn, TOut> : IConversion<TIn, TOut>
        where TIn : INumberBase<TIn>
        where TOut : INumberBase<TOut>
    {
        public bool TryConvert(TIn value, out TOut result)
        {
            result = TOut.CreateTruncating(value);
            return TOut.IsFinite(result) || !TIn.IsFinite(value);
        }
    }

    readonly struct FloatToInteger<TIn, TOut> : IConversion<TIn, TOut>
        where TIn : IBinaryFloatingPointIeee754<TIn>
        where TOut : IBinaryInteger<TOut>, IMinMaxValue<TOut>
    {
        // Both bounds are powers of two (or zero), exact in any binary float; the upper one is excluded.
        static readonly double Lowest = double.CreateTruncating(TOut.MinValue);
        static readonly double Beyond = Math.ScaleB(1.0, int.CreateChecked(TOut.PopCount(TOut.MaxValue)));

        public bool TryConvert(TIn value, out TOut result)
        {
            double rounded = Math.Round(double.CreateTruncating(value), MidpointRounding.ToEven);
            result = TOut.CreateSaturating(rounded);
            return rounded >= Lowest && rounded < Beyond;
        }
    }

    readonly struct IntegerToDecimal<TIn>(SqlType to) : IConversion<TIn, Int128>
        where TIn : IBinaryInteger<TIn>
    {
        readonly Int128 factor = DecimalValue.PowerOfTen(to.Scale);
        readonly Int128 limit = DecimalValue.PowerOfTen(to.Precision - to.Scale);

        public bool TryConvert(TIn value, out Int128 result)
        {
            Int128 whole = Int128.CreateTruncating(value);
            result = unchecked(whole * factor);
            return whole < limit && whole > -limit;
        }
    }

    readonly struct DecimalToInteger<TOut>(int scale) : IConversion<Int128, TOut>
        where TOut : IBinaryInteger<TOut>
    {
        public bool TryConvert(Int128 value, out TOut result)
        {
            Int128 whole = DecimalValue.Rescale(value, scale, 0);
            result = TOut.CreateSaturating(whole);
            return Int128.CreateSaturating(result) == whole;
        }
    }

    readonly struct DecimalToDecimal(SqlType from, SqlType to) : IConversion<Int128, Int128>
    {
        readonly int fromScale = from.Scale;
        readonly int toScale = to.Scale;
        readonly Int128 limit = DecimalValue.PowerOfTen(to.Precision);
        readonly Int128 largestToScale = to.Scale > from.Scale ? Int128.MaxValue / DecimalValue.PowerOfTen(to.Scale - from.Scale) : Int128.MaxValue;

        public bool TryConvert(Int128 value, out Int128 result)
        {
            if (value > largestToScale || value < -largestToScale)
            {
                result = 0;
                return false;
            }

            result = DecimalValue.Rescale(value, fromScale, toScale);
            return result < limit && result > -limit;
        }
    }

    readonly struct DecimalToFloat<TOut>(int scale) : IConversion<Int128, TOut>
        where TOut : INumberBase<TOut>
    {
        public bool TryConvert(Int128 value, out TOut result)
        {
            result = TOut.CreateTruncating(DecimalText.ToDouble(value, scale));
            return true;
        }
    }

    readonly struct FloatToDecimal<TIn>(SqlType to) : IConversion<TIn, Int128>
        where TIn : IUtf8SpanFormattable
    {
        readonly int precision = to.Precision;
        readonly int scale = to.Scale;

        /// <summary>Reads the shortest text of the float: 1.005 becomes 1.01 at scale 2, as its digits promise.</summary>
        public bool TryConvert(TIn value, out Int128 result)
        {
            Span<byte> text = stackalloc byte[32];
            value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
            return DecimalText.TryParse(text[..length], precision, scale, out result);
        }
    }
}
