using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Plans;

/// <summary>Makes join nodes with the schema that their kind implies.</summary>
internal static class Joins
{
    public static LogicalJoin Join(LogicalJoinKind kind, LogicalPlan left, LogicalPlan right, Expression? condition) =>
        new(kind, left, right, condition, SchemaOf(kind, left.Schema, right.Schema));

    public static LogicalApply Apply(LogicalJoinKind kind, LogicalPlan left, LogicalPlan right, Expression? condition) =>
        new(kind, left, right, condition, SchemaOf(kind, left.Schema, right.Schema));

    /// <summary>
    /// Joins a right side that was bound one level below the left: an Apply where it uses the left row, else a join of independent inputs
    /// (whose references to rows further out then come one level nearer).
    /// </summary>
    public static LogicalPlan Correlate(LogicalJoinKind kind, LogicalPlan left, LogicalPlan right, Expression? condition) =>
        OuterReferences.Uses(right, level: 1)
            ? Apply(kind, left, right, condition)
            : Join(kind, left, OuterReferences.Shift(right, -1), condition);

    public static PlanSchema SchemaOf(LogicalJoinKind kind, PlanSchema left, PlanSchema right) => kind switch
    {
        LogicalJoinKind.Inner => left.Concat(right),
        LogicalJoinKind.Left or LogicalJoinKind.Single => left.Concat(Nullable(right)),
        LogicalJoinKind.Right => Nullable(left).Concat(right),
        LogicalJoinKind.Full => Nullable(left).Concat(Nullable(right)),
        LogicalJoinKind.Semi or LogicalJoinKind.Anti => left,
        LogicalJoinKind.Mark => new([.. left.Columns, MarkColumn]),
        _ => throw new SqlException(SqlErrorCode.Internal, $"Unknown join kind {kind}."),
    };

    static OutputColumn MarkColumn { get; } = new("_mark", SqlType.Boolean, Nullable: true);

    static PlanSchema Nullable(PlanSchema schema) => new(schema.Columns.Select(c => c with { Nullable = true }));
}
