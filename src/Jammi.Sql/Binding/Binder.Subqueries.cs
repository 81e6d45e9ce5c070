using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>
/// Subqueries in expressions. They are bound to placeholders where they stand, and become joins when the plan below the expression is known:
/// a scalar subquery a Single join, EXISTS and IN a Semi or Anti join where they are conditions of WHERE, else a Mark join.
/// </summary>
internal sealed partial class Binder
{
    LogicalPlan BindSubqueryPlan(QueryExpression query, ExpressionContext context) => BindQuery(query, context.Scope.Around(context), context.Tables);

    ScalarSubquery BindScalarSubquery(SubqueryExpression subquery, ExpressionContext context)
    {
        LogicalPlan plan = BindSubqueryPlan(subquery.Query, context);
        RequireColumns(plan, 1, "a subquery used as a value", subquery.Position);
        return new(plan, subquery.Position);
    }

    AnySubquery BindInSubquery(SqlExpression operand, QueryExpression query, SourcePosition position, ExpressionContext context) =>
        BindAny(BindRow(operand, context), ComparisonOperator.Equal, "IN", query, position, context);

    AnySubquery BindAny(Expression[] operands, ComparisonOperator comparison, string symbol, QueryExpression query, SourcePosition position, ExpressionContext context)
    {
        LogicalPlan plan = BindSubqueryPlan(query, context);
        RequireColumns(plan, operands.Length, $"the subquery of {symbol}", position);

        var types = new SqlType[operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            OutputColumn column = plan.Schema[i];
            if (comparison is ComparisonOperator.Equal or ComparisonOperator.NotEqual && EqualsNone(operands[i], column.Type))
            {
                operands[i] = new ConstantExpression(ScalarValue.From(true));
                plan = WithColumn(plan, i, UnequalToAny);
                types[i] = SqlType.Boolean;
                continue;
            }

            types[i] = IsUntyped(operands[i]) ? column.Type : CommonType(operands[i].Type, column.Type, symbol, position);
            types[i] = types[i].Kind == SqlTypeKind.Null ? SqlType.Text : types[i];
        }

        ValueList<Expression> left = operands.Select((o, i) => Cast(o, types[i], position)).ToValueList();
        return new(CastColumns(plan, types.ToValueList(), position), left, comparison, position);
    }

    /// <summary>Whether no value of <paramref name="type"/> can equal this constant: a text that is no number, or a value of a kind that is never compared with it.</summary>
    static bool EqualsNone(Expression operand, SqlType type)
    {
        if (operand is not ConstantExpression { Value.IsNull: false } constant)
        {
            return false;
        }

        return IsUntyped(constant)
            ? type.IsNumeric && Evaluate(new CastExpression(constant, type, Try: true)).IsNull
            : type.Kind != SqlTypeKind.Null && !constant.Type.IsVector && TypeCoercion.CommonType(constant.Type, type) is null;
    }

    /// <summary>FALSE where the column has a value: what TRUE, standing for a constant that equals none, is compared with.</summary>
    static CaseExpression UnequalToAny(Expression column) => new(
        [new IsNullExpression(column, Negated: false)],
        [new ConstantExpression(ScalarValue.NullOf(SqlType.Boolean))],
        new ConstantExpression(ScalarValue.From(false)));

    static LogicalProject WithColumn(LogicalPlan plan, int index, Func<Expression, Expression> replace)
    {
        var columns = new List<OutputColumn>();
        var expressions = new List<Expression>();
        for (int i = 0; i < plan.Schema.Count; i++)
        {
            OutputColumn column = plan.Schema[i];
            Expression source = new ColumnExpression(i, column.Name, column.Type, column.Nullable);
            Expression value = i == index ? replace(source) : source;
            expressions.Add(value);
            columns.Add(i == index ? new(column.Name, value.Type, value.Nullable) : column);
        }

        return new(plan, expressions.ToValueList(), new PlanSchema(columns.ToValueList()));
    }

    Expression BindQuantified(QuantifiedExpression quantified, ExpressionContext context)
    {
        ComparisonOperator comparison = ComparisonOf(quantified.Operator)
            ?? throw new SqlException(SqlErrorCode.NotSupported, $"{quantified.Operator} {(quantified.IsAll ? "ALL" : "ANY")} is not supported yet: only comparisons are.", quantified.Position);

        // a op ALL (...) holds when a (not op) ANY (...) does not; NULLs behave alike.
        ComparisonOperator searched = quantified.IsAll ? Opposite(comparison) : comparison;
        string symbol = quantified.IsAll ? "ALL" : "ANY";
        if (quantified.Query is { } query)
        {
            return Negate(BindAny(BindRow(quantified.Operand, context), searched, symbol, query, quantified.Position, context), quantified.IsAll);
        }

        Expression operand = BindExpression(quantified.Operand, context);
        Expression array = BindExpression(quantified.Array!, context);
        if (array.Type.Kind != SqlTypeKind.List)
        {
            throw new SqlException(SqlErrorCode.DatatypeMismatch, $"{symbol} needs a subquery or an array, not {array.Type}.", quantified.Position);
        }

        if (searched == ComparisonOperator.Equal)
        {
            return Negate(Contains(array, operand, quantified.Position), quantified.IsAll);
        }

        // The members as rows; of no array at all nothing is known.
        Expression any = BindAny([operand], searched, symbol, Unnested(quantified.Array!, quantified.Position), quantified.Position, context);
        Expression known = Negate(any, quantified.IsAll);
        return array.Nullable
            ? new CaseExpression([new IsNullExpression(array, Negated: false)], [new ConstantExpression(ScalarValue.NullOf(SqlType.Boolean))], known)
            : known;
    }

