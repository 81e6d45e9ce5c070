using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Aggregates;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// UNION, INTERSECT and EXCEPT, of sets or (ALL) of multisets; NULL equals NULL. They are made of operators that use all threads and spill: INTERSECT is a semi-join, EXCEPT an
/// anti-join of distinct rows; with ALL the rows of both sides are counted, joined and repeated.
/// </summary>
internal sealed class SetOperator : PhysicalOperator
{
    readonly PhysicalOperator work;

    public SetOperator(LogicalSetOperation set, PhysicalOperator left, PhysicalOperator right)
        : base(set.Schema, left, right)
    {
        work = (set.Kind, set.All) switch
        {
            (LogicalSetKind.Union, true) => new UnionAllOperator(left, right, set.Schema) { Owner = this },
            (LogicalSetKind.Union, false) => Distinct(new UnionAllOperator(left, right, set.Schema) { Owner = this }),
            (LogicalSetKind.Intersect, false) => Distinct(Join(LogicalJoinKind.Semi, left, right, set.Schema)),
            (LogicalSetKind.Except, false) => Distinct(Join(LogicalJoinKind.Anti, left, right, set.Schema)),
            _ => Repeat(set, left, right),
        };
    }

    public override IReadOnlyList<TableScanOperator> Streams => work.Streams;

    public override bool Share(SharedBuilds shared, ExecutionContext context) => work.Share(shared, context);

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        using BatchReader reader = work.Open(context);
        while (reader.Next() is { } batch)
        {
            yield return batch;
        }
    }

    DistinctOperator Distinct(PhysicalOperator rows) => new(rows, on: default, order: default) { Owner = this };

    /// <summary>Joins by the equality of the first columns, as many as the set operation has.</summary>
    HashJoinOperator Join(LogicalJoinKind kind, PhysicalOperator left, PhysicalOperator right, PlanSchema schema)
    {
        Expression condition = Conjuncts.Combine([.. Enumerable.Range(0, Schema.Count).Select(i => new ComparisonExpression(
            ComparisonOperator.NotDistinct,
            Column(left.Schema, i, i),
            Column(right.Schema, i, left.Schema.Count + i)))])!;
        return new HashJoinOperator(kind, left, right, JoinKeys.Split(condition, left.Schema.Count), condition, schema) { Owner = this };
    }

    RepeatOperator Repeat(LogicalSetOperation set, PhysicalOperator left, PhysicalOperator right)
    {
        bool common = set.Kind == LogicalSetKind.Intersect;
        HashAggregateOperator leftRows = Count(set.Left, left);
        HashAggregateOperator rightRows = Count(set.Right, right);
        HashJoinOperator join = Join(common ? LogicalJoinKind.Inner : LogicalJoinKind.Left, leftRows, rightRows, leftRows.Schema.Concat(rightRows.Schema));
        return new RepeatOperator(join, set.Schema, common) { Owner = this };
    }

    HashAggregateOperator Count(LogicalPlan plan, PhysicalOperator rows)
    {
        ValueList<Expression> keys = [.. Enumerable.Range(0, plan.Schema.Count).Select(i => (Expression)Column(plan.Schema, i, i))];
        var schema = new PlanSchema([.. plan.Schema.Columns, new OutputColumn("copies", SqlType.BigInt, Nullable: true)]);
        return new HashAggregateOperator(rows, new LogicalAggregate(plan, keys, [CountAggregate.Rows], default, schema)) { Owner = this };
    }

    static ColumnExpression Column(PlanSchema schema, int column, int place) => new(place, schema[column].Name, schema[column].Type, schema[column].Nullable);
}
