using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Plans;

/// <summary>A node of the logical plan: immutable; says what rows are wanted, not how.</summary>
internal abstract record LogicalPlan(PlanSchema Schema)
{
    /// <summary>A copy has its own estimate; initializers do not run for it.</summary>
    protected LogicalPlan(LogicalPlan original)
    {
        Schema = original.Schema;
        EstimatedRows = double.NaN;
    }

    public abstract ValueList<LogicalPlan> Inputs { get; }

    /// <summary>The rows that it is expected to give, once somebody has asked; not a number until then. Says nothing that the node does not.</summary>
    internal double EstimatedRows { get; set; } = double.NaN;

    public abstract LogicalPlan WithInputs(ValueList<LogicalPlan> inputs);

    public virtual bool Equals(LogicalPlan? other) => ReferenceEquals(this, other) || (other is not null && EqualityContract == other.EqualityContract && Schema == other.Schema);

    public override int GetHashCode() => HashCode.Combine(EqualityContract, Schema);
}

internal abstract record LeafPlan(PlanSchema Schema) : LogicalPlan(Schema)
{
    public sealed override ValueList<LogicalPlan> Inputs => default;

    public sealed override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this;
}

internal abstract record UnaryPlan(LogicalPlan Input, PlanSchema Schema) : LogicalPlan(Schema)
{
    public sealed override ValueList<LogicalPlan> Inputs => [Input];
}

/// <summary>
/// Reads a stored table: the columns Projection (ordinals of Table.Columns), then, if asked for, the row id (BIGINT, "_rowid").
/// Filters are over the scan's own output columns and are already exact; statistics may use them to skip blocks.
/// </summary>
internal sealed record LogicalScan(TableEntry Table, ValueList<int> Projection, bool WithRowId, ValueList<Expression> Filters)
    : LeafPlan(new PlanSchema([.. Projection.Select(i => Table.Column(i)), .. WithRowId ? new[] { RowIdColumn } : []]))
{
    /// <summary>The columns (ordinals of Table.Columns) of the table's indexes; those of its keys are with its constraints.</summary>
    public ValueList<ValueList<int>> Indexes { get; init; }

    public static OutputColumn RowIdColumn { get; } = new("_rowid", SqlType.BigInt, Nullable: false);
}

/// <summary>Rows made of expressions without columns. No row and no column are allowed.</summary>
internal sealed record LogicalValues(PlanSchema Schema, ValueList<ValueList<Expression>> Rows) : LeafPlan(Schema)
{
    /// <summary>One row without columns: what SELECT without FROM reads.</summary>
    public static LogicalValues OneRow { get; } = new(PlanSchema.Empty, [default(ValueList<Expression>)]);
}

/// <summary>
/// A table function's rows. Arguments are evaluated once per open; Relations are opened and handed to the source. Projection holds ordinals of FullSchema.
/// </summary>
internal sealed record LogicalTableFunction(string Name, TableSource Source, PlanSchema FullSchema, ValueList<int> Projection, ValueList<Expression> Arguments, ValueList<LogicalPlan> Relations)
    : LogicalPlan(new PlanSchema(Projection.Select(i => FullSchema[i])))
{
    /// <summary>Over the function's own output columns, as those of a <see cref="LogicalScan"/>; only where the source <see cref="TableSource.TakesFilters"/>.</summary>
    public ValueList<Expression> Filters { get; init; }

    public override ValueList<LogicalPlan> Inputs => Relations;

    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this with { Relations = inputs };

    /// <summary>All columns, in order.</summary>
    public static LogicalTableFunction Create(string name, TableSource source, PlanSchema schema, ValueList<Expression> arguments, ValueList<LogicalPlan> relations) =>
        new(name, source, schema, Enumerable.Range(0, schema.Count).ToValueList(), arguments, relations);
}

internal sealed record LogicalFilter(LogicalPlan Input, Expression Condition) : UnaryPlan(Input, Input.Schema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => new LogicalFilter(inputs[0], Condition);
}

