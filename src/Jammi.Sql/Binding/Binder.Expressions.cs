using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;
using BoundCase = Jammi.Sql.Expressions.CaseExpression;
using BoundInList = Jammi.Sql.Expressions.InListExpression;
using InListExpression = Jammi.Sql.Syntax.Ast.InListExpression;

namespace Jammi.Sql.Binding;

internal sealed partial class Binder
{
    /// <summary>Where a column or literal was written, by the bound object itself: rewriting keeps leaves, so later errors still find their place.</summary>
    readonly Dictionary<Expression, SourcePosition> positions = new(ReferenceEqualityComparer.Instance);

    Expression BindExpression(SqlExpression expression, ExpressionContext context) => expression switch
    {
        LiteralExpression literal => BindLiteral(literal),
        TypedLiteralExpression literal => Cast(Literals.Text(literal.Text), ParseType(literal.Type), literal.Position),
        NameExpression name => BindName(name, context),
        ParameterExpressionSyntax parameter => parameters.Find(parameter.Name, parameter.Index, parameter.Position),
        UnaryExpression unary => BindUnary(unary, context),
        BinaryExpression binary => BindBinary(binary, context),
        LogicalChainExpression chain => BindChain(chain, context),
        IsExpression test => BindIs(test, context),
        IsDistinctExpression distinct => BindComparison(distinct.Negated ? ComparisonOperator.NotDistinct : ComparisonOperator.Distinct, "IS DISTINCT FROM", distinct.Left, distinct.Right, distinct.Position, context),
        BetweenExpression between => BindBetween(between, context),
        LikeExpression like => BindLike(like, context),
        QuantifiedLikeExpression like => BindQuantifiedLike(like, context),
        InListExpression list => BindInList(list, context),
        InSubqueryExpression subquery => Negate(BindInSubquery(subquery.Operand, subquery.Query, subquery.Position, context), subquery.Negated),
        ExistsExpression exists => new ExistsSubquery(BindSubqueryPlan(exists.Query, context), exists.Position),
        SubqueryExpression subquery => BindScalarSubquery(subquery, context),
        QuantifiedExpression quantified => BindQuantified(quantified, context),
        CaseExpressionSyntax written => BindCase(written, context),
        CastExpressionSyntax cast => BindCast(cast, context),
        ArrayExpression array => BindArray(array, context),
        SubscriptExpression subscript => BindSubscript(subscript, context),
        FunctionCallExpression call => BindCall(call, context),
        RowExpression row => throw new SqlException(SqlErrorCode.NotSupported, "a row of several values can only be compared with another row or a list of rows.", row.Position),
        StarExpression star => throw new SqlException(SqlErrorCode.InvalidStatement, $"* cannot stand in {context.Clause}: it belongs in a select list or in count(*).", star.Position),
        EveryColumnExpression all => throw new SqlException(SqlErrorCode.NotSupported, "ALL can only be the whole ORDER BY of a query: elsewhere name what to sort by.", all.Position),
        DefaultExpression word => throw new SqlException(SqlErrorCode.InvalidStatement, "DEFAULT can only stand as a whole value of INSERT or UPDATE.", word.Position),
        _ => throw new SqlException(SqlErrorCode.NotSupported, $"{expression.GetType().Name} is not supported yet.", expression.Position),
    };

    LogicalExpression BindChain(LogicalChainExpression chain, ExpressionContext context) =>
        new(chain.IsAnd, chain.Operands.Select(o => BindCondition(o, context, chain.IsAnd ? "an operand of AND" : "an operand of OR")).ToValueList());

    ConstantExpression BindLiteral(LiteralExpression literal)
    {
        ConstantExpression constant = Literals.Bind(literal);
        if (literal.Kind == LiteralKind.Text)
        {
            positions[constant] = literal.Position;
        }

        return constant;
    }

    Expression BindCondition(SqlExpression expression, ExpressionContext context, string what) =>
        CoerceToBoolean(BindExpression(expression, context), what, expression.Position);

    Expression BindName(NameExpression name, ExpressionContext context)
    {
        Expression? found = context.Scope.Find(name.Parts, name.Position);
        if (found is null && name.Parts.Count == 1 && context.Aliases is { } aliases)
        {
            found = aliases.GetValueOrDefault(name.Parts[0]);
        }

        // A catalog may stand before schema, table and column.
        found ??= name.Parts.Count == 4 ? context.Scope.Find([.. name.Parts.Skip(1)], name.Position) : null;
        if (found is null)
        {
            throw UnknownColumn(name, context);
        }

        // Each use is an object of its own, so that each keeps its own place.
        if (found is ColumnExpression column)
        {
            ColumnExpression use = column with { };
            positions[use] = name.Position;
            return use;
        }

        return found;
    }

