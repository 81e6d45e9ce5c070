using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Execution.Windows;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// Sorts its input by partition and order, and adds a column per windowed call. The rows come out in that order. Of the sorted rows, some whole partitions at a time are held and
/// worked on side by side.
/// </summary>
internal sealed class WindowOperator : PhysicalOperator
{
    /// <summary>Rows that a thread takes at a time, unless a partition has more.</summary>
    const int GroupRows = 1 << 16;

    readonly LogicalWindow plan;
    readonly PhysicalOperator sorted;
    readonly ValueList<Expression> partitionBy;
    readonly ValueList<SortKey> orderBy;
    readonly bool mayRunInParts;

    public WindowOperator(PhysicalOperator input, LogicalWindow plan)
        : base(plan.Schema, input)
    {
        this.plan = plan;
        ValueList<Expression> keys = [.. plan.PartitionBy, .. plan.OrderBy.Select(k => k.Expression)];
        PhysicalOperator keyed = input;
        if (!keys.All(k => k is ColumnExpression))
        {
            // Computed once, before the sort.
            keyed = WithKeys(input, keys);
            keys = [.. keys.Select((k, i) => (Expression)new ColumnExpression(input.Schema.Count + i, "key", k.Type, k.Nullable))];
        }

        partitionBy = [.. keys.Take(plan.PartitionBy.Count)];
        orderBy = [.. plan.OrderBy.Select((k, i) => k with { Expression = keys[plan.PartitionBy.Count + i] })];
        ValueList<SortKey> order = [.. partitionBy.Select(e => new SortKey(e, Descending: false, NullsFirst: false)), .. orderBy];
        sorted = order.Count == 0 ? keyed : new SortOperator(keyed, order) { Owner = this };
        mayRunInParts = plan.Calls.All(c => c.Arguments.All(ExpressionColumns.MayRunInParts) && (c.Filter is null || ExpressionColumns.MayRunInParts(c.Filter)));
    }

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        int threads = mayRunInParts ? context.FreeThreads : 1;
        using var lease = new MemoryLease(context.Memory, context.Metrics?.For(this));
        using BatchReader reader = sorted.Open(context);
        var partitions = new PartitionReader(reader, partitionBy, context.PieceRows ?? GroupRows, lease, context);
        while (partitions.Next(threads) is { Count: > 0 } groups)
        {
            // A single large partition leaves threads for the calls.
            int callThreads = groups.Count == 1 ? threads : 1;
            using var work = new OrderedWork<ColumnBatch>(groups.Count, threads, (i, _) => Compute(groups[i], callThreads, context), context.Cancellation);
            foreach (ColumnBatch group in work.InOrder())
            {
                foreach (ColumnBatch piece in InputRows.InPieces(group, context))
                {
                    yield return piece;
                }
            }
        }
    }

    ColumnBatch Compute(List<ColumnBatch> group, int threads, ExecutionContext context)
    {
        ColumnBatch rows = TakeKernels.Concat(group);
        IArrowArray[] partitionColumns = InputRows.Columns(ExpressionCompiler.CompileAll(partitionBy), rows, context);
        IArrowArray[] orderColumns = InputRows.Columns(ExpressionCompiler.CompileAll(orderBy.Select(k => k.Expression)), rows, context);
        var layout = WindowLayout.Of(partitionColumns, orderColumns, rows.Count);
        var columns = new IArrowArray[plan.Calls.Count];
        SideBySide.Run(columns.Length, threads, (i, _) => columns[i] = Compute(plan.Calls[i], rows, layout, context), context.Cancellation);
        return new([.. rows.Columns.Take(Children[0].Schema.Count), .. columns], rows.Count);
    }

    IArrowArray Compute(WindowCall call, ColumnBatch rows, WindowLayout layout, ExecutionContext context)
    {
        ColumnarValue[] arguments = [.. ExpressionCompiler.CompileAll(call.Arguments).Select(e => e.Evaluate(rows, context))];
        var frames = new WindowFrames(call.Frame, orderBy, layout, context);
        if (call.AggregateBinding is { } aggregate)
        {
            bool[]? passing = call.Filter is null ? null : Passing(call.Filter, rows, context);
            return new WindowAggregate(aggregate, arguments, [.. call.Arguments.Select(a => a.Type)], passing, call.Distinct, layout, context).Compute(frames);
        }

        if (call.Frame.Exclusion != WindowExclusion.NoOthers)
        {
            throw new SqlException(SqlErrorCode.NotSupported, $"EXCLUDE in the frame of {call.Function!.Name} is not supported; aggregates take it.");
        }

        return OverPartitions(call, arguments, frames, layout, context);
    }

    static IArrowArray OverPartitions(WindowCall call, ColumnarValue[] arguments, WindowFrames frames, WindowLayout layout, ExecutionContext context)
    {
        var parts = new IArrowArray[layout.PartitionCount];
        for (int p = 0; p < parts.Length; p++)
        {
            context.ThrowIfCancelled();
            int start = layout.StartOf(p);
            int count = layout.CountOf(p);
            var starts = new int[count];
            var ends = new int[count];
            frames.Compute(p, starts, ends);
            parts[p] = call.Binding!.Kernel(new WindowPartition
            {
                Count = count,
                Arguments = System.Array.ConvertAll(arguments, a => a.IsConstant ? a : ColumnarValue.Column(TakeKernels.Slice(a.Array, start, count))),
                Peers = layout.Peers[start..(start + count)],
                FrameStart = starts,
                FrameEnd = ends,
                IgnoreNulls = call.IgnoreNulls,
            });
        }

        return TakeKernels.Concat(parts);
    }

    static bool[] Passing(Expression filter, ColumnBatch rows, ExecutionContext context)
    {
        var passing = new bool[rows.Count];
        foreach (int row in BooleanColumn.TrueRows(ExpressionCompiler.Compile(filter).Evaluate(rows, context), rows.Count))
        {
            passing[row] = true;
        }

        return passing;
    }

    ProjectOperator WithKeys(PhysicalOperator input, ValueList<Expression> keys)
    {
        IEnumerable<Expression> columns = input.Schema.Columns.Select((c, i) => new ColumnExpression(i, c.Name, c.Type, c.Nullable));
        var schema = new PlanSchema([.. input.Schema.Columns, .. keys.Select(k => new OutputColumn("key", k.Type, k.Nullable))]);
        return new ProjectOperator(input, [.. columns, .. keys], schema) { Owner = this };
    }
}
