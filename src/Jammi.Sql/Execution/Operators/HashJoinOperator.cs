using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Joins by equal keys: hashes the whole right input, then streams the left one past it.</summary>
internal sealed class HashJoinOperator(LogicalJoinKind kind, PhysicalOperator left, PhysicalOperator right, JoinKeys keys, Expression condition, PlanSchema schema)
    : PhysicalOperator(schema, left, right)
{
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

        bool existence = keys.Residual is null && kind is LogicalJoinKind.Semi or LogicalJoinKind.Anti or LogicalJoinKind.Mark;
        var candidates = new HashCandidates(keys.Keys, rightRows, existence, context);
        var assembler = new JoinAssembler(kind, keys.Residual, rightRows, context);
        using BatchReader leftReader = Children[0].Open(context);
        while (leftReader.Next() is { } batch)
        {
            foreach (ColumnBatch output in assembler.Join(batch, candidates, matched => Unknown(matched, batch, rightRows, candidates, context)))
            {
                yield return output;
            }
        }

        foreach (ColumnBatch output in assembler.UnmatchedRight(Children[0].Schema))
        {
            yield return output;
        }
    }

    /// <summary>
    /// The unmatched left rows for which the condition is NULL for some right row because of a NULL key. With the key as the whole condition that is any
    /// NULL on either side; otherwise the condition itself is asked, for pairs with a NULL key only.
    /// </summary>
    bool[] Unknown(bool[] matched, ColumnBatch left, ColumnBatch rightRows, HashCandidates candidates, ExecutionContext context)
    {
        var unknown = new bool[matched.Length];
        bool[] rightJoinable = candidates.RightJoinable;
        bool rightHasNull = rightJoinable.AsSpan().Contains(false);
        ColumnBatch? rightWithNull = null;
        Evaluator? test = null;
        for (int row = 0; row < matched.Length; row++)
        {
            bool leftHasNull = candidates.LeftJoinable.Length > 0 && !candidates.LeftJoinable[row];
            if (matched[row] || rightRows.Count == 0 || (!leftHasNull && !rightHasNull))
            {
                continue;
            }

            if (keys.Keys.Count == 1 && keys.Residual is null)
            {
                unknown[row] = true;
                continue;
            }

            rightWithNull ??= TakeKernels.Take(rightRows, [.. Enumerable.Range(0, rightJoinable.Length).Where(i => !rightJoinable[i])]);
            test ??= ExpressionCompiler.Compile(condition);
            unknown[row] = IsNullForSome(test, TakeKernels.Slice(left, row, 1), leftHasNull ? rightRows : rightWithNull, context);
        }

        return unknown;
    }

    static bool IsNullForSome(Evaluator test, ColumnBatch leftRow, ColumnBatch rightRows, ExecutionContext context)
    {
        foreach (ColumnBatch piece in InputRows.InPieces(rightRows, context))
        {
            var pairs = new ColumnBatch([.. leftRow.Columns.Select(c => TakeKernels.Repeat(c, piece.Count)), .. piece.Columns], piece.Count);
            ColumnarValue truth = test.Evaluate(pairs, context);
            for (int i = 0; i < piece.Count; i++)
            {
                if (Cells.IsNull(truth.Array, truth.IndexOf(i)))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
