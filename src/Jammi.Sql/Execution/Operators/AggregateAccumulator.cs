using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>One aggregate call of a run: takes rows with their group numbers through FILTER, DISTINCT and ORDER BY to the function's state.</summary>
internal sealed class AggregateAccumulator
{
    readonly AggregateState state;
    readonly Evaluator[] arguments;
    readonly Evaluator? filter;
    readonly RowSorter? order;
    readonly GroupTable? seen;
    readonly List<ColumnBatch> unordered = [];

    public AggregateAccumulator(AggregateCall call)
    {
        state = call.Binding.CreateState();
        arguments = ExpressionCompiler.CompileAll(call.Arguments);
        filter = call.Filter is null ? null : ExpressionCompiler.Compile(call.Filter);
        order = call.OrderBy.Count == 0 ? null : new RowSorter(call.OrderBy);
        seen = call.Distinct ? new GroupTable([SqlType.Integer, .. call.Arguments.Select(a => a.Type)]) : null;
    }

    /// <summary>Adds the rows of a batch; row i belongs to group <paramref name="groups"/>[i] of <paramref name="groupCount"/>.</summary>
    public void Add(ColumnBatch batch, int[] groups, int groupCount, ExecutionContext context)
    {
        state.EnsureGroups(groupCount);
        int count = batch.Count;
        if (filter is not null)
        {
            int[] passing = BooleanColumn.TrueRows(filter.Evaluate(batch, context), count);
            if (passing.Length < count)
            {
                batch = TakeKernels.Take(batch, passing);
                groups = System.Array.ConvertAll(passing, row => groups[row]);
                count = passing.Length;
            }
        }

        if (count == 0)
        {
            return;
        }

        var values = new ColumnarValue[arguments.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = arguments[i].Evaluate(batch, context);
        }

        IArrowArray[] sortKeys = order?.KeyColumns(batch, context) ?? [];
        if (seen is not null)
        {
            int[] first = seen.AddNew([IntegerColumn.Create(groups.AsSpan(0, count)), .. values.Select(v => TakeKernels.Materialize(v, count))], count);
            if (first.Length < count)
            {
                values = System.Array.ConvertAll(values, v => v.IsConstant ? v : ColumnarValue.Column(TakeKernels.Take(v.Array, first)));
                sortKeys = System.Array.ConvertAll(sortKeys, k => TakeKernels.Take(k, first));
                groups = System.Array.ConvertAll(first, row => groups[row]);
                count = first.Length;
            }
        }

        if (order is null)
        {
            state.Update(groups.AsSpan(0, count), values, count, context);
        }
        else
        {
            unordered.Add(new ColumnBatch([IntegerColumn.Create(groups.AsSpan(0, count)), .. values.Select(v => TakeKernels.Materialize(v, count)), .. sortKeys], count));
        }
    }

    /// <summary>Adds what another accumulator of the same call, without DISTINCT and ORDER BY, took of later rows; its group i is group <paramref name="groups"/>[i] here.</summary>
    public void Merge(AggregateAccumulator later, int[] groups, int groupCount)
    {
        state.EnsureGroups(groupCount);
        later.state.EnsureGroups(groups.Length);
        state.Merge(later.state, groups);
    }

    /// <summary>Ends the input: hands the rows of an ordered aggregate to its state in their order.</summary>
    public void Complete(int groupCount, ExecutionContext context)
    {
        state.EnsureGroups(groupCount);
        if (unordered.Count == 0)
        {
            return;
        }

        ColumnBatch all = TakeKernels.Concat(unordered);
        unordered.Clear();
        int[] rows = order!.Order(all.Columns[(1 + arguments.Length)..], all.Count, context);
        ColumnBatch sorted = TakeKernels.Take(new ColumnBatch(all.Columns[..(1 + arguments.Length)], all.Count), rows);
        ColumnarValue[] values = System.Array.ConvertAll(sorted.Columns[1..], ColumnarValue.Column);
        state.Update(Cells.Values<int>(sorted.Columns[0]), values, sorted.Count, context);
    }

    public IArrowArray Finish(int start, int count, CancellationToken cancellation) => state.Finish(start, count, cancellation);
}
