using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;
using Jammi.Sql.VectorIndexes.Search;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// <c>ORDER BY cosine_similarity(v, q) DESC LIMIT k</c>, and its like by other measures, reads only the rows of v's table that its search codes cannot rule out. What filters
/// and joins leave out is known to the search beforehand. The answer is that of sorting everything: the rows read are proven to hold the k best, and the ordering
/// above is done as it was written.
/// </summary>
internal sealed class VectorIndexUse : IOptimizerRule
{
    /// <summary>Smaller tables are sorted as they are.</summary>
    const int MinimumRows = 1000;

    public string Name => "vector index use";

    public LogicalPlan Rewrite(LogicalPlan plan) => plan.Transform(node => node is LogicalTopN top ? Use(top) : node);

    static LogicalTopN Use(LogicalTopN top)
    {
        SortKey key = top.Keys[0];
        if (ScanPath.Follow(top.Input, key.Expression) is not { Expression: CallExpression { Arguments: [var left, var right] } call } path
            || path.Scan.Table.RowCount < MinimumRows
            || MeasureOf(call.Function.Name, key.Descending) is not { } measure)
        {
            return top;
        }

        (ColumnExpression? vector, Expression query) = VectorColumn(left) is { } first ? (first, right) : (VectorColumn(right), left);
        if (vector is not { } column
            || ExpressionColumns.Of(query).Count > 0
            || ExpressionColumns.IsVolatile(query)
            || ExpressionColumns.IsVolatile(top.Limit))
        {
            return top;
        }

        LogicalScan scan = path.Scan;
        var candidates = new CandidateRowsSource(scan.Table, scan.Projection, scan.Projection[column.Index], measure, key.NullsFirst);
        ValueList<Expression> arguments = top.Offset is { } offset ? [query, top.Limit, offset] : [query, top.Limit];
        return top with { Input = path.Replace(LogicalTableFunction.Create("nearest_rows", candidates, scan.Schema, arguments, path.Filters ? [path.RowIds()] : [])) };
    }

    /// <summary>The stored column that an argument is, which one of halves is under the conversion to floats.</summary>
    static ColumnExpression? VectorColumn(Expression argument) => argument switch
    {
        ColumnExpression { Type.Kind: SqlTypeKind.Vector } column => column,
        CastExpression { Operand: ColumnExpression { Type.Kind: SqlTypeKind.HalfVector } column, Target.Kind: SqlTypeKind.Vector } => column,
        _ => null,
    };

    /// <summary>The measure that an ordering by a function ranks by; null when it ranks by none, or the farthest first.</summary>
    static VectorMeasure? MeasureOf(string function, bool descending) => (function, descending) switch
    {
        ("cosine_similarity", true) or ("cosine_distance" or "<=>", false) => VectorMeasure.Cosine,
        ("dot_product", true) or ("<#>", false) => VectorMeasure.DotProduct,
        ("l2_distance" or "<->", false) => VectorMeasure.Euclidean,
        _ => null,
    };
}
