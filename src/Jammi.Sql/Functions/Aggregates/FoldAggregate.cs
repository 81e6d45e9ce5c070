using System.Numerics;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>Aggregates that combine values two by two: logic, bits and products. NULLs are passed over; without values the result is NULL.</summary>
internal static class FoldAggregate
{
    const string Category = "Aggregate";

    public static IReadOnlyList<AggregateFunction> All { get; } =
    [
        new AggregateDefinition("bool_and", new(Category, "bool_and(condition)", "Whether the condition is true of all values.", "bool_and(x > 1) FROM (VALUES (1), (2)) t(x)", "false"), a => Logic(a, static () => new State<byte, And<byte>>(SqlType.Boolean))) { Synonyms = ["every", "logical_and"] },
        new AggregateDefinition("bool_or", new(Category, "bool_or(condition)", "Whether the condition is true of at least one value.", "bool_or(x > 1) FROM (VALUES (1), (2)) t(x)", "true"), a => Logic(a, static () => new State<byte, Or<byte>>(SqlType.Boolean))) { Synonyms = ["logical_or"] },
        new AggregateDefinition("bit_and", new(Category, "bit_and(integer)", "The bits that are 1 in all values.", "bit_and(x) FROM (VALUES (6), (3)) t(x)", "2"), a => Bits(a, Bit.And)),
        new AggregateDefinition("bit_or", new(Category, "bit_or(integer)", "The bits that are 1 in at least one value.", "bit_or(x) FROM (VALUES (6), (3)) t(x)", "7"), a => Bits(a, Bit.Or)),
        new AggregateDefinition("bit_xor", new(Category, "bit_xor(integer)", "The bits that are 1 in an odd number of values.", "bit_xor(x) FROM (VALUES (6), (3)) t(x)", "5"), a => Bits(a, Bit.Xor)),
        new AggregateDefinition("product", new(Category, "product(x)", "Product of the values, as DOUBLE.", "product(x) FROM (VALUES (2), (3), (4)) t(x)", "24"), a => RealArguments.Bind(a, 1) ? new(SqlType.Double, [SqlType.Double], NullableResult: true, static () => new State<double, Product>(SqlType.Double)) : null),
    ];

    enum Bit
    {
        And,
        Or,
        Xor,
    }

    static AggregateBinding? Logic(IReadOnlyList<Expression> arguments, Func<AggregateState> create) => arguments is [{ Type.Kind: SqlTypeKind.Boolean or SqlTypeKind.Null }]
        ? new(SqlType.Boolean, [SqlType.Boolean], NullableResult: true, create)
        : null;

    static AggregateBinding? Bits(IReadOnlyList<Expression> arguments, Bit bit)
    {
        if (arguments is not [{ Type: var type }] || !(type.IsInteger || type.Kind == SqlTypeKind.Null))
        {
            return null;
        }

        type = type.Kind == SqlTypeKind.Null ? SqlType.Integer : type;
        return new(type, [type], NullableResult: true, type.Kind switch
        {
            SqlTypeKind.TinyInt => Integers<sbyte>(type, bit),
            SqlTypeKind.SmallInt => Integers<short>(type, bit),
            SqlTypeKind.Integer => Integers<int>(type, bit),
            SqlTypeKind.BigInt => Integers<long>(type, bit),
            SqlTypeKind.UTinyInt => Integers<byte>(type, bit),
            SqlTypeKind.USmallInt => Integers<ushort>(type, bit),
            SqlTypeKind.UInteger => Integers<uint>(type, bit),
            _ => Integers<ulong>(type, bit),
        });
    }

    static Func<AggregateState> Integers<T>(SqlType type, Bit bit)
        where T : unmanaged, IBinaryInteger<T> => bit switch
        {
            Bit.And => () => new State<T, And<T>>(type),
            Bit.Or => () => new State<T, Or<T>>(type),
            _ => () => new State<T, Xor<T>>(type),
        };

    interface IFold<T>
    {
        static abstract T Combine(T left, T right);
    }

    readonly struct And<T> : IFold<T>
        where T : IBitwiseOperators<T, T, T>
    {
        public static T Combine(T left, T right) => left & right;
    }

    readonly struct Or<T> : IFold<T>
        where T : IBitwiseOperators<T, T, T>
    {
        public static T Combine(T left, T right) => left | right;
    }

    readonly struct Xor<T> : IFold<T>
        where T : IBitwiseOperators<T, T, T>
    {
        public static T Combine(T left, T right) => left ^ right;
    }

    readonly struct Product : IFold<double>
    {
        public static double Combine(double left, double right) => left * right;
    }

    sealed class State<T, TFold>(SqlType type) : AggregateState
        where T : unmanaged
        where TFold : struct, IFold<T>
    {
        readonly GroupValues<T> totals = new();

        public override void EnsureGroups(int count) => totals.Ensure(count);

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            var input = new FixedColumn<T>(arguments[0]);
            NullMask nulls = NullMask.Of(arguments[0], count);
            for (int i = 0; i < count; i++)
            {
                if (nulls.IsValid(i))
                {
                    Add(groups[i], input[i]);
                }
            }
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            GroupValues<T> from = ((State<T, TFold>)other).totals;
            for (int i = 0; i < groups.Length; i++)
            {
                if (from.Present[i])
                {
                    Add(groups[i], from.Values[i]);
                }
            }
        }

        public override IArrowArray Finish(int start, int count) => totals.ToArray(type, start, count);

        void Add(int group, T value)
        {
            ref T total = ref totals.Values[group];
            ref bool present = ref totals.Present[group];
            total = present ? TFold.Combine(total, value) : value;
            present = true;
        }
    }
}
