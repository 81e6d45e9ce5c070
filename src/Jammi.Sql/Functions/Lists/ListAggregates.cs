using System.Collections.Frozen;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Lists;

/// <summary>Aggregate functions over the items of lists: every row's list is a group of one aggregation.</summary>
internal sealed class ListAggregates
{
    const string Category = "Lists";

    static readonly (string Name, string Example, string Result)[] Short =
    [
        ("sum", "[1, 2, 3]", "6"), ("avg", "[1, 2, 6]", "3"), ("min", "[2, 1, 3]", "1"), ("max", "[2, 1, 3]", "3"), ("count", "[1, NULL, 3]", "2"),
        ("median", "[1, 2, 6]", "2"), ("mode", "[1, 2, 2]", "2"), ("product", "[2, 3, 4]", "24"), ("first", "[7, 8]", "7"), ("last", "[7, 8]", "8"),
        ("any_value", "[NULL, 8]", "8"), ("bool_and", "[true, false]", "false"), ("bool_or", "[true, false]", "true"), ("string_agg", "ARRAY['a', 'b']", "a,b"),
        ("stddev_samp", "[1, 2, 3]", "1"), ("stddev_pop", "[1, 3]", "1"), ("var_samp", "[1, 2, 3]", "1"), ("var_pop", "[1, 3]", "1"), ("approx_count_distinct", "[1, 2, 2]", "2"),
    ];

    readonly FrozenDictionary<string, AggregateFunction> aggregates;

    public ListAggregates(IEnumerable<AggregateFunction> aggregates)
    {
        this.aggregates = aggregates.SelectMany(f => f.Aliases.Prepend(f.Name).Select(n => (n, f))).ToFrozenDictionary(p => p.n, p => p.f, StringComparer.OrdinalIgnoreCase);
        All =
        [
            new GenericFunction("list_aggregate", new(Category, "list_aggregate(list, name [, argument ...])", "What an aggregate function gives for the items of a list; its further arguments follow its name.", "list_aggregate([1, 2, 3, 4], 'quantile_cont', 0.5)", "2.5"), Bind) { Synonyms = ["array_aggregate", "list_aggr", "array_aggr"] },
            .. Short.Select(s => new GenericFunction($"list_{s.Name}", new(Category, $"list_{s.Name}(list)", $"{s.Name} of the items of a list.", $"list_{s.Name}({s.Example})", s.Result), a => a.Count == 1 ? Bind(this.aggregates[s.Name], a[0], []) : null)),
        ];
    }

    public IReadOnlyList<ScalarFunction> All { get; }

    ScalarBinding? Bind(IReadOnlyList<Expression> arguments)
    {
        if (arguments.Count < 2 || arguments[1] is not ConstantExpression { Value: { IsNull: false, Type.Kind: SqlTypeKind.Text } constant })
        {
            return null;
        }

        string name = (string)constant.ToObject()!;
        if (!aggregates.TryGetValue(name, out AggregateFunction? function))
        {
            throw new SqlException(SqlErrorCode.UndefinedFunction, $"list_aggregate: there is no aggregate function '{name}'.{Binding.NameSuggestions.DidYouMean(name, aggregates.Keys)}");
        }

        ScalarBinding? binding = Bind(function, arguments[0], [.. arguments.Skip(2)]);
        return binding is null ? null : binding with
        {
            ParameterTypes = [binding.ParameterTypes[0], SqlType.Text, .. binding.ParameterTypes.Skip(1)],
            Kernel = (values, count, context) => binding.Kernel([values[0], .. values[2..]], count, context),
        };
    }

    static ScalarBinding? Bind(AggregateFunction function, Expression list, IReadOnlyList<Expression> more)
    {
        if (ListArguments.ListOf(list) is not { Element: { } item } || function.Bind([new ColumnExpression(0, "item", item, Nullable: true), .. more]) is not { } aggregate)
        {
            return null;
        }

        ValueList<SqlType> parameters = [SqlType.List(aggregate.ParameterTypes[0]), .. aggregate.ParameterTypes.Skip(1)];
        return new(aggregate.ReturnType, parameters, (values, count, context) => Aggregate(aggregate, values, count, context)) { MayReturnNull = true };
    }

    static IArrowArray Aggregate(AggregateBinding binding, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
    {
        if (count == 0)
        {
            return ColumnFactory.Nulls(binding.ReturnType, 0);
        }

        NullMask nulls = NullMask.Of(arguments[0], count);
        var lists = new ListColumn(arguments[0]);
        var items = new List<int>();
        var rows = new List<int>();
        for (int row = 0; row < count; row++)
        {
            for (int i = 0; i < (nulls.IsNull(row) ? 0 : lists.Count(row)); i++)
            {
                items.Add(lists.Start(row) + i);
                rows.Add(row);
            }
        }

        AggregateState state = binding.CreateState();
        state.EnsureGroups(count);
        if (items.Count > 0)
        {
            var values = new ColumnarValue[arguments.Length];
            values[0] = ColumnarValue.Column(TakeKernels.Take(lists.Items, [.. items]));
            for (int i = 1; i < values.Length; i++)
            {
                values[i] = arguments[i].IsConstant ? arguments[i] : ColumnarValue.Column(TakeKernels.Take(arguments[i].Array, [.. rows]));
            }

            state.Update([.. rows], values, items.Count, context);
        }

        IArrowArray results = state.Finish(0, count);
        if (nulls.NullCount == 0)
        {
            return results;
        }

        var picks = new int[count];
        for (int row = 0; row < count; row++)
        {
            picks[row] = nulls.IsValid(row) ? row : -1;
        }

        return TakeKernels.Take(results, picks);
    }
}
