using Jammi.Sql.Expressions;
using Jammi.Sql.VectorIndexes.Search;

namespace Jammi.Sql.VectorIndexes.SimilarityJoins;

/// <summary>
/// That a vector of the left side and one of the right side are near by some measure, up to a limit: what <c>cosine_similarity(a.v, b.v) &gt; 0.9</c>,
/// <c>a.v &lt;-&gt; b.v &lt; 2</c> and their like say, and what is compared before the condition as it was written.
/// </summary>
/// <param name="Right">Over the right side's own columns.</param>
/// <param name="Limit">Without columns.</param>
/// <param name="Form">How the limit is meant.</param>
internal sealed record SimilarityCondition(Expression Left, Expression Right, Expression Limit, VectorMeasure Measure, LimitForm Form)
{
    /// <summary>The function that measures, and how a limit of it is meant; null for functions that are no measures.</summary>
    static (VectorMeasure Measure, LimitForm Form)? MeasureOf(string function) => function switch
    {
        "cosine_similarity" => (VectorMeasure.Cosine, LimitForm.Least),
        "cosine_distance" or "<=>" => (VectorMeasure.Cosine, LimitForm.MostOfOneLess),
        "dot_product" => (VectorMeasure.DotProduct, LimitForm.Least),
        "<#>" => (VectorMeasure.DotProduct, LimitForm.MostOfNegative),
        "l2_distance" or "<->" => (VectorMeasure.Euclidean, LimitForm.MostOfDistance),
        _ => null,
    };

    /// <summary>The limit as one that the similarity must reach: the cosine, the product, or minus half the squared distance.</summary>
    public double LeastFor(double limit) => Form switch
    {
        LimitForm.Least => limit,
        LimitForm.MostOfOneLess => 1 - limit,
        LimitForm.MostOfNegative => -limit,
        _ => limit < 0 ? double.PositiveInfinity : -(limit * limit) / 2,
    };

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
        return larger is CallExpression similarity && MeasureOf(similarity.Function.Name) is { Form: LimitForm.Least } near ? Sides(similarity, smaller, near.Measure, near.Form, leftColumns)
            : smaller is CallExpression distance && MeasureOf(distance.Function.Name) is { Form: not LimitForm.Least } far ? Sides(distance, larger, far.Measure, far.Form, leftColumns)
            : null;
    }

    static SimilarityCondition? Sides(CallExpression call, Expression limit, VectorMeasure measure, LimitForm form, int leftColumns)
    {
        if (call.Arguments is not [var a, var b] || !limit.Type.IsNumeric || ExpressionColumns.Of(limit).Count > 0)
        {
            return null;
        }

        (Expression left, Expression right) = ExpressionColumns.Of(a).All(c => c < leftColumns) ? (a, b) : (b, a);
        return IsSide(left, c => c < leftColumns) && IsSide(right, c => c >= leftColumns)
            ? new(left, ExpressionColumns.Shift(right, -leftColumns), limit, measure, form)
            : null;
    }

    static bool IsSide(Expression expression, Func<int, bool> column)
    {
        ColumnSet columns = ExpressionColumns.Of(expression);
        return columns.Count > 0 && columns.All(column);
    }

    /// <summary>A REAL compared with a DOUBLE is first made one, which changes no value.</summary>
    static Expression WithoutWidening(Expression expression) =>
        expression is CastExpression { Target.Kind: Types.SqlTypeKind.Double, Operand: CallExpression { Type.Kind: Types.SqlTypeKind.Real } call } ? call : expression;
}

/// <summary>What the limit of a measure says.</summary>
internal enum LimitForm
{
    /// <summary>The similarity is at least the limit.</summary>
    Least,

    /// <summary>1 less the similarity is at most the limit.</summary>
    MostOfOneLess,

    /// <summary>The negative similarity is at most the limit.</summary>
    MostOfNegative,

    /// <summary>The distance is at most the limit.</summary>
    MostOfDistance,
}