/// <summary>Computes columns; Schema names them.</summary>
internal sealed record LogicalProject(LogicalPlan Input, ValueList<Expression> Expressions, PlanSchema Schema) : UnaryPlan(Input, Schema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this with { Input = inputs[0] };
}

/// <summary>An ordering; NULLs come last unless NullsFirst.</summary>
internal sealed record SortKey(Expression Expression, bool Descending, bool NullsFirst);

internal sealed record LogicalSort(LogicalPlan Input, ValueList<SortKey> Keys) : UnaryPlan(Input, Input.Schema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => new LogicalSort(inputs[0], Keys);
}

/// <summary>Skips Offset rows, then gives Limit rows (expressions without columns, BIGINT; null for none). TiesKeys (FETCH ... WITH TIES) are the sort keys of the input.</summary>
internal sealed record LogicalLimit(LogicalPlan Input, Expression? Limit, Expression? Offset, ValueList<SortKey> TiesKeys) : UnaryPlan(Input, Input.Schema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => new LogicalLimit(inputs[0], Limit, Offset, TiesKeys);
}

/// <summary>The first Limit rows (after Offset) of an ordering, found without sorting everything. Made by the optimizer from Limit over Sort.</summary>
internal sealed record LogicalTopN(LogicalPlan Input, ValueList<SortKey> Keys, Expression Limit, Expression? Offset) : UnaryPlan(Input, Input.Schema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => new LogicalTopN(inputs[0], Keys, Limit, Offset);
}

/// <summary>One aggregate of an Aggregate node. Filter sees the input's columns.</summary>
internal sealed record AggregateCall(AggregateFunction Function, AggregateBinding Binding, ValueList<Expression> Arguments, bool Distinct, Expression? Filter, ValueList<SortKey> OrderBy);

/// <summary>
/// Groups by Keys and aggregates: columns are the keys, then the aggregates. Without keys there is exactly one row. GroupingSets lists, for
/// ROLLUP and the like, the key indexes of each set (keys not in the set are NULL); empty means one set of all keys. When GroupingSets is
/// used a last INTEGER column "_grouping" holds the bits that GROUPING() reads (one for each key, the first key's the most significant, set where the key is not in the set).
/// </summary>
internal sealed record LogicalAggregate(LogicalPlan Input, ValueList<Expression> Keys, ValueList<AggregateCall> Aggregates, ValueList<ValueList<int>> GroupingSets, PlanSchema Schema)
    : UnaryPlan(Input, Schema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this with { Input = inputs[0] };
}

/// <summary>Removes duplicate rows; with On, keeps the first row (in input order) of each distinct value of those expressions.</summary>
internal sealed record LogicalDistinct(LogicalPlan Input, ValueList<Expression> On) : UnaryPlan(Input, Input.Schema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => new LogicalDistinct(inputs[0], On);
}

internal enum WindowFrameUnit
{
    Rows,
    Range,
    Groups,
}

internal enum WindowBoundKind
{
    UnboundedPreceding,
    Preceding,
    CurrentRow,
    Following,
    UnboundedFollowing,
}

internal enum WindowExclusion
{
    NoOthers,
    CurrentRow,
    Group,
    Ties,
}

internal sealed record WindowBound(WindowBoundKind Kind, Expression? Offset);

internal sealed record WindowFrameSpec(WindowFrameUnit Unit, WindowBound Start, WindowBound End, WindowExclusion Exclusion);

/// <summary>One windowed call: exactly one of Window and Aggregate is set.</summary>
internal sealed record WindowCall(
    WindowFunction? Function,
    WindowBinding? Binding,
    AggregateFunction? AggregateFunction,
    AggregateBinding? AggregateBinding,
    ValueList<Expression> Arguments,
    Expression? Filter,
    bool Distinct,
    bool IgnoreNulls,
    WindowFrameSpec Frame);

