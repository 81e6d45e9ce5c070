using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Joins by equal keys: hashes the whole right input, then streams the left one past it.</summary>
internal sealed class HashJoinOperator(LogicalJoinKind kind, PhysicalOperator left, PhysicalOperator right, JoinKeys keys, Expression condition, PlanSchema schema)
    : PhysicalOperator(schema, left, right)
{
    // Only joins that drop rows without a partner have anything to say to a scan.
    readonly ProbedScans probed = kind is LogicalJoinKind.Inner or LogicalJoinKind.Semi or LogicalJoinKind.Right ? ProbedScans.Of(keys.Keys, left) : ProbedScans.None;

    /// <summary>A partition as small as this is joined wherever the memory comes from.</summary>
    const long MinimumPartitionBytes = 1 << 18;

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
        (HashBuild? build, SpilledJoin? spilled) = ReadRight(lease, context);
        if (build is not null)
        {
            shared.Add(this, build);
            return Children[0].Share(shared, context);
        }

        shared.Own(spilled!);
        shared.Add(this, spilled!);
        shared.Partitions = (this, spilled!.Count);
        return true;
    }

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        using var lease = new MemoryLease(context.Memory, context.Metrics?.For(this));
        object? made = context.Piece?.Shared.Find(this);
        if (made is SpilledJoin shared)
        {
            foreach (ColumnBatch output in JoinPartition(shared.Right(context.Piece!.Partition), shared.Left(context.Piece.Partition), 0, long.MaxValue, context))
            {
                yield return output;
            }

            yield break;
        }

        var build = made as HashBuild;
        if (build is null)
        {
            (build, SpilledJoin? spilled) = ReadRight(lease, context);
            if (build is null)
            {
                using (spilled)
                {
                    for (int i = 0; i < spilled!.Count; i++)
                    {
                        foreach (ColumnBatch output in JoinPartition(spilled.Right(i), spilled.Left(i), 0, long.MaxValue, context))
                        {
                            yield return output;
                        }
                    }
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

    /// <summary>Joins the parts of both inputs that have their keys in common. One that is still too large for memory is shared out once more, if that has made the last one smaller.</summary>
    IEnumerable<ColumnBatch> JoinPartition(SpillFile right, SpillFile left, int level, long before, ExecutionContext context)
    {
        context.ThrowIfCancelled();
        OperatorMetrics? metrics = context.Metrics?.For(this);
        using var lease = new MemoryLease(context.Memory, metrics);
        long bytes = 2 * right.Bytes;
        if (!lease.TryGrow(bytes))
        {
            if (level < SpillPartitions.MostLevels && right.Bytes > MinimumPartitionBytes && right.Bytes < before / 4 * 3)
            {
                using var rights = new SpillPartitions(Children[1].Schema, level + 1, context, metrics);
                using var lefts = new SpillPartitions(Children[0].Schema, level + 1, context, metrics);
                ShareOut(right, rights, [.. keys.Keys.Select(k => k.Right)], context);
                ShareOut(left, lefts, [.. keys.Keys.Select(k => k.Left)], context);
                for (int i = 0; i < rights.Count; i++)
                {
                    foreach (ColumnBatch output in JoinPartition(rights[i], lefts[i], level + 1, right.Bytes, context))
                    {
                        yield return output;
                    }
                }

                yield break;
            }

            // Rows that were shared out as often as that probably share their key.
            foreach (ColumnBatch output in JoinInParts(right, left, lease, context))
            {
                yield return output;
            }

            yield break;
        }

        using var rightReader = new EnumeratedReader(right.Read());
        using var leftReader = new EnumeratedReader(left.Read());
        var build = new HashBuild(keys.Keys, InputRows.ReadAll(rightReader, Children[1].Schema), IsExistence, context);
        foreach (ColumnBatch output in Join(build, leftReader, context))
        {
            yield return output;
        }
    }

    /// <summary>Joins a part of the right rows after the other, as many as fit, each with all left rows.</summary>
    IEnumerable<ColumnBatch> JoinInParts(SpillFile right, SpillFile left, MemoryLease lease, ExecutionContext context)
    {
        var matched = new List<bool[]>();
        JoinAssembler? assembler = null;
        foreach (ColumnBatch rows in Parts(right, lease, context))
        {
            var build = new HashBuild(keys.Keys, rows, IsExistence, context);
            var candidates = new HashCandidates(keys.Keys, build);
            assembler = new JoinAssembler(kind, keys.Residual, rows, context);
            int number = 0;
            foreach (ColumnBatch batch in left.Read())
            {
                if (number == matched.Count)
                {
                    lease.Grow(batch.Count);
                    matched.Add(new bool[batch.Count]);
                }

                foreach (ColumnBatch output in assembler.JoinPart(batch, candidates, matched[number++]))
                {
                    yield return output;
                }
            }

            foreach (ColumnBatch output in assembler.UnmatchedRight(Children[0].Schema))
            {
                yield return output;
            }
        }

        int last = 0;
        foreach (ColumnBatch batch in left.Read())
        {
            if (assembler!.Rest(batch, matched[last++]) is { } output)
            {
                yield return output;
            }
        }
    }

    static IEnumerable<ColumnBatch> Parts(SpillFile right, MemoryLease lease, ExecutionContext context)
    {
        var part = new List<ColumnBatch>();
        long held = 0;
        foreach (ColumnBatch batch in right.Read())
        {
            // Put together they are there twice for a moment.
            long bytes = 2 * Storage.Segments.SegmentWriter.SizeOf(batch);
            if (!lease.TryGrow(bytes))
            {
                if (held >= MinimumPartitionBytes)
                {
                    yield return InputRows.Concat(part, context);
                    part.Clear();
                    lease.Shrink(held);
                    held = 0;
                }

                lease.Grow(bytes);
            }

            held += bytes;
            part.Add(batch);
        }

        yield return InputRows.Concat(part, context);
    }

    static void ShareOut(SpillFile rows, SpillPartitions partitions, ValueList<Expression> keys, ExecutionContext context)
    {
        Evaluator[] evaluators = ExpressionCompiler.CompileAll(keys);
        foreach (ColumnBatch batch in rows.Read())
        {
            context.ThrowIfCancelled();
            partitions.Add(batch, InputRows.Columns(evaluators, batch, context));
        }
    }

    /// <summary>Joins left rows that have gone to files already.</summary>
    public IEnumerable<ColumnBatch> JoinFiles(SpillingRows left, ExecutionContext context)
    {
        OperatorMetrics? metrics = context.Metrics?.For(this);
        using var lease = new MemoryLease(context.Memory, metrics);
        using SpillingRows right = SpillingRows.Read(Children[1], [.. keys.Keys.Select(k => k.Right)], lease, context, metrics, toFiles: true);
        var work = new PartitionWork(Schema, (i, own) => JoinPartition(right.Files![i], left.Files![i], 0, long.MaxValue, own), context, metrics);
        foreach (ColumnBatch output in work.Run(left.Files!.Count, ExpressionColumns.MayRunInParts(condition) ? context.FreeThreads : 1))
        {
            yield return output;
        }
    }

    /// <summary>One of several equal right rows is enough.</summary>
    bool IsExistence => keys.Residual is null && kind is LogicalJoinKind.Semi or LogicalJoinKind.Anti or LogicalJoinKind.Mark;

    /// <summary>
    /// Reads the build side and tells the scans; when memory does not suffice, shares both inputs out among files instead. What a mark join says of a row depends on all right rows, so
    /// that it cannot be done in parts.
    /// </summary>
    (HashBuild? Build, SpilledJoin? Spilled) ReadRight(MemoryLease lease, ExecutionContext context)
    {
        ColumnBatch rows;
        if (!context.Memory.IsLimited || kind == LogicalJoinKind.Mark)
        {
            rows = InputRows.ReadHeld(Children[1], lease, "what a value is tested to be IN or NOT IN is held as a whole. Write EXISTS or NOT EXISTS, which goes on in files.", context);
        }
        else
        {
            OperatorMetrics? metrics = context.Metrics?.For(this);
            SpillingRows right = SpillingRows.Read(Children[1], [.. keys.Keys.Select(k => k.Right)], lease, context, metrics);
            if (right.Files is not null)
            {
                probed.Tell(this, null, context);
                try
                {
                    return (null, new SpilledJoin(right, SpillingRows.Read(Children[0], [.. keys.Keys.Select(k => k.Left)], lease, context, metrics, toFiles: true)));
                }
                catch
                {
                    right.Dispose();
                    throw;
                }
            }

            rows = right.InMemory();
        }

        var build = new HashBuild(keys.Keys, rows, IsExistence, context);
        probed.Tell(this, build, context);
        return (build, null);
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