    /// <summary><c>SELECT * FROM unnest(array)</c></summary>
    static QueryExpression Unnested(SqlExpression array, SourcePosition position)
    {
        var call = new FunctionCallExpression(["unnest"], [new FunctionArgument(null, array)], false, [], null, false, null, position);
        var select = new SelectBody(
            false, [], [new SelectItem(new StarExpression([], [], position), null)], new TableFunctionReference(call, false, false, null, position), null, null, null, [], null, position);
        return new(null, select, [], null, null, false, position);
    }

    static ComparisonOperator Opposite(ComparisonOperator comparison) => comparison switch
    {
        ComparisonOperator.Equal => ComparisonOperator.NotEqual,
        ComparisonOperator.NotEqual => ComparisonOperator.Equal,
        ComparisonOperator.Less => ComparisonOperator.GreaterOrEqual,
        ComparisonOperator.LessOrEqual => ComparisonOperator.Greater,
        ComparisonOperator.Greater => ComparisonOperator.LessOrEqual,
        ComparisonOperator.GreaterOrEqual => ComparisonOperator.Less,
        ComparisonOperator.Distinct => ComparisonOperator.NotDistinct,
        _ => ComparisonOperator.Distinct,
    };

    static void RequireColumns(LogicalPlan plan, int count, string what, SourcePosition position)
    {
        if (plan.Schema.Count != count)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"{what} must have {count} column{(count == 1 ? "" : "s")}, but it has {plan.Schema.Count}.", position);
        }
    }

    /// <summary>Replaces the subqueries of an expression over <paramref name="plan"/> by columns appended to it.</summary>
    static Expression AttachSubqueries(ref LogicalPlan plan, Expression expression)
    {
        LogicalPlan current = plan;
        Expression result = expression.Transform(e => e is BoundSubquery subquery ? Attach(ref current, subquery) : e);
        plan = current;
        return result;
    }

    static ColumnExpression Attach(ref LogicalPlan plan, BoundSubquery subquery)
    {
        int index = plan.Schema.Count;
        if (subquery is ScalarSubquery scalar)
        {
            plan = Joins.Correlate(LogicalJoinKind.Single, plan, scalar.Plan, condition: null);
            return new(index, plan.Schema[index].Name, scalar.Type, Nullable: true);
        }

        plan = Joins.Correlate(LogicalJoinKind.Mark, plan, subquery.Plan, MatchCondition(subquery, plan.Schema.Count));
        return new(index, plan.Schema[index].Name, SqlType.Boolean, subquery.Nullable);
    }

    /// <summary>What a right row must fulfil to count: nothing for EXISTS; over left columns, then right columns.</summary>
    static Expression? MatchCondition(BoundSubquery subquery, int leftColumns)
    {
        if (subquery is not AnySubquery any)
        {
            return null;
        }

        ValueList<Expression> comparisons = any.Operands.Select((operand, i) =>
        {
            OutputColumn column = any.Plan.Schema[i];
            return (Expression)new ComparisonExpression(any.Operator, operand, new ColumnExpression(leftColumns + i, column.Name, column.Type, column.Nullable));
        }).ToValueList();
        return comparisons.Count == 1 ? comparisons[0] : new LogicalExpression(IsAnd: true, comparisons);
    }

    /// <summary>
    /// Puts the rows that fulfil a WHERE-like condition on top of the plan. Subqueries may append columns to it; names bound before stay valid.
    /// </summary>
    void FilterBy(ref LogicalPlan plan, SqlExpression condition, ExpressionContext context)
    {
        Expression bound = BindCondition(condition, context, $"the condition of {context.Clause}");
        FilterBy(ref plan, bound);
    }

    static void FilterBy(ref LogicalPlan plan, Expression condition)
    {
        List<Expression> conjuncts = Conjuncts.Split(condition);
        List<Expression> plain = conjuncts.FindAll(c => !c.Any(e => e is BoundSubquery));
        if (plain.Count > 0)
        {
            plan = new LogicalFilter(plan, Conjuncts.Combine(plain)!);
        }

        foreach (Expression conjunct in conjuncts)
        {
            if (conjunct.Any(e => e is BoundSubquery) && !TrySemiJoin(ref plan, conjunct))
            {
                Expression attached = AttachSubqueries(ref plan, conjunct);
                plan = new LogicalFilter(plan, attached);
            }
        }
    }

    /// <summary>[NOT] EXISTS and IN as a whole condition only keep or drop rows. NOT IN does so only when no NULL can make it unknown.</summary>
    static bool TrySemiJoin(ref LogicalPlan plan, Expression conjunct)
    {
        bool negated = conjunct is NotExpression;
        Expression inner = conjunct is NotExpression not ? not.Operand : conjunct;
        if (inner is not (ExistsSubquery or AnySubquery) || (negated && inner.Nullable))
        {
            return false;
        }

        var subquery = (BoundSubquery)inner;
        if (subquery.Children.Any(c => c.Any(e => e is BoundSubquery)))
        {
            return false;
        }

        plan = Joins.Correlate(negated ? LogicalJoinKind.Anti : LogicalJoinKind.Semi, plan, subquery.Plan, MatchCondition(subquery, plan.Schema.Count));
        return true;
    }
}
