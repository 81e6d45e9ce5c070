using System.Globalization;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Operators;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes.SimilarityJoins;

/// <summary>
/// Joins rows whose vectors are near each other up to a limit. Which pairs may is found by <see cref="SimilarCandidates"/>; these are tested as in any join, so that the result is
/// that of testing every pair.
/// </summary>
internal sealed class SimilarityJoinOperator(LogicalJoinKind kind, PhysicalOperator left, PhysicalOperator right, SimilarityCondition similarity, Expression condition, PlanSchema schema)
    : PhysicalOperator(schema, left, right)
{
    /// <summary>Mark and Single joins must know what a NULL means: they test every pair.</summary>
    public static bool CanJoin(LogicalJoinKind kind) => kind is not (LogicalJoinKind.Mark or LogicalJoinKind.Single);

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        ColumnBatch rightRows;
        using (BatchReader reader = Children[1].Open(context))
        {
            rightRows = InputRows.ReadAll(reader, Children[1].Schema);
        }

        if (rightRows.Count == 0 && kind is LogicalJoinKind.Inner or LogicalJoinKind.Semi or LogicalJoinKind.Right)
        {
            yield break;
        }

        var candidates = new SimilarCandidates(similarity, Least(context), rightRows, context, context.Metrics?.For(this));
        var assembler = new JoinAssembler(kind, condition, rightRows, context);
        using BatchReader leftReader = Children[0].Open(context);
        while (leftReader.Next() is { } batch)
        {
            foreach (ColumnBatch output in assembler.Join(batch, candidates, unknown: null))
            {
                yield return output;
            }
        }

        foreach (ColumnBatch output in assembler.UnmatchedRight(Children[0].Schema))
        {
            yield return output;
        }
    }

    /// <summary>Pairs below this do not join; all when the limit is NULL or NaN, which decides the condition for every pair alike.</summary>
    float Least(ExecutionContext context)
    {
        ScalarValue limit = ConstantEvaluator.Evaluate(similarity.Limit, context);
        double least = limit.IsNull ? double.NaN : similarity.LeastFor(Convert.ToDouble(limit.ToObject(), CultureInfo.InvariantCulture));
        return double.IsNaN(least) ? float.MinValue : Math.Max(float.MinValue, MathF.BitDecrement((float)least));
    }
}
