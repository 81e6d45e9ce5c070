using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Joins by equal keys: hashes the whole right input, then streams the left one past it.</summary>
internal sealed class HashJoinOperator(LogicalJoinKind kind, PhysicalOperator left, PhysicalOperator right, JoinKeys keys, Expression condition, PlanSchema schema)
    : PhysicalOperator(schema, left, right)
{
    // Only joins that drop rows without a partner have anything to say to a scan.
    readonly ProbedScans probed = kind is LogicalJoinKind.Inner or LogicalJoinKind.Semi or LogicalJoinKind.Right ? ProbedScans.Of(keys.Keys, left) : ProbedScans.None;

    public override (TableScanOperator Scan, int Column)? Origin(int column) =>
        column < Children[0].Schema.Count
            ? kind is LogicalJoinKind.Right or LogicalJoinKind.Full ? null : Children[0].Origin(column)
            : kind == LogicalJoinKind.Inner ? Children[1].Origin(column - Children[0].Schema.Count) : null;

    /// <summary>Right and full joins must know in the end which right rows no left row at all has met.</summary>
    public override IReadOnlyList<TableScanOperator> Streams =>
        kind is not (LogicalJoinKind.Right or LogicalJoinKind.Full) && ExpressionColumns.MayRunInParts(condition) ? Children[0].Streams : [];

    public override bool Share(SharedBuilds shared, ExecutionContext context)
    {
        var lease = new MemoryLease(context.Memory, context.Metrics?.For(this));
        shared.Own(lease);
        using BatchReader? reader = OpenLimited(context);
        if (ReadBuild(reader, [], lease, context) is not { } build)
        {
            return false;
        }

        shared.Add(this, build);
        return Children[0].Share(shared, context);
    }

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        using var lease = new MemoryLease(context.Memory, context.Metrics?.For(this));
        HashBuild? build = context.Piece?.Shared.Find(this) as HashBuild;
        if (build is null)
        {
            var read = new List<ColumnBatch>();
            using BatchReader? reader = OpenLimited(context);
            build = ReadBuild(reader, read, lease, context);
            if (build is null)
            {
                foreach (ColumnBatch output in JoinPartitions(read, reader!, lease, context))
                {
                    yield return output;
                }

                yield break;
            }
        }

        if (build.Rows.Count == 0 && kind is LogicalJoinKind.Inner or LogicalJoinKind.Semi or LogicalJoinKind.Right)
        {
            yield break;
        }

        using BatchReader leftReader = Children[0].Open(context);
        foreach (ColumnBatch output in Join(build, leftReader, context))
        {
            yield return output;
        }
    }

    IEnumerable<ColumnBatch> Join(HashBuild build, BatchReader leftReader, ExecutionContext context)
    {
        ColumnBatch rightRows = build.Rows;
        var candidates = new HashCandidates(keys.Keys, build);
        var assembler = new JoinAssembler(kind, keys.Residual, rightRows, context);
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
    /// Shares both inputs out by their keys, and joins the parts that belong together: the build side is too large for memory as a whole.
    /// </summary>
    IEnumerable<ColumnBatch> JoinPartitions(List<ColumnBatch> read, BatchReader rest, MemoryLease lease, ExecutionContext context)
    {
        OperatorMetrics? metrics = context.Metrics?.For(this);
        using var right = new SpillPartitions(Children[1].Schema, 0, context, metrics);
        using var left = new SpillPartitions(Children[0].Schema, 0, context, metrics);
        Evaluator[] rightKeys = ExpressionCompiler.CompileAll(keys.Keys.Select(k => k.Right));
        foreach (ColumnBatch batch in read)
        {
            right.Add(batch, InputRows.Columns(rightKeys, batch, context));
        }

        read.Clear();
        lease.Clear();
        while (rest.Next() is { } batch)
        {
            right.Add(batch, InputRows.Columns(rightKeys, batch, context));
        }

        Evaluator[] leftKeys = ExpressionCompiler.CompileAll(keys.Keys.Select(k => k.Left));
        using (BatchReader leftReader = Children[0].Open(context))
        {
            while (leftReader.Next() is { } batch)
            {
                left.Add(batch, InputRows.Columns(leftKeys, batch, context));
            }
        }

        for (int i = 0; i < right.Count; i++)
        {
            context.ThrowIfCancelled();
            using var rightReader = new EnumeratedReader(right[i].Read());
            using var leftReader = new EnumeratedReader(left[i].Read());
            var build = new HashBuild(keys.Keys, InputRows.ReadAll(rightReader, Children[1].Schema), IsExistence, context);
            foreach (ColumnBatch output in Join(build, leftReader, context))
            {
                yield return output;
            }
        }
    }

    /// <summary>One of several equal right rows is enough.</summary>
    bool IsExistence => keys.Residual is null && kind is LogicalJoinKind.Semi or LogicalJoinKind.Anti or LogicalJoinKind.Mark;

    /// <summary>The right input where memory is counted. What a mark join says of a row depends on all right rows, so that it cannot be done in parts.</summary>
    BatchReader? OpenLimited(ExecutionContext context) => context.Memory.IsLimited && kind != LogicalJoinKind.Mark ? Children[1].Open(context) : null;

    /// <summary>Reads the build side and tells the scans; null when memory does not suffice, then <paramref name="read"/> has what was read so far.</summary>
    HashBuild? ReadBuild(BatchReader? reader, List<ColumnBatch> read, MemoryLease lease, ExecutionContext context)
    {
        HashBuild? build = null;
        if (reader is null)
        {
            build = new HashBuild(keys.Keys, InputRows.ReadAll(Children[1], context), IsExistence, context);
            lease.Note(Storage.SegmentWriter.SizeOf(build.Rows));
        }
        else if (InputRows.TryRead(reader, read, lease))
        {
            build = new HashBuild(keys.Keys, read.Count == 0 ? InputRows.Empty(Children[1].Schema) : TakeKernels.Concat(read), IsExistence, context);
        }

        probed.Tell(this, build, context);
        return build;
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