    static SqlException UnknownColumn(NameExpression name, ExpressionContext context)
    {
        string column = name.Parts[^1];
        if (name.Parts.Count > 1)
        {
            string[] qualifier = [.. name.Parts.Take(name.Parts.Count - 1)];
            ScopeRelation? relation = context.Scope.VisibleRelations().FirstOrDefault(r => r.Matches(qualifier));
            string table = string.Join('.', qualifier);
            return relation is null
                ? new(SqlErrorCode.UndefinedTable, $"no table or alias \"{table}\" is in FROM here.{NameSuggestions.DidYouMean(table, context.Scope.VisibleRelations().Select(r => r.Name))}", name.Position)
                : new(SqlErrorCode.UndefinedColumn, $"\"{table}\" has no column \"{column}\".{Choices(column, relation.Columns.Select(c => c.Name))}", name.Position);
        }

        string[] visible = [.. context.Scope.VisibleNames().Concat(context.Aliases?.Keys ?? [])];
        string where = visible.Length == 0 ? $" No columns are visible in {context.Clause}." : Choices(column, visible);
        return new(SqlErrorCode.UndefinedColumn, $"column \"{column}\" does not exist.{where}", name.Position);
    }

    /// <summary>The near names, or all of them where they are few.</summary>
    static string Choices(string name, IEnumerable<string> candidates)
    {
        string[] all = [.. candidates.Distinct(StringComparer.OrdinalIgnoreCase)];
        string near = NameSuggestions.DidYouMean(name, all);
        return near.Length > 0 || all.Length is 0 or > 12 ? near : $" Columns are: {string.Join(", ", all)}.";
    }

    Expression BindUnary(UnaryExpression unary, ExpressionContext context)
    {
        switch (unary.Operator.ToUpperInvariant())
        {
            case "NOT":
                return Negate(BindCondition(unary.Operand, context, "the operand of NOT"), true);
            case "-" when unary.Operand is LiteralExpression { Kind: LiteralKind.Integer or LiteralKind.Decimal or LiteralKind.Float } literal:
                return Literals.Bind(literal, negative: true);
            case "+":
                Expression operand = BindExpression(unary.Operand, context);
                return operand.Type.IsNumeric || operand.Type.Kind is SqlTypeKind.Interval or SqlTypeKind.Null
                    ? operand
                    : throw new SqlException(SqlErrorCode.DatatypeMismatch, $"the sign + needs a number, not {operand.Type}.", unary.Position);
            default:
                return BindOperator(unary.Operator, [BindExpression(unary.Operand, context)], unary.Position);
        }
    }

    Expression BindBinary(BinaryExpression binary, ExpressionContext context) => ComparisonOf(binary.Operator) is { } comparison
        ? BindComparison(comparison, binary.Operator, binary.Left, binary.Right, binary.Position, context)
        : binary.Operator switch
        {
            "@>" => BindOperator("list_has_all", [BindExpression(binary.Left, context), BindExpression(binary.Right, context)], binary.Position),
            "<@" => BindOperator("list_has_all", [BindExpression(binary.Right, context), BindExpression(binary.Left, context)], binary.Position),
            "&&" => BindOperator("list_has_any", [BindExpression(binary.Left, context), BindExpression(binary.Right, context)], binary.Position),
            _ => BindOperator(binary.Operator, [BindExpression(binary.Left, context), BindExpression(binary.Right, context)], binary.Position),
        };

    static ComparisonOperator? ComparisonOf(string symbol) => symbol switch
    {
        "=" or "==" => ComparisonOperator.Equal,
        "<>" or "!=" => ComparisonOperator.NotEqual,
        "<" => ComparisonOperator.Less,
        "<=" => ComparisonOperator.LessOrEqual,
        ">" => ComparisonOperator.Greater,
        ">=" => ComparisonOperator.GreaterOrEqual,
        _ => null,
    };

    Expression BindComparison(ComparisonOperator comparison, string symbol, SqlExpression left, SqlExpression right, SourcePosition position, ExpressionContext context)
    {
        if (left is RowExpression || right is RowExpression)
        {
            return CompareRows(comparison, BindRow(left, context), BindRow(right, context), symbol, position);
        }

        return Compare(comparison, BindExpression(left, context), BindExpression(right, context), symbol, position);
    }

    ComparisonExpression Compare(ComparisonOperator comparison, Expression left, Expression right, string symbol, SourcePosition position)
    {
        (left, right) = Unify(left, right, $"operator {symbol}", position);
        return new ComparisonExpression(comparison, left, right);
    }

