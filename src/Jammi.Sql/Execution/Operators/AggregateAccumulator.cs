using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>One aggregate call of a run: takes rows with their group numbers through FILTER, DISTINCT and ORDER BY to the function's state.</summary>
internal sealed class AggregateAccumulator : IDisposable
{
    readonly AggregateState state;
    readonly Evaluator[] arguments;
    readonly Evaluator? filter;
    readonly RowSorter? order;

    // Of rows of the group's number, the arguments and the keys of the order.
    readonly DistinctRows? distinct;
    readonly List<ColumnBatch> unordered = [];
    readonly bool isLimited;
    long unorderedBytes;

    public AggregateAccumulator(AggregateCall call, ExecutionContext context, OperatorMetrics? metrics)
    {
        Name = call.Function.Name;
        state = call.Binding.CreateState();
        arguments = ExpressionCompiler.CompileAll(call.Arguments);
        filter = call.Filter is null ? null : ExpressionCompiler.Compile(call.Filter);
        order = call.OrderBy.Count == 0 ? null : new RowSorter(call.OrderBy);
        isLimited = context.Memory.IsLimited;
        if (call.Distinct)
        {
            SqlType[] types = [SqlType.Integer, .. call.Arguments.Select(a => a.Type), .. call.OrderBy.Select(k => k.Expression.Type)];
            var schema = new PlanSchema([.. types.Select((t, i) => new OutputColumn($"c{i}", t, Nullable: true))]);
            ValueList<Expression> on = [.. types.Take(1 + arguments.Length).Select((t, i) => (Expression)new ColumnExpression(i, $"c{i}", t, Nullable: true))];
            distinct = new DistinctRows(schema, on, maySpill: true, context, metrics);
        }
    }

    /// <summary>The function's.</summary>
    public string Name { get; }

    /// <summary>Whether a group grows with its rows; those that DISTINCT remembers go to files when they must.</summary>
    public bool Collects => state.Collects || order is not null;

    /// <summary>Bytes that are held beyond one or two numbers a group, without those of DISTINCT, which counts its own.</summary>
    public long Bytes => state.Bytes + unorderedBytes;

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

        if (distinct is null && order is null)
        {
            state.Update(groups.AsSpan(0, count), values, count, context);
            return;
        }

        ColumnBatch rows = new(
            [IntegerColumn.Create(groups.AsSpan(0, count)), .. values.Select(v => TakeKernels.Materialize(v, count)), .. order?.KeyColumns(batch, context) ?? []],
            count);
        AddRows(distinct is null ? rows : distinct.Fresh(rows), context);
    }

    /// <summary>Adds what another accumulator of the same call, without DISTINCT and ORDER BY, took of later rows; its group i is group <paramref name="groups"/>[i] here.</summary>
    public void Merge(AggregateAccumulator later, int[] groups, int groupCount)
    {
        state.EnsureGroups(groupCount);
        later.state.EnsureGroups(groups.Length);
        state.Merge(later.state, groups);
    }

    /// <summary>Ends the input: takes the rows of DISTINCT that went to files, and hands those of an ordered aggregate to its state in their order.</summary>
    /// <param name="groupCount">Number of groups.</param>
    /// <param name="fits">Whether there is memory for what is held now.</param>
    /// <param name="context">The run.</param>
    /// <returns>False when there is not; the accumulator is of no more use then.</returns>
    public bool Complete(int groupCount, Func<bool> fits, ExecutionContext context)
    {
        state.EnsureGroups(groupCount);
        foreach (ColumnBatch rest in distinct?.Rest() ?? [])
        {
            AddRows(rest, context);
            if (Collects && !fits())
            {
                return false;
            }
        }

        if (unordered.Count == 0)
        {
            return true;
        }

        ColumnBatch all = TakeKernels.Concat(unordered);
        unordered.Clear();
        int[] rows = order!.Order(all.Columns[(1 + arguments.Length)..], all.Count, context);
        Update(TakeKernels.Take(new ColumnBatch(all.Columns[..(1 + arguments.Length)], all.Count), rows), context);
        bool fit = fits();
        unorderedBytes = 0;
        return fit;
    }

    public IArrowArray Finish(int start, int count, CancellationToken cancellation) => state.Finish(start, count, cancellation);

    public void Dispose() => distinct?.Dispose();

    void AddRows(ColumnBatch rows, ExecutionContext context)
    {
        if (order is null)
        {
            Update(rows, context);
        }
        else if (rows.Count > 0)
        {
            // Once more when they are put in order.
            _ = rows.Columns;
            unorderedBytes += isLimited ? 2 * SegmentWriter.SizeOf(rows) : 0;
            unordered.Add(rows);
        }
    }

    void Update(ColumnBatch rows, ExecutionContext context)
    {
        if (rows.Count > 0)
        {
            ColumnarValue[] values = System.Array.ConvertAll(rows.Columns[1..(1 + arguments.Length)], ColumnarValue.Column);
            state.Update(Cells.Values<int>(rows.Column(0)), values, rows.Count, context);
        }
    }
}
