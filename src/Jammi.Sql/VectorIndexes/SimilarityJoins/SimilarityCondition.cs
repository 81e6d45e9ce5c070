using Jammi.Sql.Expressions;

namespace Jammi.Sql.VectorIndexes.SimilarityJoins;

/// <summary>
/// That the cosine of a vector of the left side and one of the right side is at least <see cref="Least"/> (or 1 - <see cref="Least"/>, where it is written as a distance):
/// what <c>cosine_similarity(a.v, b.v) &gt; 0.9</c> and its like say, and what is compared before the condition as it was written.
/// </summary>
/// <param name="Right">Over the right side's own columns.</param>
/// <param name="Least">Without columns.</param>
internal sealed record SimilarityCondition(Expression Left, Expression Right, Expression Least, bool IsDistance)
{
    /// <summary>The first such part of a join's condition; null when it has none.</summary>
    public static SimilarityCondition? Of(Expression? condition, int leftColumns) =>
        Conjuncts.Split(condition).Select(part => Read(part, leftColumns)).FirstOrDefault(found => found is not null);

    static SimilarityCondition? Read(Expression part, int leftColumns)
    {
        if (part is not ComparisonExpression comparison || ExpressionColumns.IsVolatile(part))
        {
            return null;
        }

        return comparison.Operator switch
        {
            ComparisonOperator.Greater or ComparisonOperator.GreaterOrEqual => Read(comparison.Left, comparison.Right, leftColumns),
            ComparisonOperator.Less or ComparisonOperator.LessOrEqual => Read(comparison.Right, comparison.Left, leftColumns),
            _ => null,
        };
    }

    /// <summary>Whether <paramref name="larger"/> is at least <paramref name="smaller"/> can be put this way.</summary>
    static SimilarityCondition? Read(Expression larger, Expression smaller, int leftColumns)
    {
        (larger, smaller) = (WithoutWidening(larger), WithoutWidening(smaller));
        return larger is CallExpression { Function.Name: "cosine_similarity" } similarity && ExpressionColumns.Of(smaller).Count == 0 ? Sides(similarity, smaller, isDistance: false, leftColumns)
            : smaller is CallExpression { Function.Name: "cosine_distance" or "<=>" } distance && ExpressionColumns.Of(larger).Count == 0 ? Sides(distance, larger, isDistance: true, leftColumns)
            : null;
    }

    static SimilarityCondition? Sides(CallExpression call, Expression least, bool isDistance, int leftColumns)
    {
        if (call.Arguments is not [var a, var b] || !least.Type.IsNumeric)
        {
            return null;
        }

        (Expression left, Expression right) = ExpressionColumns.Of(a).All(c => c < leftColumns) ? (a, b) : (b, a);
        return IsSide(left, c => c < leftColumns) && IsSide(right, c => c >= leftColumns)
            ? new(left, ExpressionColumns.Shift(right, -leftColumns), least, isDistance)
            : null;
    }

    static bool IsSide(Expression expression, Func<int, bool> column)
    {
        SortedSet<int> columns = ExpressionColumns.Of(expression);
        return columns.Count > 0 && columns.All(column);
    }

    /// <summary>A REAL compared with a DOUBLE is first made one, which changes no value.</summary>
    static Expression WithoutWidening(Expression expression) =>
        expression is CastExpression { Target.Kind: Types.SqlTypeKind.Double, Operand: CallExpression { Type.Kind: Types.SqlTypeKind.Real } call } ? call : expression;
}
