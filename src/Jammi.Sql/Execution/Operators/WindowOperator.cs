using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Windows;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Sorts its input by partition and order, and adds a column per windowed call. The rows come out in that order.</summary>
internal sealed class WindowOperator(PhysicalOperator input, LogicalWindow plan) : PhysicalOperator(plan.Schema, input)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        ColumnBatch rows;
        using (BatchReader reader = Children[0].Open(context))
        {
            rows = InputRows.ReadAll(reader, Children[0].Schema);
        }

        if (rows.Count == 0)
        {
            yield break;
        }

        ValueList<SortKey> keys = [.. plan.PartitionBy.Select(e => new SortKey(e, Descending: false, NullsFirst: false)), .. plan.OrderBy];
        var sorter = new RowSorter(keys);
        IArrowArray[] keyColumns = sorter.KeyColumns(rows, context);
        if (keys.Count > 0)
        {
            int[] order = sorter.Order(keyColumns, rows.Count, context.Cancellation);
            rows = TakeKernels.Take(rows, order);
            keyColumns = System.Array.ConvertAll(keyColumns, c => TakeKernels.Take(c, order));
        }

        var layout = WindowLayout.Of(keyColumns[..plan.PartitionBy.Count], keyColumns[plan.PartitionBy.Count..], rows.Count);
        var columns = new List<IArrowArray>(rows.Columns);
        foreach (WindowCall call in plan.Calls)
        {
            context.ThrowIfCancelled();
            columns.Add(Compute(call, rows, layout, context));
        }

        foreach (ColumnBatch piece in InputRows.InPieces(new ColumnBatch([.. columns], rows.Count), context))
        {
            yield return piece;
        }
    }

    IArrowArray Compute(WindowCall call, ColumnBatch rows, WindowLayout layout, ExecutionContext context)
    {
        ColumnarValue[] arguments = [.. ExpressionCompiler.CompileAll(call.Arguments).Select(e => e.Evaluate(rows, context))];
        var frames = new WindowFrames(call.Frame, plan.OrderBy, layout, context);
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
}
