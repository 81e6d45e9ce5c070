using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

internal sealed partial class Binder
{
    FromItem BindJoin(JoinReference join, Scope? outer, Scope? lateral, CteFrame? tables)
    {
        if (IsProduct(join) && join.Left is JoinReference before && IsProduct(before))
        {
            return BindProduct(join, outer, lateral, tables);
        }

        FromItem left = BindFrom(join.Left, outer, lateral, tables);
        FromItem right = BindFrom(join.Right, Scope.Opaque(outer), left.ToScope(lateral), tables);
        RefuseSameName(left, right, join.Position);
        LogicalJoinKind kind = KindOf(join.Kind);

        bool nullableLeft = kind is LogicalJoinKind.Right or LogicalJoinKind.Full;
        bool nullableRight = kind is LogicalJoinKind.Left or LogicalJoinKind.Full;
        if (nullableLeft && OuterReferences.Uses(right.Plan, level: 1))
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"the right side of a {join.Kind.ToString().ToUpperInvariant()} JOIN cannot use columns of the left side: use LEFT JOIN LATERAL.", join.Right.Position);
        }

        int leftCount = left.Plan.Schema.Count;
        FromItem inner = right.Move(leftCount, nullable: false);
        IReadOnlyList<string> shared = join.Using ?? (join.Natural ? SharedNames(left, right) : []);
        List<(ScopeColumn Left, ScopeColumn Right)> merged = [.. shared.Select(name => (FindShared(left, name, "left", join.Position), FindShared(inner, name, "right", join.Position)))];

        Expression? condition = BindJoinCondition(join, left, inner, merged, lateral, tables, out List<Expression> later);
        LogicalPlan plan;
        if (later.Count == 0 || kind == LogicalJoinKind.Inner)
        {
            plan = Joins.Correlate(kind, left.Plan, right.Plan, condition);
            if (later.Count > 0)
            {
                FilterBy(ref plan, Conjuncts.Combine(later)!);
            }
        }
        else
        {
            plan = kind switch
            {
                LogicalJoinKind.Right when FilterSide(left.Plan, later, 0) is { } filtered => Joins.Correlate(kind, filtered, right.Plan, condition),
                not (LogicalJoinKind.Right or LogicalJoinKind.Full) when FilterSide(right.Plan, later, leftCount) is { } filtered => Joins.Correlate(kind, left.Plan, filtered, condition),
                _ => JoinBySubqueryColumns(kind, left.Plan, right.Plan, condition, later, join),
            };
        }

        if (kind is LogicalJoinKind.Semi or LogicalJoinKind.Anti)
        {
            return left with { Plan = plan };
        }

        FromItem movedLeft = left.Move(0, nullableLeft);
        FromItem movedRight = nullableRight ? right.Move(leftCount, nullable: true) : inner;
        return new(plan, [.. movedLeft.Relations, .. movedRight.Relations], MergedColumns(kind, movedLeft, movedRight, shared));
    }

    static bool IsProduct(JoinReference join) => join is { Kind: JoinKind.Cross, On: null, Using: null, Natural: false };

    /// <summary>Several items with commas or CROSS JOIN between them. The names that they make visible are put together once.</summary>
    FromItem BindProduct(JoinReference last, Scope? outer, Scope? lateral, CteFrame? tables)
    {
        var joins = new Stack<JoinReference>();
        TableReference leftmost = last;
        while (leftmost is JoinReference join && IsProduct(join))
        {
            joins.Push(join);
            leftmost = join.Left;
        }

        FromItem first = BindFrom(leftmost, outer, lateral, tables);
        LogicalPlan plan = first.Plan;
        var relations = new List<ScopeRelation>(first.Relations);
        var columns = new List<ScopeColumn>(first.Columns);
        var names = new HashSet<string>(relations.Select(r => r.Name), StringComparer.OrdinalIgnoreCase);
        foreach (JoinReference join in joins)
        {
            FromItem Left() => new(plan, relations.ToValueList(), columns.ToValueList());

            // A plain table looks at no other.
            Scope shown = join.Right is NamedTable { IsFile: false } ? Scope.Opaque(lateral) : Left().ToScope(lateral);
            FromItem right = BindFrom(join.Right, Scope.Opaque(outer), shown, tables);
            bool isNew = true;
            foreach (ScopeRelation relation in right.Relations)
            {
                isNew &= names.Add(relation.Name);
            }

            if (!isNew)
            {
                RefuseSameName(Left(), right, join.Position);
            }

            FromItem moved = right.Move(plan.Schema.Count, nullable: false);
            plan = Joins.Correlate(LogicalJoinKind.Inner, plan, right.Plan, null);
            relations.AddRange(moved.Relations);
            columns.AddRange(moved.Columns);
        }

        return new(plan, relations.ToValueList(), columns.ToValueList());
    }

    /// <summary>The rows of the side that an outer, semi or anti join need not keep, for which the parts of ON with subqueries hold; null where one looks at the other side.</summary>
    static LogicalProject? FilterSide(LogicalPlan side, List<Expression> parts, int first)
    {
        LogicalPlan plan = side;
        foreach (Expression part in parts)
        {
            if (OneSidedCondition.TryMove(part, first, side.Schema.Count) is not { } moved)
            {
                return null;
            }

            FilterBy(ref plan, moved);
        }

        return Projections.First(plan, side.Schema);
    }

    static SqlException SubqueryInOn(JoinReference join) => new(
        SqlErrorCode.NotSupported,
        "a subquery in the ON condition of an outer, semi or anti join may use columns of one side only, and none of enclosing queries: put it in the FROM of the join or in WHERE.",
        join.On!.Position);

    static LogicalJoinKind KindOf(JoinKind kind) => kind switch
    {
        JoinKind.Left => LogicalJoinKind.Left,
        JoinKind.Right => LogicalJoinKind.Right,
        JoinKind.Full => LogicalJoinKind.Full,
        JoinKind.Semi => LogicalJoinKind.Semi,
        JoinKind.Anti => LogicalJoinKind.Anti,
        _ => LogicalJoinKind.Inner,
    };

    /// <summary>The join's condition over left and right columns. Parts with subqueries come back apart: they are filters over the joined rows.</summary>
    Expression? BindJoinCondition(
        JoinReference join,
        FromItem left,
        FromItem right,
        List<(ScopeColumn Left, ScopeColumn Right)> merged,
        Scope? outer,
        CteFrame? tables,
        out List<Expression> later)
    {
        var parts = new List<Expression>();
        foreach ((ScopeColumn l, ScopeColumn r) in merged)
        {
            parts.Add(Compare(ComparisonOperator.Equal, l.Expression, r.Expression, $"USING ({l.Name})", join.Position));
        }

        if (join.On is { } on)
        {
            var scope = new Scope([.. left.Relations, .. right.Relations], [.. left.Columns, .. right.Columns], outer);
            var context = new ExpressionContext(scope, tables, "a JOIN condition");
            parts.AddRange(Conjuncts.Split(BindCondition(on, context, "the condition of ON")));
        }

        later = parts.FindAll(p => p.Any(e => e is BoundSubquery));
        parts.RemoveAll(later.Contains);
        return Conjuncts.Combine(parts);
    }

    static ValueList<ScopeColumn> MergedColumns(LogicalJoinKind kind, FromItem left, FromItem right, IReadOnlyList<string> shared)
    {
        if (shared.Count == 0)
        {
            return [.. left.Columns, .. right.Columns];
        }

        var columns = new List<ScopeColumn>();
        foreach (string name in shared)
        {
            ScopeColumn l = left.Columns.First(c => Same(c.Name, name));
            ScopeColumn r = right.Columns.First(c => Same(c.Name, name));
            Expression merged = kind switch
            {
                LogicalJoinKind.Right => r.Expression,
                LogicalJoinKind.Full => MergeFull(l.Expression, r.Expression),
                _ => l.Expression,
            };
            columns.Add(new(l.Name, merged));
        }

        bool IsRest(ScopeColumn column) => !shared.Contains(column.Name, StringComparer.OrdinalIgnoreCase);
        return [.. columns, .. left.Columns.Where(IsRest), .. right.Columns.Where(IsRest)];
    }

    static CoalesceExpression MergeFull(Expression left, Expression right)
    {
        SqlType type = CommonType(left.Type, right.Type, "USING", SourcePosition.None);
        return new([left.Type == type ? left : new CastExpression(left, type, Try: false), right.Type == type ? right : new CastExpression(right, type, Try: false)]);
    }

    static string[] SharedNames(FromItem left, FromItem right) =>
        [.. left.Columns.Select(c => c.Name).Where(n => right.Columns.Any(r => Same(r.Name, n))).Distinct(StringComparer.OrdinalIgnoreCase)];

    static ScopeColumn FindShared(FromItem item, string name, string side, SourcePosition position)
    {
        ScopeColumn[] found = [.. item.Columns.Where(c => Same(c.Name, name)).Take(2)];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new SqlException(SqlErrorCode.UndefinedColumn, $"USING names \"{name}\", which the {side} side does not have.{Choices(name, item.Columns.Select(c => c.Name))}", position),
            _ => throw new SqlException(SqlErrorCode.Ambiguous, $"USING names \"{name}\", which the {side} side has more than once.", position),
        };
    }

    /// <summary>Two items of one name could not be told apart by a qualifier.</summary>
    static void RefuseSameName(FromItem left, FromItem right, SourcePosition position)
    {
        foreach (ScopeRelation relation in right.Relations.Where(r => r.Name.Length > 0))
        {
            if (left.Relations.Any(l => Same(l.Name, relation.Name) && (l.Schema is null || relation.Schema is null || Same(l.Schema, relation.Schema))))
            {
                throw new SqlException(SqlErrorCode.Ambiguous, $"the name \"{relation.Name}\" stands twice in FROM: give one of them an alias.", position);
            }
        }
    }

    static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
