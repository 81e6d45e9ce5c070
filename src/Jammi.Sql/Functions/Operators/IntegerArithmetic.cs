using System.Numerics;
using System.Runtime.CompilerServices;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Operators;

/// <summary>+ - * / % and negation of integers: overflow is an error that shows the operation, division by zero is NULL, / truncates toward zero.</summary>
internal static class IntegerArithmetic
{
    public static ScalarKernel Binary(char symbol, SqlType type) => type.Kind switch
    {
        SqlTypeKind.TinyInt => Binary<sbyte>(symbol, type),
        SqlTypeKind.SmallInt => Binary<short>(symbol, type),
        SqlTypeKind.Integer => Binary<int>(symbol, type),
        SqlTypeKind.BigInt => Binary<long>(symbol, type),
        SqlTypeKind.UTinyInt => Binary<byte>(symbol, type),
        SqlTypeKind.USmallInt => Binary<ushort>(symbol, type),
        SqlTypeKind.UInteger => Binary<uint>(symbol, type),
        SqlTypeKind.UBigInt => Binary<ulong>(symbol, type),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an integer type."),
    };

    public static ScalarKernel Negate(SqlType type) => type.Kind switch
    {
        SqlTypeKind.TinyInt => ScalarKernels.CheckedUnary<Negation<sbyte>, sbyte, sbyte>(type),
        SqlTypeKind.SmallInt => ScalarKernels.CheckedUnary<Negation<short>, short, short>(type),
        SqlTypeKind.Integer => ScalarKernels.CheckedUnary<Negation<int>, int, int>(type),
        SqlTypeKind.BigInt => ScalarKernels.CheckedUnary<Negation<long>, long, long>(type),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a signed integer type."),
    };

    static ScalarKernel Binary<T>(char symbol, SqlType type)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => symbol switch
        {
            '+' => ScalarKernels.CheckedBinary<Addition<T>, T, T, T>(type),
            '-' => ScalarKernels.CheckedBinary<Subtraction<T>, T, T, T>(type),
            '*' => ScalarKernels.CheckedBinary<Multiplication<T>, T, T, T>(type),
            '/' => ScalarKernels.CheckedBinary<Division<T>, T, T, T>(type),
            '%' => ScalarKernels.CheckedBinary<Remainder<T>, T, T, T>(type),
            _ => throw new ArgumentOutOfRangeException(nameof(symbol), symbol, "Not an arithmetic operator."),
        };

    static SqlException Overflow<T>(T left, char symbol, T right)
        where T : unmanaged
    {
        SqlTypeKind kind = Unsafe.SizeOf<T>() switch
        {
            1 => typeof(T) == typeof(byte) ? SqlTypeKind.UTinyInt : SqlTypeKind.TinyInt,
            2 => typeof(T) == typeof(ushort) ? SqlTypeKind.USmallInt : SqlTypeKind.SmallInt,
            4 => typeof(T) == typeof(uint) ? SqlTypeKind.UInteger : SqlTypeKind.Integer,
            _ => typeof(T) == typeof(ulong) ? SqlTypeKind.UBigInt : SqlTypeKind.BigInt,
        };
        SqlType type = new(kind);
        string wider = Unsafe.SizeOf<T>() == 8 ? "DECIMAL(38,0)" : "BIGINT";
        return new SqlException(SqlErrorCode.NumericOutOfRange, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{left} {symbol} {right} overflows {type}; cast an operand to {wider}."));
    }

    readonly struct Addition<T> : ICheckedBinaryOperation<T, T, T>
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool TryInvoke(T left, T right, out T result)
        {
            result = unchecked(left + right);
            // Signed: both operands differ in sign from the sum. Unsigned: the sum wrapped below an operand.
            return T.IsNegative(T.MinValue) ? !T.IsNegative((left ^ result) & (right ^ result)) : result >= left;
        }

        public static SqlException Failure(T left, T right) => Overflow(left, '+', right);
    }

    readonly struct Subtraction<T> : ICheckedBinaryOperation<T, T, T>
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool TryInvoke(T left, T right, out T result)
        {
            result = unchecked(left - right);
            return T.IsNegative(T.MinValue) ? !T.IsNegative((left ^ right) & (left ^ result)) : left >= right;
        }

        public static SqlException Failure(T left, T right) => Overflow(left, '-', right);
    }

    readonly struct Multiplication<T> : ICheckedBinaryOperation<T, T, T>
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool TryInvoke(T left, T right, out T result)
        {
            if (Unsafe.SizeOf<T>() < sizeof(long))
            {
                long product = unchecked(long.CreateTruncating(left) * long.CreateTruncating(right));
                result = T.CreateTruncating(product);
                return long.CreateTruncating(result) == product;
            }

            if (T.IsNegative(T.MinValue))
            {
                long high = Math.BigMul(long.CreateTruncating(left), long.CreateTruncating(right), out long low);
                result = T.CreateTruncating(low);
                return high == low >> 63;
            }

            ulong overflow = Math.BigMul(ulong.CreateTruncating(left), ulong.CreateTruncating(right), out ulong product64);
            result = T.CreateTruncating(product64);
            return overflow == 0;
        }

        public static SqlException Failure(T left, T right) => Overflow(left, '*', right);
    }

    readonly struct Division<T> : ICheckedBinaryOperation<T, T, T>
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool TryInvoke(T left, T right, out T result)
        {
            if (T.IsZero(right) || IsMinByMinusOne(left, right))
            {
                result = T.Zero;
                return false;
            }

            result = left / right;
            return true;
        }

        public static SqlException? Failure(T left, T right) => T.IsZero(right) ? null : Overflow(left, '/', right);
    }

    readonly struct Remainder<T> : ICheckedBinaryOperation<T, T, T>
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static bool TryInvoke(T left, T right, out T result)
        {
            result = T.IsZero(right) || IsMinByMinusOne(left, right) ? T.Zero : left % right;
            return !T.IsZero(right);
        }

        public static SqlException? Failure(T left, T right) => null;
    }

    readonly struct Negation<T> : ICheckedUnaryOperation<T, T>
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        public static bool TryInvoke(T value, out T result)
        {
            result = unchecked(-value);
            return value != T.MinValue;
        }

        public static SqlException Failure(T value) => Overflow(T.Zero, '-', value);
    }

    static bool IsMinByMinusOne<T>(T left, T right)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => T.IsNegative(T.MinValue) && left == T.MinValue && right == T.AllBitsSet;
}
