using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions;

/// <summary>A function that stands in FROM.</summary>
internal abstract class TableFunction
{
    /// <summary>Lower-case name.</summary>
    public abstract string Name { get; }

    public virtual IReadOnlyList<string> Aliases => [];

    public abstract FunctionDocumentation Documentation { get; }

    /// <summary>
    /// Whether what a call is bound to depends on nothing but its arguments and the catalog, so that a plan with it may be kept for the next time. False for what
    /// looks at files or models while it is bound.
    /// </summary>
    public virtual bool MayBeKept => false;

    /// <summary>The parameters, in order; the binder maps positional and named arguments to them and reports missing or unknown ones.</summary>
    public abstract IReadOnlyList<TableFunctionParameter> Parameters { get; }

    /// <summary>
    /// Gives the plan that stands for the call: usually a <see cref="LogicalTableFunction"/>, or any composition of plans.
    /// <paramref name="arguments"/>[i] belongs to <see cref="Parameters"/>[i], cast to its type; null where an optional one is not given.
    /// </summary>
    public abstract LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder);
}

/// <summary>A parameter of a table function. Type null takes an expression of any type; Relation takes a subquery (or a table's name as text).</summary>
internal sealed record TableFunctionParameter(string Name, SqlType? Type, bool Optional = false, bool AcceptsRelation = false, bool Variadic = false)
{
    /// <summary>Further names that it may be given by.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}

/// <summary>An argument: an expression (constant, parameter, or with outer columns under LATERAL) or a relation's plan.</summary>
internal sealed record TableFunctionArgument(Expression? Expression, LogicalPlan? Relation, SourcePosition Position)
{
    /// <summary>The value when the expression is a constant; null otherwise.</summary>
    public ScalarValue? Constant => (Expression as ConstantExpression)?.Value;
}

/// <summary>What a table function may ask while it is bound.</summary>
internal interface ITableFunctionBinder
{
    DatabaseCatalog Catalog { get; }

    IServiceProvider? Services { get; }

    /// <summary>Stops the binding: of the statement at hand, so that no plan may keep it.</summary>
    CancellationToken Cancellation { get; }

    /// <summary>The plan of a table or view by name as a user would write it; throws UndefinedTable with the nearest names.</summary>
    LogicalPlan BindRelation(string name, SourcePosition position);

    /// <summary>A plan filtered by a condition given as SQL text over its columns.</summary>
    LogicalPlan BindFilter(LogicalPlan input, string condition, SourcePosition position);

    /// <summary>Evaluates an expression that has no columns, at bind time; parameters are not available (returns null then).</summary>
    ScalarValue? TryEvaluate(Expression expression);
}

/// <summary>The run-time half of a table function that produces its own rows.</summary>
internal abstract class TableSource
{
    /// <summary>Rows expected, for the planner; null when unknown.</summary>
    public virtual long? EstimatedRows => null;

    /// <summary>
    /// Whether filters should be moved into the function, where <see cref="TableSourceInput.Filters"/> shows them to the source. It may use them to leave out rows
    /// that cannot pass and need not: the operator tests every row.
    /// </summary>
    public virtual bool TakesFilters => false;

    /// <summary>Whether its relation, where it has one, gives row ids and is wanted as <see cref="TableSourceInput.PassingRows"/>.</summary>
    public virtual bool TakesRowIds => false;

    /// <summary>Whether, under LATERAL, it does better with many calls at once: then <see cref="OpenMany"/> is asked.</summary>
    public virtual bool TakesManyCalls => false;

    /// <summary>What EXPLAIN shows in brackets.</summary>
    public virtual string Describe() => string.Empty;

    /// <summary>The same of a certain call.</summary>
    public virtual string Describe(LogicalTableFunction call) => Describe();

    /// <summary>
    /// Opens a run. Batches have exactly the columns <paramref name="projection"/> names, in that order (indexes into the declared schema);
    /// unread columns should cost nothing.
    /// </summary>
    public abstract BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context);

    /// <summary>Opens several runs together, which differ in nothing but their arguments. The rows are those of opening each.</summary>
    public virtual IReadOnlyList<BatchReader> OpenMany(IReadOnlyList<TableSourceInput> inputs, IReadOnlyList<int> projection, ExecutionContext context) =>
        [.. inputs.Select(input => Open(input, projection, context))];
}

/// <summary>The evaluated arguments and opened relations of a run, in the order in which the plan lists them. The source disposes the relations it is given.</summary>
/// <param name="Metrics">Where the source may count for EXPLAIN ANALYZE; null when nobody asked.</param>
internal sealed record TableSourceInput(IReadOnlyList<ScalarValue> Arguments, IReadOnlyList<BatchReader> Relations, OperatorMetrics? Metrics = null)
{
    /// <summary>Conditions that the rows must pass, over the projected columns.</summary>
    public ValueList<Expression> Filters { get; init; }

    /// <summary>The row ids that the relation gives, for a source that takes these; null when there is no relation.</summary>
    public RowBitmap? PassingRows { get; init; }
}
