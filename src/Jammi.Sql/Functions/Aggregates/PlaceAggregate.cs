using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>first, last and any_value: one of the values, chosen by its place; and arg_min and arg_max: chosen by another value.</summary>
internal static class PlaceAggregate
{
    const string Category = "Aggregate";
    const string Pairs = "FROM (VALUES ('a', 3), ('b', 1), ('c', 2)) t(x, y)";

    public static IReadOnlyList<AggregateFunction> All { get; } =
    [
        new AggregateDefinition("first", new(Category, "first(x [ORDER BY ...])", "The first value, NULL or not, in the order given.", $"first(x ORDER BY y) {Pairs}", "b"), a => Bind(a, last: false, nulls: true)) { Synonyms = ["arbitrary"], DependsOnOrder = true },
        new AggregateDefinition("last", new(Category, "last(x [ORDER BY ...])", "The last value, NULL or not, in the order given.", $"last(x ORDER BY y) {Pairs}", "a"), a => Bind(a, last: true, nulls: true)) { DependsOnOrder = true },
        new AggregateDefinition("any_value", new(Category, "any_value(x)", "A value that is not NULL: the first.", "any_value(x) FROM (VALUES (NULL), (7)) t(x)", "7"), a => Bind(a, last: false, nulls: false)) { DependsOnOrder = true },
        new AggregateDefinition("arg_min", new(Category, "arg_min(x, y)", "The x of the row with the least y, among rows in which neither is NULL; the first of equals.", $"arg_min(x, y) {Pairs}", "b"), a => BindExtreme(a, max: false)) { Synonyms = ["min_by", "argmin"] },
        new AggregateDefinition("arg_max", new(Category, "arg_max(x, y)", "The x of the row with the greatest y, among rows in which neither is NULL; the first of equals.", $"arg_max(x, y) {Pairs}", "a"), a => BindExtreme(a, max: true)) { Synonyms = ["max_by", "argmax"] },
    ];

    static SqlType TypeOf(Expression argument) => argument.Type.Kind == SqlTypeKind.Null ? SqlType.Text : argument.Type;

    static AggregateBinding? Bind(IReadOnlyList<Expression> arguments, bool last, bool nulls) => arguments is [var argument] && TypeOf(argument) is var type
        ? new(type, [type], NullableResult: true, () => new PlaceState(type, last, nulls))
        : null;

    static AggregateBinding? BindExtreme(IReadOnlyList<Expression> arguments, bool max) => arguments is [var value, var key]
        ? new(TypeOf(value), [TypeOf(value), TypeOf(key)], NullableResult: true, () => new ExtremeState(TypeOf(value), TypeOf(key), max))
        : null;

    sealed class PlaceState(SqlType type, bool last, bool nulls) : AggregateState
    {
        readonly GroupCells cells = new();

        public override long Bytes => cells.Bytes;

        public override void EnsureGroups(int count) => cells.Ensure(count);

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            ColumnarValue argument = arguments[0];
            NullMask missing = nulls ? NullMask.None(count) : NullMask.Of(argument, count);
            for (int i = 0; i < count; i++)
            {
                if (missing.IsValid(i) && (last || !cells.Has(groups[i])))
                {
                    cells.Set(groups[i], argument.Array, argument.IndexOf(i));
                }
            }

            cells.Compact(type);
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            GroupCells from = ((PlaceState)other).cells;
            for (int i = 0; i < groups.Length; i++)
            {
                if (from.Has(i) && (last || !cells.Has(groups[i])))
                {
                    cells.Set(groups[i], from[i].Array, from[i].Row);
                }
            }

            cells.Compact(type);
        }

        public override IArrowArray Finish(int start, int count) => cells.Gather(type, start, count);
    }

    sealed class ExtremeState(SqlType valueType, SqlType keyType, bool max) : AggregateState
    {
        readonly GroupCells values = new();
        readonly GroupCells keys = new();
        readonly CellComparer comparer = CellComparer.For(keyType);

        public override long Bytes => values.Bytes + keys.Bytes;

        public override void EnsureGroups(int count)
        {
            values.Ensure(count);
            keys.Ensure(count);
        }

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            NullMask missing = NullMask.Any(arguments, count);
            for (int i = 0; i < count; i++)
            {
                if (missing.IsValid(i))
                {
                    Offer(groups[i], (arguments[0].Array, arguments[0].IndexOf(i)), (arguments[1].Array, arguments[1].IndexOf(i)));
                }
            }

            values.Compact(valueType);
            keys.Compact(keyType);
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            var from = (ExtremeState)other;
            for (int i = 0; i < groups.Length; i++)
            {
                if (from.keys.Has(i))
                {
                    Offer(groups[i], from.values[i], from.keys[i]);
                }
            }

            values.Compact(valueType);
            keys.Compact(keyType);
        }

        public override IArrowArray Finish(int start, int count) => values.Gather(valueType, start, count);

        void Offer(int group, (IArrowArray Array, int Row) value, (IArrowArray Array, int Row) key)
        {
            if (keys.Has(group))
            {
                (IArrowArray bestArray, int bestRow) = keys[group];
                int order = comparer.Compare(key.Array, key.Row, bestArray, bestRow);
                if (max ? order <= 0 : order >= 0)
                {
                    return;
                }
            }

            keys.Set(group, key.Array, key.Row);
            values.Set(group, value.Array, value.Row);
        }
    }
}