/// <summary>Adds a column per call, computed over partitions of the input; row order is kept as the sort leaves it.</summary>
internal sealed record LogicalWindow(LogicalPlan Input, ValueList<Expression> PartitionBy, ValueList<SortKey> OrderBy, ValueList<WindowCall> Calls, PlanSchema Schema)
    : UnaryPlan(Input, Schema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this with { Input = inputs[0] };
}

internal enum LogicalJoinKind
{
    Inner,
    Left,
    Right,
    Full,

    /// <summary>Left rows with a match.</summary>
    Semi,

    /// <summary>Left rows without a match (NOT EXISTS: a NULL condition is no match).</summary>
    Anti,

    /// <summary>Every left row, plus a BOOLEAN column: whether the condition holds for some right row, NULL when it is only unknown (IN).</summary>
    Mark,

    /// <summary>Every left row plus the right columns of its one match or NULLs; a second match is an error (scalar subquery).</summary>
    Single,
}

/// <summary>
/// A join of two independent inputs. Condition is over the concatenated columns (left, then right); null means always. Schema: left + right columns
/// (nullable as the kind demands); left only for Semi and Anti; left + mark for Mark.
/// </summary>
internal sealed record LogicalJoin(LogicalJoinKind Kind, LogicalPlan Left, LogicalPlan Right, Expression? Condition, PlanSchema Schema) : LogicalPlan(Schema)
{
    /// <summary>Of a Semi or Anti join: the left input is hashed instead of the right one, because it is the smaller.</summary>
    public bool BuildsLeft { get; init; }

    public override ValueList<LogicalPlan> Inputs => [Left, Right];

    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this with { Left = inputs[0], Right = inputs[1] };
}

/// <summary>
/// A join whose right side may use columns of the left row (<see cref="OuterColumnExpression"/> with Depth 1): LATERAL and correlated subqueries.
/// Kinds: Inner, Left, Semi, Anti, Mark, Single. The condition, as in <see cref="LogicalJoin"/>, is over left + right columns. The optimizer turns it into a join where it can;
/// what is left runs the right side once per left row.
/// </summary>
internal sealed record LogicalApply(LogicalJoinKind Kind, LogicalPlan Left, LogicalPlan Right, Expression? Condition, PlanSchema Schema) : LogicalPlan(Schema)
{
    public override ValueList<LogicalPlan> Inputs => [Left, Right];

    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this with { Left = inputs[0], Right = inputs[1] };
}

internal enum LogicalSetKind
{
    Union,
    Intersect,
    Except,
}

/// <summary>A set operation over inputs of the same column types.</summary>
internal sealed record LogicalSetOperation(LogicalSetKind Kind, bool All, LogicalPlan Left, LogicalPlan Right, PlanSchema Schema) : LogicalPlan(Schema)
{
    public override ValueList<LogicalPlan> Inputs => [Left, Right];

    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this with { Left = inputs[0], Right = inputs[1] };
}

/// <summary>WITH RECURSIVE: Anchor, then Step over the rows of the last round (read by <see cref="LogicalRecursiveReference"/> of the same Id) until no new row comes.</summary>
internal sealed record LogicalRecursive(int Id, bool All, LogicalPlan Anchor, LogicalPlan Step, PlanSchema Schema) : LogicalPlan(Schema)
{
    public override ValueList<LogicalPlan> Inputs => [Anchor, Step];

    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => this with { Anchor = inputs[0], Step = inputs[1] };
}

internal sealed record LogicalRecursiveReference(int Id, PlanSchema Schema) : LeafPlan(Schema);

/// <summary>TABLESAMPLE: each row (Bernoulli) with probability Fraction, or a fixed number of rows.</summary>
internal sealed record LogicalSample(LogicalPlan Input, double? Fraction, long? Rows, int? Seed) : UnaryPlan(Input, Input.Schema)
{
    public override LogicalPlan WithInputs(ValueList<LogicalPlan> inputs) => new LogicalSample(inputs[0], Fraction, Rows, Seed);
}
