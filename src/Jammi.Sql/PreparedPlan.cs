using Jammi.Sql.Binding;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql;

/// <summary>A statement ready to be opened any number of times, by any thread.</summary>
internal sealed class PreparedPlan
{
    readonly ParameterCatalog parameters;
    readonly PlannedRows rows;

    PreparedPlan(PhysicalOperator root, BoundStatement statement, ParameterCatalog parameters, PlannedRows rows)
    {
        Operator = root;
        Schema = statement.Plan.Schema;
        ReturnsRows = statement.ReturnsRows;
        Writes = statement.Writes;
        CountsRows = statement.Kind is StatementKind.Write;
        Cacheable = statement.Cacheable;
        RowsOf = statement.Kind == StatementKind.Query ? RowIdentity.Of(statement.Plan) : null;
        this.parameters = parameters;
        this.rows = rows;
    }

    public PhysicalOperator Operator { get; }

    public PlanSchema Schema { get; }

    public bool ReturnsRows { get; }

    /// <summary>Whether it needs the write transaction.</summary>
    public bool Writes { get; }

    /// <summary>Whether the number of affected rows is part of its result (INSERT, UPDATE, DELETE, COPY).</summary>
    public bool CountsRows { get; }

    public bool Cacheable { get; }

    /// <summary>The stored table of which every row is a row, at most once each.</summary>
    public TableEntry? RowsOf { get; }

    public static PreparedPlan Create(BoundStatement statement, ParameterCatalog parameters, DatabaseCatalog catalog, bool optimize = true)
    {
        LogicalPlan plan = optimize ? Optimizer.Optimizer.Optimize(statement.Plan) : statement.Plan;
        return new(PhysicalPlanner.Plan(plan), statement, parameters, PlannedRows.Of(plan, catalog));
    }

    /// <summary>Whether it is still a good plan for the tables of a catalog with the same definitions.</summary>
    public bool Suits(DatabaseCatalog catalog) => rows.Suit(catalog);

    /// <summary>The given values in the order of the plan's slots.</summary>
    public IReadOnlyList<ScalarValue> OrderParameters(IReadOnlyList<ParameterValue> values)
    {
        var ordered = new ScalarValue[parameters.Slots.Count];
        for (int i = 0; i < ordered.Length; i++)
        {
            ordered[i] = values[parameters.Slots[i].Given].Value;
        }

        return ordered;
    }
}
