using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

internal sealed partial class Binder
{
    /// <summary>A call in FROM. Its arguments may use the items to its left: it is always LATERAL.</summary>
    FromItem BindTableFunction(TableFunctionReference reference, Scope? lateral, CteFrame? tables)
    {
        string name = FunctionName(reference.Call);
        LogicalPlan plan;
        if (functions.FindTable(name) is { } function)
        {
            RefuseDecorations(reference.Call, name);
            cacheable &= function.MayBeKept;
            plan = BindTableFunctionCall(function, reference.Call, lateral, tables);
        }
        else if (functions.FindScalar(name) is not null)
        {
            plan = BindScalarInFrom(reference, name, lateral, tables);
        }
        else
        {
            IEnumerable<string> names = functions.Tables.SelectMany(t => (string[])[t.Name, .. t.Aliases]);
            throw new SqlException(SqlErrorCode.UndefinedFunction, $"there is no function {name} to select from.{NameSuggestions.DidYouMean(name, names)}", reference.Position);
        }

        plan = reference.WithOrdinality ? AddOrdinality(plan, reference.Position) : plan;
        return Alias(FromItem.Of(plan, null, name), reference.Alias, reference.Position);
    }

    static void RefuseDecorations(FunctionCallExpression call, string name)
    {
        if (call.Distinct || call.Filter is not null || call.OrderBy.Count > 0 || call.Over is not null)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"{name} in FROM cannot have DISTINCT, FILTER, ORDER BY or OVER.", call.Position);
        }
    }

    /// <summary>A scalar function in FROM: one row with one column of its name.</summary>
    LogicalProject BindScalarInFrom(TableFunctionReference reference, string name, Scope? lateral, CteFrame? tables)
    {
        LogicalPlan source = LogicalValues.OneRow;
        Expression value = BindCall(reference.Call, new ExpressionContext(Scope.Opaque(lateral), tables, "FROM"));
        value = AttachSubqueries(ref source, value);
        return new(source, [value], new PlanSchema([new OutputColumn(name, value.Type, value.Nullable)]));
    }

    LogicalPlan BindTableFunctionCall(TableFunction function, FunctionCallExpression call, Scope? lateral, CteFrame? tables)
    {
        (TableFunctionParameter Parameter, SqlExpression Value)?[] given = MatchParameters(function, call);
        LogicalPlan argumentRow = LogicalValues.OneRow;
        var context = new ExpressionContext(new Scope(default, default, lateral), tables, $"the arguments of {function.Name}");
        var arguments = new TableFunctionArgument?[given.Length];
        for (int i = 0; i < given.Length; i++)
        {
            if (given[i] is { } pair)
            {
                arguments[i] = BindArgument(function, pair.Parameter, pair.Value, ref argumentRow, context);
            }
        }

        if (ReferenceEquals(argumentRow, LogicalValues.OneRow))
        {
            return BindFunction(function, arguments, call, lateral, tables);
        }

        // An argument is a subquery's value: the function runs once for the row that the subqueries give.
        int count = argumentRow.Schema.Count;
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = arguments[i] is { } argument ? Deeper(argument) : null;
        }

        LogicalPlan plan = BindFunction(function, arguments, call, lateral, tables);
        LogicalPlan applied = Joins.Apply(LogicalJoinKind.Inner, argumentRow, plan, condition: null);
        ValueList<Expression> columns = Enumerable.Range(0, plan.Schema.Count)
            .Select(i => (Expression)new ColumnExpression(count + i, plan.Schema[i].Name, plan.Schema[i].Type, plan.Schema[i].Nullable))
            .ToValueList();
        return new LogicalProject(applied, columns, plan.Schema);
    }

    LogicalPlan BindFunction(TableFunction function, TableFunctionArgument?[] arguments, FunctionCallExpression call, Scope? lateral, CteFrame? tables)
    {
        (CteFrame?, Scope?) visible = (visibleTables, visibleScope);
        (visibleTables, visibleScope) = (tables, lateral);
        try
        {
            return function.Bind(arguments, this);
        }
        catch (SqlException e) when (!e.Position.IsKnown)
        {
            throw new SqlException(e.Code, e.Message, call.Position, e);
        }
        finally
        {
            (visibleTables, visibleScope) = visible;
        }
    }

    static TableFunctionArgument Deeper(TableFunctionArgument argument) => argument with
    {
        Expression = argument.Expression?.Transform(e => e switch
        {
            OuterColumnExpression outer => outer with { Depth = outer.Depth + 1 },
            ColumnExpression column => new OuterColumnExpression(1, column.Index, column.Name, column.Type, column.Nullable),
            _ => e,
        }),
        Relation = argument.Relation is null ? null : OuterReferences.Shift(argument.Relation, 1),
    };

    TableFunctionArgument BindArgument(TableFunction function, TableFunctionParameter parameter, SqlExpression value, ref LogicalPlan argumentRow, ExpressionContext context)
    {
        if (parameter.AcceptsRelation && value is SubqueryExpression subquery)
        {
            return new(null, BindQuery(subquery.Query, context.Scope.Parent, context.Tables), value.Position);
        }

        // Where a name is wanted, a bare word is one: vector_search(figures, ...) means 'figures'.
        if (parameter.AcceptsRelation && value is NameExpression name && context.Scope.Find(name.Parts, name.Position) is null)
        {
            return new(Literals.Text(string.Join('.', name.Parts.Select(Quote))), null, value.Position);
        }

        string what = $"the argument {parameter.Name} of {function.Name}";
        Expression expression = BindExpression(value, context);
        if (parameter.Type is { } type)
        {
            expression = Coerce(expression, type, what, value.Position);
        }

        expression = AttachSubqueries(ref argumentRow, expression);
        if (TryEvaluate(expression) is { } constant)
        {
            expression = new ConstantExpression(constant);
        }

        return new(expression, null, value.Position);
    }

    static string Quote(string part) => part.Contains('.', StringComparison.Ordinal) || part.Contains('"', StringComparison.Ordinal)
        ? $"\"{part.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : part;

    /// <summary>The argument of each parameter; a variadic last parameter takes any number, so the result may be longer than the parameters.</summary>
    static (TableFunctionParameter, SqlExpression)?[] MatchParameters(TableFunction function, FunctionCallExpression call)
    {
        IReadOnlyList<TableFunctionParameter> parameters = function.Parameters;
        string signature = function.Documentation.Syntax;
        var matched = new List<(TableFunctionParameter, SqlExpression)?>(new (TableFunctionParameter, SqlExpression)?[parameters.Count]);
        int next = 0;
        bool named = false;
        foreach (FunctionArgument argument in call.Arguments)
        {
            int place;
            if (argument.Name is { } name)
            {
                named = true;
                place = IndexOf(parameters, name);
                if (place < 0)
                {
                    throw new SqlException(SqlErrorCode.InvalidParameter, $"{function.Name} has no parameter \"{name}\".{NameSuggestions.DidYouMean(name, parameters.Select(p => p.Name))} It is called as {signature}.", argument.Value.Position);
                }
            }
            else if (named)
            {
                throw new SqlException(SqlErrorCode.InvalidStatement, "arguments by position must come before named ones.", argument.Value.Position);
            }
            else if (next < parameters.Count)
            {
                place = next++;
            }
            else if (parameters is [.., { Variadic: true } last])
            {
                matched.Add((last, argument.Value));
                continue;
            }
            else
            {
                throw new SqlException(SqlErrorCode.InvalidParameter, $"{function.Name} takes at most {parameters.Count} argument{(parameters.Count == 1 ? "" : "s")}: {signature}.", argument.Value.Position);
            }

            if (matched[place] is not null)
            {
                throw new SqlException(SqlErrorCode.InvalidParameter, $"{function.Name} is given \"{parameters[place].Name}\" twice.", argument.Value.Position);
            }

            matched[place] = (parameters[place], argument.Value);
        }

        for (int i = 0; i < parameters.Count; i++)
        {
            if (matched[i] is null && !parameters[i].Optional && !parameters[i].Variadic)
            {
                throw new SqlException(SqlErrorCode.InvalidParameter, $"{function.Name} needs the argument \"{parameters[i].Name}\": {signature}.", call.Position);
            }
        }

        return [.. matched];
    }

    static int IndexOf(IReadOnlyList<TableFunctionParameter> parameters, string name)
    {
        for (int i = 0; i < parameters.Count; i++)
        {
            if (Same(parameters[i].Name, name) || parameters[i].Aliases.Any(a => Same(a, name)))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>WITH ORDINALITY: a last column that counts the rows from one.</summary>
    LogicalPlan AddOrdinality(LogicalPlan plan, SourcePosition position)
    {
        WindowFunction rowNumber = functions.FindWindow("row_number") ?? throw new SqlException(SqlErrorCode.NotSupported, "WITH ORDINALITY needs row_number.", position);
        WindowBinding binding = rowNumber.Bind([])!;
        var frame = new WindowFrameSpec(WindowFrameUnit.Rows, new(WindowBoundKind.UnboundedPreceding, null), new(WindowBoundKind.CurrentRow, null), WindowExclusion.NoOthers);
        var call = new WindowCall(rowNumber, binding, null, null, default, null, false, false, frame);
        return AddWindows(plan, [new PendingWindow(default, default, call, "ordinality", binding.ReturnType, Nullable: false)], out _);
    }
}
