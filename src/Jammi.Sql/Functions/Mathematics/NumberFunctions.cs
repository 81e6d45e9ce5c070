using System.Globalization;
using System.Numerics;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Text;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Mathematics;

/// <summary>Signs and tests of numbers, and functions of whole numbers.</summary>
internal static class NumberFunctions
{
    const string Category = "Mathematics";

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new GenericFunction("abs", new(Category, "abs(x)", "The number without its sign.", "abs(-7.5)", "7.5"), BindAbs),
        new GenericFunction("sign", new(Category, "sign(x)", "-1, 0 or 1.", "sign(-7.5)", "-1"), BindSign),
        Test("isnan", "isnan(x)", "Whether a REAL or DOUBLE is not a number.", "isnan('NaN'::DOUBLE)", ScalarKernels.Unary<IsNaN<double>, double, byte>(SqlType.Boolean), ScalarKernels.Unary<IsNaN<float>, float, byte>(SqlType.Boolean)),
        Test("isinf", "isinf(x)", "Whether a REAL or DOUBLE is infinite.", "isinf('-Infinity'::DOUBLE)", ScalarKernels.Unary<IsInfinity<double>, double, byte>(SqlType.Boolean), ScalarKernels.Unary<IsInfinity<float>, float, byte>(SqlType.Boolean)),
        Test("isfinite", "isfinite(x)", "Whether a number is neither infinite nor NaN.", "isfinite(1.5)", ScalarKernels.Unary<IsFinite<double>, double, byte>(SqlType.Boolean), ScalarKernels.Unary<IsFinite<float>, float, byte>(SqlType.Boolean)),
        Whole("gcd", "gcd(a, b)", "Greatest common divisor.", "gcd(12, 18)", "6", ScalarKernels.CheckedBinary<GreatestCommonDivisor, long, long, long>(SqlType.BigInt)),
        Whole("lcm", "lcm(a, b)", "Least common multiple; 0 where a or b is 0.", "lcm(4, 6)", "12", ScalarKernels.CheckedBinary<LeastCommonMultiple, long, long, long>(SqlType.BigInt)),
        new OverloadedFunction("factorial", new(Category, "factorial(n)", "The product of the numbers from 1 to n, for n from 0 to 33.", "factorial(5)", "120"), new Overload(SqlType.Decimal(SqlType.MaxPrecision, 0), [SqlType.BigInt], ScalarKernels.CheckedUnary<Factorial, long, Int128>(SqlType.Decimal(SqlType.MaxPrecision, 0)))),
        new OverloadedFunction(
            "bit_count",
            new("Bits", "bit_count(integer or blob)", "Number of bits that are 1; a negative integer counts in two's complement of its type.", "bit_count(7)", "3"),
            BitCount<sbyte>(SqlType.TinyInt),
            BitCount<short>(SqlType.SmallInt),
            BitCount<int>(SqlType.Integer),
            BitCount<long>(SqlType.BigInt),
            BitCount<byte>(SqlType.UTinyInt),
            BitCount<ushort>(SqlType.USmallInt),
            BitCount<uint>(SqlType.UInteger),
            BitCount<ulong>(SqlType.UBigInt),
            new Overload(SqlType.BigInt, [SqlType.Blob], TextKernels.ToValue(SqlType.BigInt, (a, row) => Ones(a.Text(0, row))))),
    ];

    static OverloadedFunction Test(string name, string syntax, string description, string example, ScalarKernel doubles, ScalarKernel reals) => new(
        name,
        new(Category, syntax, description, example, "true"),
        new Overload(SqlType.Boolean, [SqlType.Double], doubles),
        new Overload(SqlType.Boolean, [SqlType.Real], reals));

    static OverloadedFunction Whole(string name, string syntax, string description, string example, string result, ScalarKernel kernel) =>
        new(name, new(Category, syntax, description, example, result), new Overload(SqlType.BigInt, [SqlType.BigInt, SqlType.BigInt], kernel));

    static Overload BitCount<T>(SqlType type)
        where T : unmanaged, IBinaryInteger<T> => new(SqlType.BigInt, [type], ScalarKernels.Unary<PopCount<T>, T, long>(SqlType.BigInt));

    static long Ones(ReadOnlySpan<byte> bytes)
    {
        long count = 0;
        foreach (byte b in bytes)
        {
            count += BitOperations.PopCount(b);
        }

        return count;
    }

    static SqlType? NumericType(IReadOnlyList<Expression> arguments) => arguments is not [var argument] ? null
        : argument.Type.Kind == SqlTypeKind.Null || OverloadResolution.IsTextLiteral(argument) ? SqlType.Double
        : argument.Type.IsNumeric ? argument.Type : null;

    static ScalarBinding? BindAbs(IReadOnlyList<Expression> arguments) => NumericType(arguments) is not { } type ? null : new(type, [type], type.Kind switch
    {
        SqlTypeKind.TinyInt => Abs<sbyte>(type),
        SqlTypeKind.SmallInt => Abs<short>(type),
        SqlTypeKind.Integer => Abs<int>(type),
        SqlTypeKind.BigInt => Abs<long>(type),
        SqlTypeKind.Decimal => Abs<Int128>(type),
        SqlTypeKind.Real => Abs<float>(type),
        SqlTypeKind.Double => Abs<double>(type),
        _ => (values, _, _) => values[0].Array,
    });

    static ScalarKernel Abs<T>(SqlType type)
        where T : unmanaged, INumber<T> => ScalarKernels.CheckedUnary<Absolute<T>, T, T>(type);

    static ScalarBinding? BindSign(IReadOnlyList<Expression> arguments) => NumericType(arguments) is not { } type ? null : type.Kind switch
    {
        SqlTypeKind.TinyInt => Sign<sbyte>(type),
        SqlTypeKind.SmallInt => Sign<short>(type),
        SqlTypeKind.Integer => Sign<int>(type),
        SqlTypeKind.BigInt => Sign<long>(type),
        SqlTypeKind.UTinyInt => Sign<byte>(type),
        SqlTypeKind.USmallInt => Sign<ushort>(type),
        SqlTypeKind.UInteger => Sign<uint>(type),
        SqlTypeKind.UBigInt => Sign<ulong>(type),
        SqlTypeKind.Decimal => Sign<Int128>(type),
        SqlTypeKind.Real => new(SqlType.Double, [type], ScalarKernels.Unary<FloatSign<float>, float, double>(SqlType.Double)),
        _ => new(SqlType.Double, [type], ScalarKernels.Unary<FloatSign<double>, double, double>(SqlType.Double)),
    };

    static ScalarBinding Sign<T>(SqlType type)
        where T : unmanaged, INumber<T> => new(SqlType.Integer, [type], ScalarKernels.Unary<ExactSign<T>, T, int>(SqlType.Integer));

    static SqlException Overflow(FormattableString call, string type) =>
        new(SqlErrorCode.NumericOutOfRange, $"{call.ToString(CultureInfo.InvariantCulture)} overflows {type}; cast the argument to DECIMAL(38,0) or DOUBLE.");

    readonly struct Absolute<T> : ICheckedUnaryOperation<T, T>
        where T : unmanaged, INumber<T>
    {
        public static bool TryInvoke(T value, out T result)
        {
            // The one number without a positive counterpart, the smallest of a signed integer type, is its own negative.
            result = T.IsNegative(value) ? unchecked(-value) : value;
            return !T.IsNegative(result) || T.IsNaN(result);
        }

        public static SqlException Failure(T value) => Overflow($"abs({value})", "its type");
    }

    readonly struct ExactSign<T> : IUnaryOperation<T, int>
        where T : unmanaged, INumber<T>
    {
        public static int Invoke(T value) => T.Sign(value);
    }

    readonly struct FloatSign<T> : IUnaryOperation<T, double>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static double Invoke(T value) => T.IsNaN(value) ? double.NaN : T.Sign(value);
    }

    readonly struct IsNaN<T> : IUnaryOperation<T, byte>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static byte Invoke(T value) => T.IsNaN(value) ? (byte)1 : (byte)0;
    }

    readonly struct IsInfinity<T> : IUnaryOperation<T, byte>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static byte Invoke(T value) => T.IsInfinity(value) ? (byte)1 : (byte)0;
    }

    readonly struct IsFinite<T> : IUnaryOperation<T, byte>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static byte Invoke(T value) => T.IsFinite(value) ? (byte)1 : (byte)0;
    }

    readonly struct PopCount<T> : IUnaryOperation<T, long>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static long Invoke(T value) => long.CreateTruncating(T.PopCount(value));
    }

    readonly struct GreatestCommonDivisor : ICheckedBinaryOperation<long, long, long>
    {
        public static bool TryInvoke(long left, long right, out long result)
        {
            UInt128 divisor = Euclid(Magnitude(left), Magnitude(right));
            result = (long)divisor;
            return divisor <= long.MaxValue;
        }

        public static SqlException Failure(long left, long right) => Overflow($"gcd({left}, {right})", "BIGINT");
    }

    readonly struct LeastCommonMultiple : ICheckedBinaryOperation<long, long, long>
    {
        public static bool TryInvoke(long left, long right, out long result)
        {
            result = 0;
            if (left == 0 || right == 0)
            {
                return true;
            }

            UInt128 multiple = Magnitude(left) / Euclid(Magnitude(left), Magnitude(right)) * Magnitude(right);
            result = unchecked((long)multiple);
            return multiple <= long.MaxValue;
        }

        public static SqlException Failure(long left, long right) => Overflow($"lcm({left}, {right})", "BIGINT");
    }

    static UInt128 Magnitude(long value) => (UInt128)Int128.Abs(value);

    static UInt128 Euclid(UInt128 a, UInt128 b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }

    readonly struct Factorial : ICheckedUnaryOperation<long, Int128>
    {
        /// <summary>33! is the last with at most 38 digits.</summary>
        const int Largest = 33;

        public static bool TryInvoke(long value, out Int128 result)
        {
            result = 1;
            if (value is < 0 or > Largest)
            {
                return false;
            }

            for (long i = 2; i <= value; i++)
            {
                result *= i;
            }

            return true;
        }

        public static SqlException Failure(long value) => value < 0
            ? new(SqlErrorCode.InvalidParameter, $"factorial({value}) has no value: it is defined from 0.")
            : new(SqlErrorCode.NumericOutOfRange, $"factorial({value}) has more than 38 digits; the largest is factorial({Largest}).");
    }
}
