using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>
/// Conversions that the user did not write. A text literal (or text parameter) has no type of its own until its context gives it one, so
/// <c>day = '2020-01-01'</c> compares dates; NULL and untyped parameters likewise.
/// </summary>
internal sealed partial class Binder
{
    /// <summary>The value as <paramref name="target"/>; constants are converted now, so that their errors have a place.</summary>
    Expression Cast(Expression expression, SqlType target, SourcePosition position, bool isTry = false)
    {
        if (expression.Type == target)
        {
            return expression;
        }

        if (expression is ParameterExpression { Type.Kind: SqlTypeKind.Null } parameter)
        {
            return parameters.Retype(parameter, target);
        }

        if (expression is ConstantExpression { Value.IsNull: true })
        {
            return new ConstantExpression(ScalarValue.NullOf(target));
        }

        var cast = new CastExpression(expression, target, isTry);
        return expression is ConstantExpression ? Fold(cast, positions.GetValueOrDefault(expression, position)) : cast;
    }

    /// <summary>The value as <paramref name="target"/> where that conversion may happen unasked; otherwise an error that names both types and <paramref name="what"/>.</summary>
    Expression Coerce(Expression expression, SqlType target, string what, SourcePosition position)
    {
        if (expression.Type == target || IsUntyped(expression) || TypeCoercion.CanImplicitlyCast(expression.Type, target) || IsConstantVector(expression, target))
        {
            return Cast(expression, target, position);
        }

        throw new SqlException(SqlErrorCode.DatatypeMismatch, $"{what} must be {target}, not {expression.Type}: convert it with CAST(... AS {target}).", position);
    }

    Expression CoerceToBoolean(Expression expression, string what, SourcePosition position) => Coerce(expression, SqlType.Boolean, what, position);

    /// <summary>Two operands brought to one type, for a comparison.</summary>
    (Expression Left, Expression Right) Unify(Expression left, Expression right, string what, SourcePosition position)
    {
        if (left.Type == right.Type && left.Type.Kind != SqlTypeKind.Null)
        {
            return (left, right);
        }

        if (IsConstant(right) && !IsConstant(left) && TryNarrow(right, left.Type) is { } narrowRight)
        {
            return (left, narrowRight);
        }

        if (IsConstant(left) && !IsConstant(right) && TryNarrow(left, right.Type) is { } narrowLeft)
        {
            return (narrowLeft, right);
        }

        SqlType common = CommonType([left, right], what, [position, position]);
        return (Cast(left, common, position), Cast(right, common, position));
    }

    /// <summary>The one type of several values (CASE branches, a column of VALUES ...).</summary>
    SqlType CommonType(ReadOnlySpan<Expression> expressions, string what, ReadOnlySpan<SourcePosition> positions)
    {
        SqlType? common = null;
        for (int i = 0; i < expressions.Length; i++)
        {
            if (!IsUntyped(expressions[i]))
            {
                common = common is null ? expressions[i].Type : CommonType(common, expressions[i].Type, what, positions[i]);
            }
        }

        return common ?? SqlType.Text;
    }

    static SqlType CommonType(SqlType left, SqlType right, string what, SourcePosition position)
    {
        if (left == right || right.Kind == SqlTypeKind.Null)
        {
            return left;
        }

        if (left.Kind == SqlTypeKind.Null)
        {
            return right;
        }

        if (TypeCoercion.CommonType(left, right) is { } common)
        {
            return common;
        }

        string detail = left.IsVector && right.IsVector
            ? $"the vectors have {left.Dimension} and {right.Dimension} dimensions"
            : $"{left} and {right} have no common type: convert one with CAST";
        throw new SqlException(SqlErrorCode.DatatypeMismatch, $"{what} cannot combine {left} with {right}: {detail}.", position);
    }

    Expression[] UnifyAll(Expression[] expressions, string what, SourcePosition[] positions)
    {
        SqlType common = CommonType(expressions, what, positions);
        return [.. expressions.Select((e, i) => Cast(e, common, positions[i]))];
    }

    /// <summary>The plan with its columns converted to <paramref name="types"/>; the plan itself when they have them already.</summary>
    LogicalPlan CastColumns(LogicalPlan plan, ValueList<SqlType> types, SourcePosition position)
    {
        PlanSchema schema = plan.Schema;
        if (schema.Columns.Select(c => c.Type).Equals(types))
        {
            return plan;
        }

        var columns = new List<OutputColumn>();
        var expressions = new List<Expression>();
        for (int i = 0; i < schema.Count; i++)
        {
            // A constant or parameter of the SELECT itself is converted in place: it may have no type of its own yet.
            Expression source = plan is LogicalProject project && IsConstant(project.Expressions[i])
                ? project.Expressions[i]
                : new ColumnExpression(i, schema[i].Name, schema[i].Type, schema[i].Nullable);
            Expression converted = Cast(source, types[i], position);
            expressions.Add(converted);
            columns.Add(schema[i].Type == types[i] ? schema[i] : new OutputColumn(schema[i].Name, types[i], converted.Nullable));
        }

        return new LogicalProject(plan, expressions.ToValueList(), new PlanSchema(columns.ToValueList()));
    }

    /// <summary>A value whose type is its context's to choose: a bare NULL, a text literal, an untyped or text parameter.</summary>
    static bool IsUntyped(Expression expression) => expression.Type.Kind == SqlTypeKind.Null
        || (expression.Type.Kind == SqlTypeKind.Text && expression is ConstantExpression or ParameterExpression { Type.Kind: SqlTypeKind.Text });

    static bool IsConstant(Expression expression) => expression is ConstantExpression or ParameterExpression;

    /// <summary>ARRAY[1, 2] is a list of integers, but where a vector is wanted it is meant as one.</summary>
    static bool IsConstantVector(Expression expression, SqlType target) =>
        target.IsVector && expression.Type is { Kind: SqlTypeKind.List, Element.IsNumeric: true } && IsConstant(expression);

    /// <summary>The constant in the other operand's type where nothing is lost by it, so that a column is compared as it is stored.</summary>
    static ConstantExpression? TryNarrow(Expression expression, SqlType target)
    {
        if (expression is not ConstantExpression { Value.IsNull: false } constant || !IsExact(constant.Type) || !IsExact(target))
        {
            return null;
        }

        ScalarValue narrow = Evaluate(new CastExpression(constant, target, Try: true));
        if (narrow.IsNull)
        {
            return null;
        }

        ScalarValue back = Evaluate(new CastExpression(new ConstantExpression(narrow), constant.Type, Try: true));
        return back.Equals(constant.Value) ? new(narrow) : null;
    }

    static bool IsExact(SqlType type) => type.IsInteger || type.Kind == SqlTypeKind.Decimal;

    static ConstantExpression Fold(Expression expression, SourcePosition position)
    {
        try
        {
            return new(Evaluate(expression));
        }
        catch (SqlException e) when (!e.Position.IsKnown)
        {
            throw new SqlException(e.Code, e.Message, position, e);
        }
    }

    static ScalarValue? TryEvaluate(Expression expression)
    {
        if (expression is ConstantExpression constant)
        {
            return constant.Value;
        }

        return expression.Any(e => e is ColumnExpression or OuterColumnExpression or ParameterExpression or AggregateReference or WindowReference or BoundSubquery
                || (e is CallExpression call && call.Function.Traits.Volatility != Volatility.Immutable))
            ? null
            : Evaluate(expression);
    }

    static ScalarValue Evaluate(Expression expression) => ConstantEvaluator.Evaluate(expression, PlanningContext.Instance);

    static SqlType ParseType(TypeName name) => TypeCoercion.ParseTypeName(name);
}
