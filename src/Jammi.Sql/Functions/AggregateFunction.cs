using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions;

/// <summary>An aggregate function: resolved by name, bound by argument types.</summary>
internal abstract class AggregateFunction
{
    /// <summary>Lower-case name.</summary>
    public abstract string Name { get; }

    public virtual IReadOnlyList<string> Aliases => [];

    public abstract FunctionDocumentation Documentation { get; }

    /// <summary>Whether the order of the input rows matters to the result (string_agg, array_agg, first).</summary>
    public virtual bool OrderSensitive => false;

    /// <summary>
    /// The number of arguments of an ordered-set aggregate, whose first may stand in WITHIN GROUP (ORDER BY x) instead; 0 for other aggregates. When that
    /// order is descending, one more argument, TRUE, follows.
    /// </summary>
    public virtual int OrderedSetArity => 0;

    /// <summary>Chooses an overload for the arguments (none for count(*)), or null when none fits.</summary>
    public abstract AggregateBinding? Bind(IReadOnlyList<Expression> arguments);
}

/// <summary>An aggregate's overload; each run creates its own state with <paramref name="CreateState"/>.</summary>
internal sealed record AggregateBinding(SqlType ReturnType, ValueList<SqlType> ParameterTypes, bool NullableResult, Func<AggregateState> CreateState)
{
    /// <summary>Whether it does not matter to the result, to the last bit, how rows were shared out among states that were merged.</summary>
    public bool MergesExactly { get; init; }
}

/// <summary>The state columns of one aggregate over all groups of one operator: grouped columns in, one column out.</summary>
internal abstract class AggregateState
{
    /// <summary>Makes room for groups 0 … <paramref name="count"/> - 1; new ones start empty.</summary>
    public abstract void EnsureGroups(int count);

    /// <summary>
    /// Adds <paramref name="count"/> rows: row i goes to group <paramref name="groups"/>[i]. Arguments are columns or constants. NULLs are the state's to skip.
    /// Rows that a FILTER or DISTINCT removes do not arrive.
    /// </summary>
    public abstract void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context);

    /// <summary>Whether it keeps what rows bring, so that a group grows with its rows: such groups do not take further rows once memory is used up.</summary>
    public virtual bool Collects => false;

    /// <summary>Bytes that it holds beyond one or two numbers a group.</summary>
    public virtual long Bytes => 0;

    /// <summary>Adds the groups of another state of the same binding: its group i goes to group <paramref name="groups"/>[i] here.</summary>
    public abstract void Merge(AggregateState other, ReadOnlySpan<int> groups);

    /// <summary>The results of groups <paramref name="start"/> … start + count - 1.</summary>
    public abstract IArrowArray Finish(int start, int count);

    /// <summary>The same, for states whose results may take long: they can be stopped. The token of the rows' context is no more to be used then.</summary>
    public virtual IArrowArray Finish(int start, int count, CancellationToken cancellation) => Finish(start, count);
}
