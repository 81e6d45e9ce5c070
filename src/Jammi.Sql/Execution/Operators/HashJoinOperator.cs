using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Joins by equal keys: hashes the whole right input, then streams the left one past it.</summary>
internal sealed class HashJoinOperator(LogicalJoinKind kind, PhysicalOperator left, PhysicalOperator right, JoinKeys keys, Expression condition, PlanSchema schema)
    : PhysicalOperator(schema, left, right)
{
    // The scans that rows of the probe side come from, for each key that is a column there.
    readonly (int Key, TableScanOperator Scan, int Column)[] origins = Origins(kind, left, keys);

    public override (TableScanOperator Scan, int Column)? Origin(int column) =>
        column < Children[0].Schema.Count
            ? kind is LogicalJoinKind.Right or LogicalJoinKind.Full ? null : Children[0].Origin(column)
            : kind == LogicalJoinKind.Inner ? Children[1].Origin(column - Children[0].Schema.Count) : null;

    /// <summary>Right and full joins must know in the end which right rows no left row at all has met.</summary>
    public override TableScanOperator? Stream =>
        kind is not (LogicalJoinKind.Right or LogicalJoinKind.Full) && ExpressionColumns.MayRunInParts(condition) ? Children[0].Stream : null;

    public override void Share(SharedBuilds shared, ExecutionContext context)
    {
        shared.Add(this, Build(context));
        Children[0].Share(shared, context);
    }

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        HashBuild build = context.Piece?.Shared.Find(this) as HashBuild ?? Build(context);
        ColumnBatch rightRows = build.Rows;
        if (rightRows.Count == 0 && kind is LogicalJoinKind.Inner or LogicalJoinKind.Semi or LogicalJoinKind.Right)
        {
            yield break;
        }

        var candidates = new HashCandidates(keys.Keys, build);
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

    HashBuild Build(ExecutionContext context)
    {
        bool existence = keys.Residual is null && kind is LogicalJoinKind.Semi or LogicalJoinKind.Anti or LogicalJoinKind.Mark;
        var build = new HashBuild(keys.Keys, InputRows.ReadAll(Children[1], context), existence, context);
        foreach ((int key, TableScanOperator scan, int column) in origins)
        {
            context.JoinFilters.Set(scan, column, this, key, JoinFilter.Create(build.Keys[key], build.Joinable, scan.RowCount));
        }

        return build;
    }

    /// <summary>Only joins that drop rows without a partner have anything to say to a scan.</summary>
    static (int Key, TableScanOperator Scan, int Column)[] Origins(LogicalJoinKind kind, PhysicalOperator left, JoinKeys keys)
    {
        if (kind is not (LogicalJoinKind.Inner or LogicalJoinKind.Semi or LogicalJoinKind.Right))
        {
            return [];
        }

        var found = new List<(int Key, TableScanOperator Scan, int Column)>();
        for (int k = 0; k < keys.Keys.Count; k++)
        {
            if (keys.Keys[k] is { NullsMatch: false, Left: ColumnExpression column } && left.Origin(column.Index) is var (scan, origin))
            {
                found.Add((k, scan, origin));
            }
        }

        return [.. found];
    }

    /// <summary>
    /// The unmatched left rows for which the condition is NULL for some right row because of a NULL key. With the key as the whole condition that is any
    /// NULL on either side; otherwise the condition itself is asked, for pairs with a NULL key only.
    /// </summary>
    bool[] Unknown(bool[] matched, ColumnBatch left, ColumnBatch rightRows, HashCandidates candidates, ExecutionContext context)
    {
        var unknown = new bool[matched.Length];
        bool[] rightJoinable = candidates.Build.Joinable;
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
