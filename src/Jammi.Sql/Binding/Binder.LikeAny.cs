using Jammi.Sql.Expressions;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>LIKE ANY and LIKE ALL, and their kin: alternatives over written patterns, or the question whether TRUE is among the answers for patterns that only the run knows.</summary>
internal sealed partial class Binder
{
    Expression BindQuantifiedLike(QuantifiedLikeExpression like, ExpressionContext context)
    {
        if (like.Query is { } query)
        {
            return BindPatternRows(like, new DerivedTable(query, Lateral: false, PatternAlias, like.Position), context);
        }

        IReadOnlyList<SqlExpression> patterns = like.Patterns is [ArrayExpression array] ? array.Items : like.Patterns;
        if (patterns.Count == 0)
        {
            return BindExpression(new LiteralExpression(LiteralKind.Boolean, like.IsAll, like.Position), context);
        }

        if (patterns is [var only] && like.Patterns is not [ArrayExpression] && BindExpression(only, context).Type.Kind == SqlTypeKind.List)
        {
            var call = new FunctionCallExpression(["unnest"], [new FunctionArgument(null, only)], false, [], null, false, null, like.Position);
            return BindPatternRows(like, new TableFunctionReference(call, Lateral: true, WithOrdinality: false, PatternAlias, like.Position), context);
        }

        ValueList<Expression> answers = patterns.Select(p => BindLike(new LikeExpression(like.Kind, like.Operand, p, null, like.Negated, p.Position), context)).ToValueList();
        return answers.Count == 1 ? answers[0] : new LogicalExpression(like.IsAll, answers);
    }

    /// <summary>A name that nobody writes, so that it hides none in the operand.</summary>
    static TableAlias PatternAlias { get; } = new("like pattern", ["like pattern"]);

    /// <summary><c>TRUE = ANY (SELECT operand LIKE pattern FROM patterns)</c>, which is right about NULL too.</summary>
    Expression BindPatternRows(QuantifiedLikeExpression like, TableReference patterns, ExpressionContext context)
    {
        var pattern = new NameExpression([PatternAlias.Name, PatternAlias.Columns[0]], like.Position);
        var answer = new LikeExpression(like.Kind, like.Operand, pattern, null, like.Negated, like.Position);
        var select = new SelectBody(false, [], [new SelectItem(answer, null)], patterns, null, null, null, [], null, like.Position);
        var rows = new QueryExpression(null, select, [], null, null, false, like.Position);
        return BindQuantified(new QuantifiedExpression(new LiteralExpression(LiteralKind.Boolean, true, like.Position), "=", like.IsAll, rows, null, like.Position), context);
    }
}