    Expression[] BindRow(SqlExpression expression, ExpressionContext context) => expression is RowExpression row
        ? [.. row.Items.Select(i => BindExpression(i, context))]
        : [BindExpression(expression, context)];

    /// <summary>Row comparison as SQL defines it: equality of all members, or lexicographic order.</summary>
    Expression CompareRows(ComparisonOperator comparison, Expression[] left, Expression[] right, string symbol, SourcePosition position)
    {
        if (left.Length != right.Length)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"the rows have {left.Length} and {right.Length} values: only rows of the same length can be compared.", position);
        }

        if (left.Length == 1)
        {
            return Compare(comparison, left[0], right[0], symbol, position);
        }

        switch (comparison)
        {
            case ComparisonOperator.Equal or ComparisonOperator.NotDistinct:
                return new LogicalExpression(IsAnd: true, left.Select((l, i) => (Expression)Compare(comparison, l, right[i], symbol, position)).ToValueList());
            case ComparisonOperator.NotEqual or ComparisonOperator.Distinct:
                return new LogicalExpression(IsAnd: false, left.Select((l, i) => (Expression)Compare(comparison, l, right[i], symbol, position)).ToValueList());
            default:
                ComparisonOperator strict = comparison is ComparisonOperator.Less or ComparisonOperator.LessOrEqual ? ComparisonOperator.Less : ComparisonOperator.Greater;
                Expression result = Compare(comparison, left[^1], right[^1], symbol, position);
                for (int i = left.Length - 2; i >= 0; i--)
                {
                    Expression tie = new LogicalExpression(IsAnd: true, [Compare(ComparisonOperator.Equal, left[i], right[i], symbol, position), result]);
                    result = new LogicalExpression(IsAnd: false, [Compare(strict, left[i], right[i], symbol, position), tie]);
                }

                return result;
        }
    }

    Expression BindIs(IsExpression test, ExpressionContext context)
    {
        if (test is { Operand: RowExpression row } && string.Equals(test.Test, "NULL", StringComparison.OrdinalIgnoreCase))
        {
            // A row is NULL when all of its members are, and not NULL when none is.
            return new LogicalExpression(IsAnd: true, row.Items.Select(i => BindIs(test with { Operand = i }, context)).ToValueList());
        }

        Expression operand = BindExpression(test.Operand, context);
        switch (test.Test.ToUpperInvariant())
        {
            case "NULL":
                return new IsNullExpression(operand.Type.Kind == SqlTypeKind.Null ? Cast(operand, SqlType.Text, test.Position) : operand, test.Negated);
            case "UNKNOWN":
                return new IsNullExpression(CoerceToBoolean(operand, "the operand of IS UNKNOWN", test.Position), test.Negated);
            case "TRUE":
                return IsTruth(operand, Literals.True, test);
            case "FALSE":
                return IsTruth(operand, Literals.False, test);
            default:
                throw new SqlException(SqlErrorCode.NotSupported, $"IS {test.Test} is not supported yet.", test.Position);
        }
    }

    ComparisonExpression IsTruth(Expression operand, ConstantExpression truth, IsExpression test) => new(
        test.Negated ? ComparisonOperator.Distinct : ComparisonOperator.NotDistinct,
        CoerceToBoolean(operand, $"the operand of IS {test.Test}", test.Position),
        truth);

    Expression BindBetween(BetweenExpression between, ExpressionContext context)
    {
        Expression operand = BindExpression(between.Operand, context);
        Expression low = BindExpression(between.Low, context);
        Expression high = BindExpression(between.High, context);
        LogicalExpression within = Within(low, high);
        return Negate(between.Symmetric ? new LogicalExpression(IsAnd: false, [within, Within(high, low)]) : within, between.Negated);

        LogicalExpression Within(Expression from, Expression to) => new(
            IsAnd: true,
            [
                Compare(ComparisonOperator.GreaterOrEqual, operand, from, "BETWEEN", between.Position),
                Compare(ComparisonOperator.LessOrEqual, operand, to, "BETWEEN", between.Position),
            ]);
    }

    Expression BindLike(LikeExpression like, ExpressionContext context)
    {
        string function = like.Kind switch
        {
            LikeKind.Like => "like",
            LikeKind.ILike => "ilike",
            LikeKind.SimilarTo => "similar_to",
            _ => "glob",
        };
        List<Expression> arguments = [BindExpression(like.Operand, context), BindExpression(like.Pattern, context)];
        if (like.Escape is { } escape)
        {
            arguments.Add(BindExpression(escape, context));
        }

        return Negate(BindOperator(function, arguments, like.Position), like.Negated);
    }

    Expression BindInList(InListExpression list, ExpressionContext context)
    {
        if (list.Operand is RowExpression row)
        {
            Expression[] left = BindRow(row, context);
            ValueList<Expression> matches = list.Items.Select(i => CompareRows(ComparisonOperator.Equal, left, BindRow(i, context), "IN", i.Position)).ToValueList();
            return Negate(matches.Count == 1 ? matches[0] : matches.Count == 0 ? Literals.False : new LogicalExpression(IsAnd: false, matches), list.Negated);
        }

        Expression operand = BindExpression(list.Operand, context);
        Expression[] items = [.. list.Items.Select(i => BindExpression(i, context))];

        // IN (@ids) with an array: membership in the array's values.
        if (items is [{ Type.Kind: SqlTypeKind.List } array] && operand.Type.Kind != SqlTypeKind.List)
        {
            return Negate(Contains(array, operand, list.Position), list.Negated);
        }

        SourcePosition[] places = [list.Operand.Position, .. list.Items.Select(i => i.Position)];
        Expression[]? narrow = IsConstant(operand) ? null : NarrowAll(items, operand.Type);
        if (narrow is not null)
        {
            return new BoundInList(operand, narrow.ToValueList(), list.Negated);
        }

        Expression[] unified = UnifyAll([operand, .. items], "IN", places);
        return new BoundInList(unified[0], unified.Skip(1).ToValueList(), list.Negated);
    }

    static Expression[]? NarrowAll(Expression[] items, SqlType type)
    {
        var narrow = new Expression[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i].Type == type)
            {
                narrow[i] = items[i];
            }
            else if (TryNarrow(items[i], type) is { } converted)
            {
                narrow[i] = converted;
            }
            else
            {
                return null;
            }
        }

        return narrow;
    }

    CallExpression Contains(Expression array, Expression operand, SourcePosition position)
    {
        SqlType element = array.Type.Element!;
        Expression needle = IsUntyped(operand) ? Cast(operand, element, position) : operand;
        SqlType common = CommonType(element, needle.Type, "IN", position);
        return BindOperator("list_contains", [Cast(array, SqlType.List(common), position), Cast(needle, common, position)], position);
    }

    BoundCase BindCase(CaseExpressionSyntax written, ExpressionContext context)
    {
        Expression? operand = written.Operand is null ? null : BindExpression(written.Operand, context);
        ValueList<Expression> conditions = written.Whens.Select(w => operand is null
            ? BindCondition(w.When, context, "a condition of CASE")
            : Compare(ComparisonOperator.Equal, operand, BindExpression(w.When, context), "CASE", w.When.Position)).ToValueList();
        Expression[] results =
        [
            .. written.Whens.Select(w => BindExpression(w.Then, context)),
            written.Else is null ? Literals.Null : BindExpression(written.Else, context),
        ];
        SourcePosition[] places = [.. written.Whens.Select(w => w.Then.Position), written.Else?.Position ?? written.Position];
        Expression[] unified = UnifyAll(results, "CASE", places);
        return new BoundCase(conditions, unified[..^1].ToValueList(), unified[^1]);
    }

    Expression BindCast(CastExpressionSyntax cast, ExpressionContext context)
    {
        Expression operand = BindExpression(cast.Operand, context);
        return Cast(operand, ParseType(cast.Type), cast.Position, cast.Try);
    }

    Expression BindArray(ArrayExpression array, ExpressionContext context)
    {
        Expression[] items = [.. array.Items.Select(i => BindExpression(i, context))];
        SourcePosition[] places = [.. array.Items.Select(i => i.Position)];
        Expression[] unified = UnifyAll(items, "an array", places);
        Expression call = BindOperator("list_value", unified, array.Position);
        return unified.All(i => i is ConstantExpression) ? Fold(call, array.Position) : call;
    }

    CallExpression BindSubscript(SubscriptExpression subscript, ExpressionContext context)
    {
        Expression operand = BindExpression(subscript.Operand, context);
        Expression Bound(SqlExpression? written) => written is null
            ? new ConstantExpression(ScalarValue.NullOf(SqlType.BigInt))
            : Coerce(BindExpression(written, context), SqlType.BigInt, "a subscript", written.Position);
        return subscript.IsSlice
            ? BindOperator("list_slice", [operand, Bound(subscript.Low), Bound(subscript.High)], subscript.Position)
            : BindOperator("list_extract", [operand, Bound(subscript.Low)], subscript.Position);
    }

    static Expression Negate(Expression condition, bool negated) => (condition, negated) switch
    {
        (_, false) => condition,
        (NotExpression not, true) => not.Operand,
        _ => new NotExpression(condition),
    };
}
