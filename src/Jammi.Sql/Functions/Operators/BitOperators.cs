using System.Globalization;
using System.Numerics;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Operators;

/// <summary>&amp; | # &lt;&lt; &gt;&gt; and ~ over integers.</summary>
internal static class BitOperators
{
    const string Category = "Bits";

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new GenericFunction("&", new(Category, "a & b", "Bitwise AND of integers.", "12 & 10", "8"), a => Bind("&", a)),
        new GenericFunction("|", new(Category, "a | b", "Bitwise OR of integers.", "12 | 10", "14"), a => Bind("|", a)),
        new GenericFunction("#", new(Category, "a # b", "Bitwise exclusive OR of integers.", "12 # 10", "6"), a => Bind("#", a)) { Synonyms = ["xor"] },
        new GenericFunction("<<", new(Category, "a << n", "Bits moved left by n; bits moved out are lost. n is not negative.", "1 << 4", "16"), a => Bind("<<", a)),
        new GenericFunction(">>", new(Category, "a >> n", "Bits moved right by n, keeping the sign. n is not negative.", "16 >> 4", "1"), a => Bind(">>", a)),
    ];

    /// <summary>Bitwise complement, the one-argument form of <c>~</c>.</summary>
    public static ScalarBinding? BindComplement(Expression operand)
    {
        SqlType type = operand.Type.Kind == SqlTypeKind.Null ? SqlType.Integer : operand.Type;
        return type.Kind switch
        {
            SqlTypeKind.TinyInt => Complement<sbyte>(type),
            SqlTypeKind.SmallInt => Complement<short>(type),
            SqlTypeKind.Integer => Complement<int>(type),
            SqlTypeKind.BigInt => Complement<long>(type),
            SqlTypeKind.UTinyInt => Complement<byte>(type),
            SqlTypeKind.USmallInt => Complement<ushort>(type),
            SqlTypeKind.UInteger => Complement<uint>(type),
            SqlTypeKind.UBigInt => Complement<ulong>(type),
            _ => null,
        };
    }

    static ScalarBinding Complement<T>(SqlType type)
        where T : unmanaged, IBinaryInteger<T> => new(type, [type], ScalarKernels.Unary<Not<T>, T, T>(type));

    static ScalarBinding? Bind(string symbol, IReadOnlyList<Expression> arguments)
    {
        if (arguments.Count != 2)
        {
            return null;
        }

        SqlType left = arguments[0].Type.Kind == SqlTypeKind.Null ? SqlType.Integer : arguments[0].Type;
        SqlType right = arguments[1].Type.Kind == SqlTypeKind.Null ? left : arguments[1].Type;
        if (!left.IsInteger || !right.IsInteger)
        {
            return null;
        }

        // The count of a shift does not widen what is shifted.
        SqlType? type = symbol is "<<" or ">>" ? left : TypeCoercion.CommonType(left, right);
        return type?.Kind switch
        {
            SqlTypeKind.TinyInt => Bind<sbyte>(symbol, type),
            SqlTypeKind.SmallInt => Bind<short>(symbol, type),
            SqlTypeKind.Integer => Bind<int>(symbol, type),
            SqlTypeKind.BigInt => Bind<long>(symbol, type),
            SqlTypeKind.UTinyInt => Bind<byte>(symbol, type),
            SqlTypeKind.USmallInt => Bind<ushort>(symbol, type),
            SqlTypeKind.UInteger => Bind<uint>(symbol, type),
            SqlTypeKind.UBigInt => Bind<ulong>(symbol, type),
            _ => null,
        };
    }

    static ScalarBinding Bind<T>(string symbol, SqlType type)
        where T : unmanaged, IBinaryInteger<T> => symbol switch
        {
            "&" => new(type, [type, type], ScalarKernels.Binary<And<T>, T, T, T>(type)),
            "|" => new(type, [type, type], ScalarKernels.Binary<Or<T>, T, T, T>(type)),
            "#" => new(type, [type, type], ScalarKernels.Binary<Xor<T>, T, T, T>(type)),
            "<<" => new(type, [type, SqlType.Integer], ScalarKernels.CheckedBinary<ShiftLeft<T>, T, int, T>(type)),
            _ => new(type, [type, SqlType.Integer], ScalarKernels.CheckedBinary<ShiftRight<T>, T, int, T>(type)),
        };

    static int Bits<T>() => System.Runtime.CompilerServices.Unsafe.SizeOf<T>() * 8;

    static SqlException NegativeShift(int count) =>
        new(SqlErrorCode.InvalidParameter, string.Create(CultureInfo.InvariantCulture, $"Bits cannot be moved by {count}: the count is not negative."));

    readonly struct And<T> : IBinaryOperation<T, T, T>
        where T : IBinaryInteger<T>
    {
        public static T Invoke(T left, T right) => left & right;
    }

    readonly struct Or<T> : IBinaryOperation<T, T, T>
        where T : IBinaryInteger<T>
    {
        public static T Invoke(T left, T right) => left | right;
    }

    readonly struct Xor<T> : IBinaryOperation<T, T, T>
        where T : IBinaryInteger<T>
    {
        public static T Invoke(T left, T right) => left ^ right;
    }

    readonly struct Not<T> : IUnaryOperation<T, T>
        where T : IBinaryInteger<T>
    {
        public static T Invoke(T value) => ~value;
    }

    readonly struct ShiftLeft<T> : ICheckedBinaryOperation<T, int, T>
        where T : IBinaryInteger<T>
    {
        public static bool TryInvoke(T left, int right, out T result)
        {
            result = right >= Bits<T>() ? T.Zero : left << right;
            return right >= 0;
        }

        public static SqlException Failure(T left, int right) => NegativeShift(right);
    }

    readonly struct ShiftRight<T> : ICheckedBinaryOperation<T, int, T>
        where T : IBinaryInteger<T>
    {
        public static bool TryInvoke(T left, int right, out T result)
        {
            result = left >> Math.Min(right, Bits<T>() - 1);
            if (right >= Bits<T>() && !T.IsNegative(left))
            {
                result = T.Zero;
            }

            return right >= 0;
        }

        public static SqlException Failure(T left, int right) => NegativeShift(right);
    }
}
