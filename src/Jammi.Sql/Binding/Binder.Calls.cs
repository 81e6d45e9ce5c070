using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;
using BoundCase = Jammi.Sql.Expressions.CaseExpression;

namespace Jammi.Sql.Binding;

internal sealed partial class Binder
{
    Expression BindCall(FunctionCallExpression call, ExpressionContext context)
    {
        string name = FunctionName(call);
        if (call.Over is not null)
        {
            return BindWindowCall(call, name, context);
        }

        if (functions.FindAggregate(name) is { } aggregate)
        {
            return BindAggregateCall(call, aggregate, context);
        }

        if (call.Distinct || call.Filter is not null || call.OrderBy.Count > 0 || call.IgnoreNulls)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"DISTINCT, FILTER, ORDER BY and IGNORE NULLS are for aggregate functions, and {name} is none.", call.Position);
        }

        if (name == "grouping")
        {
            return BindGrouping(call, context);
        }

        Expression[] arguments = call.Arguments.Any(a => a.Name is not null)
            ? BindNamedArguments(call, name, context)
            : [.. call.Arguments.Select(a => BindExpression(a.Value, context))];
        return name switch
        {
            "coalesce" or "ifnull" or "nvl" when arguments.Length > 0 => new CoalesceExpression(UnifyAll(arguments, name, Places(call)).ToValueList()),
            "if" or "iif" when arguments.Length == 3 => BindIf(arguments, call),
            _ => BindScalar(name, arguments, call.Position),
        };
    }

    /// <summary>Arguments by position, then by name; defaults for the others.</summary>
    Expression[] BindNamedArguments(FunctionCallExpression call, string name, ExpressionContext context)
    {
        IReadOnlyList<(string Name, ScalarValue Default)> parameters = functions.FindScalar(name)?.NamedParameters ?? [];
        FunctionArgument first = call.Arguments.First(a => a.Name is not null);
        if (parameters.Count == 0)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"{name} takes its arguments by position: \"{first.Name} =>\" is for functions whose parameters have names.", first.Value.Position);
        }

        var arguments = new Expression?[parameters.Count];
        bool byName = false;
        for (int i = 0; i < call.Arguments.Count; i++)
        {
            FunctionArgument argument = call.Arguments[i];
            byName |= argument.Name is not null;
            int place = argument.Name is null ? (byName ? -1 : i) : parameters.ToList().FindIndex(p => p.Name.Equals(argument.Name, StringComparison.OrdinalIgnoreCase));
            if (place < 0 || place >= arguments.Length || arguments[place] is not null)
            {
                string problem = argument.Name is null ? "arguments by position stand before those by name, and there are no more than parameters" : place < 0 ? $"there is no parameter \"{argument.Name}\"" : $"\"{argument.Name}\" is given twice";
                throw new SqlException(SqlErrorCode.InvalidStatement, $"{name}: {problem}. The parameters are {string.Join(", ", parameters.Select(p => p.Name))}.", argument.Value.Position);
            }

            arguments[place] = BindExpression(argument.Value, context);
        }

        return [.. arguments.Select((a, i) => a ?? new ConstantExpression(parameters[i].Default))];
    }

    static string FunctionName(FunctionCallExpression call)
    {
        if (call.Name.Count > 2 || (call.Name.Count == 2 && call.Name[0].ToLowerInvariant() is not ("main" or "pg_catalog" or "jammi" or "system")))
        {
            throw new SqlException(SqlErrorCode.UndefinedFunction, $"there are no functions in \"{string.Join('.', call.Name.SkipLast(1))}\": write {call.Name[^1]}(...).", call.Position);
        }

        return call.Name[^1].ToLowerInvariant();
    }

    static SourcePosition[] Places(FunctionCallExpression call) => [.. call.Arguments.Select(a => a.Value.Position)];

    BoundCase BindIf(Expression[] arguments, FunctionCallExpression call)
    {
        Expression condition = CoerceToBoolean(arguments[0], "the condition of if", call.Arguments[0].Value.Position);
        Expression[] results = UnifyAll(arguments[1..], "if", Places(call)[1..]);
        return new([condition], [results[0]], results[1]);
    }

    CallExpression BindScalar(string name, IReadOnlyList<Expression> arguments, SourcePosition position)
    {
        ScalarFunction function = functions.FindScalar(name) ?? throw UnknownFunction(name, position);
        return BindOverload(function, name, arguments, position);
    }

    /// <summary>An operator is a function whose name is its symbol.</summary>
    CallExpression BindOperator(string symbol, IReadOnlyList<Expression> arguments, SourcePosition position)
    {
        ScalarFunction function = functions.FindScalar(symbol)
            ?? throw new SqlException(SqlErrorCode.NotSupported, $"operator {symbol} is not supported yet.", position);
        return BindOverload(function, symbol, arguments, position);
    }

    CallExpression BindOverload(ScalarFunction function, string name, IReadOnlyList<Expression> arguments, SourcePosition position)
    {
        ScalarBinding binding = AtPlace(position, () => Resolve(arguments, given => function.Bind(given, Cancellation)))
            ?? throw NoOverload(name, arguments, function.Signatures, position);
        return new(function, binding, CastArguments(arguments, binding.ParameterTypes, position));
    }

    /// <summary>Errors that a function finds in its arguments while it is bound are shown at the call.</summary>
    static TBinding? AtPlace<TBinding>(SourcePosition position, Func<TBinding?> bind)
        where TBinding : class
    {
        try
        {
            return bind();
        }
        catch (SqlException e) when (!e.Position.IsKnown)
        {
            throw new SqlException(e.Code, e.Message, position, e);
        }
    }

    /// <summary>
    /// Tries the arguments as they are; where nothing fits, text literals as values of no type, so that the other arguments choose
    /// (<c>day + '1 month'</c>).
    /// </summary>
    static TBinding? Resolve<TBinding>(IReadOnlyList<Expression> arguments, Func<IReadOnlyList<Expression>, TBinding?> bind)
        where TBinding : class
    {
        if (bind(arguments) is { } direct)
        {
            return direct;
        }

        return arguments.Any(a => IsUntyped(a) && a.Type.Kind != SqlTypeKind.Null)
            ? bind([.. arguments.Select(a => IsUntyped(a) ? Literals.Null : a)])
            : null;
    }

    ValueList<Expression> CastArguments(IReadOnlyList<Expression> arguments, ValueList<SqlType> types, SourcePosition position) =>
        arguments.Select((a, i) => i < types.Count ? Cast(a, types[i], position) : a).ToValueList();

    static SqlException NoOverload(string name, IReadOnlyList<Expression> arguments, IReadOnlyList<string> signatures, SourcePosition position)
    {
        string given = string.Join(", ", arguments.Select(a => a.Type.ToString()));
        if (name.Length > 0 && !char.IsLetter(name[0]) && name[0] != '_')
        {
            string operands = arguments.Count == 2 ? $"{arguments[0].Type} {name} {arguments[1].Type}" : $"{name} {given}";
            string advice = name == "+" && arguments.All(a => a.Type.Kind == SqlTypeKind.Text) ? "texts are joined by ||" : "convert an operand with CAST";
            return new(SqlErrorCode.UndefinedFunction, $"there is no operator {operands}: {advice}.", position);
        }

        return new(SqlErrorCode.UndefinedFunction, $"{name}({given}) does not exist. It is called as: {string.Join("; ", signatures)}.", position);
    }

    SqlException UnknownFunction(string name, SourcePosition position)
    {
        if (functions.FindTable(name) is not null)
        {
            return new(SqlErrorCode.UndefinedFunction, $"{name} gives rows: use it in FROM, as in SELECT * FROM {name}(...).", position);
        }

        if (functions.FindWindow(name) is not null)
        {
            return new(SqlErrorCode.InvalidStatement, $"{name} is a window function: it needs OVER (...).", position);
        }

        IEnumerable<string> names = functions.Names.Where(n => char.IsLetter(n[0])).Concat(SpecialForms.All.Select(f => f.Name));
        return new(SqlErrorCode.UndefinedFunction, $"function {name} does not exist.{NameSuggestions.DidYouMean(name, names)}", position);
    }

    Expression BindAggregateCall(FunctionCallExpression call, AggregateFunction function, ExpressionContext context)
    {
        AggregateCall bound = BindAggregate(call, function, context with { Aggregates = null, Windows = null, Clause = "the argument of an aggregate function" });
        int level = OuterAggregates.LevelOf(bound);
        if (level == 0)
        {
            return context.Aggregates is { } own ? own.Add(bound) : throw Misplaced(function, context.Clause, call.Position);
        }

        Scope owner = context.Scope;
        for (int i = 0; i < level; i++)
        {
            owner = owner.Parent!;
        }

        return owner.Aggregates is { } outer
            ? OuterAggregates.Reference(bound, outer.Add(OuterAggregates.MoveOut(bound, level)), level)
            : throw Misplaced(function, $"{owner.Clause}, to whose query its columns belong", call.Position);
    }

    static SqlException Misplaced(AggregateFunction function, string clause, SourcePosition position) =>
        new(SqlErrorCode.InvalidStatement, $"the aggregate function {function.Name} cannot stand in {clause}.", position);

    AggregateCall BindAggregate(FunctionCallExpression call, AggregateFunction function, ExpressionContext inner)
    {
        if (call.IgnoreNulls && call.Over is null)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, "IGNORE NULLS is for window functions.", call.Position);
        }

        Expression[] arguments = BindAggregateArguments(call, inner);
        ValueList<SortKey> order = call.OrderBy.Select(o => BindSortKey(o, inner)).ToValueList();
        if (order.Count == 1 && arguments.Length == function.OrderedSetArity - 1)
        {
            arguments = [order[0].Expression, .. arguments, .. order[0].Descending ? [Literals.True] : System.Array.Empty<Expression>()];
            order = default;
        }

        AggregateBinding binding = AtPlace(call.Position, () => Resolve(arguments, function.Bind))
            ?? throw NoOverload(function.Name, arguments, [function.Documentation.Syntax], call.Position);
        Expression? filter = call.Filter is null ? null : BindCondition(call.Filter, inner with { Clause = "FILTER" }, "the condition of FILTER");
        return new(function, binding, CastArguments(arguments, binding.ParameterTypes, call.Position), call.Distinct, filter, order);
    }

    /// <summary>count(*) has no arguments.</summary>
    Expression[] BindAggregateArguments(FunctionCallExpression call, ExpressionContext context)
    {
        if (call.Arguments is [{ Value: StarExpression { Qualifier.Count: 0 } star }])
        {
            return FunctionName(call) == "count"
                ? []
                : throw new SqlException(SqlErrorCode.InvalidStatement, $"only count takes *: write {FunctionName(call)}(column).", star.Position);
        }

        return [.. call.Arguments.Select(a => BindExpression(a.Value, context))];
    }

    GroupingReference BindGrouping(FunctionCallExpression call, ExpressionContext context)
    {
        if (context.Aggregates is null)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"grouping() cannot stand in {context.Clause}.", call.Position);
        }

        ExpressionContext inner = context with { Aggregates = null, Windows = null, Clause = "grouping()" };
        return new(call.Arguments.Select(a => BindExpression(a.Value, inner)).ToValueList(), call.Position);
    }

    SortKey BindSortKey(OrderItem item, ExpressionContext context) => ToSortKey(item, BindExpression(item.Expression, context));

    /// <summary>NULLs sort as if larger than every value, as in PostgreSQL: last when ascending, first when descending.</summary>
    static SortKey ToSortKey(OrderItem item, Expression expression) => new(expression, item.Descending, item.NullsFirst ?? item.Descending);
}
