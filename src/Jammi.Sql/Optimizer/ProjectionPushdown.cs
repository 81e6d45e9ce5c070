using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// Drops columns that nobody above reads, down to the scans and table functions: an image's bytes are not touched by a query that does not use them.
/// </summary>
internal sealed class ProjectionPushdown : IOptimizerRule
{
    public string Name => "projection pushdown";

    public LogicalPlan Rewrite(LogicalPlan plan) => Exactly(plan, [.. Enumerable.Range(0, plan.Schema.Count)], plan.Schema);

    /// <summary>A plan with fewer columns: Place[i] is where the old column i is now, or -1.</summary>
    sealed record Pruned(LogicalPlan Plan, int[] Place)
    {
        /// <summary>The expression over the pruned plan, its columns under the names that they have there.</summary>
        public Expression Map(Expression expression) => expression.Transform(e =>
            e is ColumnExpression column ? column with { Index = Place[column.Index], Name = Plan.Schema[Place[column.Index]].Name } : e);
    }

    /// <summary>The plan with exactly these columns, in this order.</summary>
    static LogicalPlan Exactly(LogicalPlan plan, int[] columns, PlanSchema schema)
    {
        Pruned pruned = Prune(plan, [.. columns]);
        int[] places = [.. columns.Select(c => pruned.Place[c])];
        return IsIdentity(places, pruned.Plan.Schema) && SameNames(pruned.Plan.Schema, schema) ? pruned.Plan : Projections.Columns(pruned.Plan, places, schema);
    }

    static bool IsIdentity(int[] places, PlanSchema schema) => places.Length == schema.Count && places.AsSpan().SequenceEqual([.. Enumerable.Range(0, places.Length)]);

    static bool SameNames(PlanSchema a, PlanSchema b)
    {
        ValueList<OutputColumn> first = a.Columns;
        ValueList<OutputColumn> second = b.Columns;
        for (int i = 0; i < first.Count; i++)
        {
            if (first[i].Name != second[i].Name)
            {
                return false;
            }
        }

        return true;
    }

    static LogicalPlan Whole(LogicalPlan plan) => Exactly(plan, [.. Enumerable.Range(0, plan.Schema.Count)], plan.Schema);

    /// <summary>The plan with at least the columns of <paramref name="wanted"/>.</summary>
    static Pruned Prune(LogicalPlan plan, ColumnSet wanted) => plan switch
    {
        LogicalScan scan => PruneScan(scan, wanted),
        LogicalTableFunction function => PruneFunction(function, wanted),
        LogicalValues values => PruneValues(values, wanted),
        LogicalProject project => PruneProject(project, wanted),
        LogicalAggregate aggregate => PruneAggregate(aggregate, wanted),
        LogicalWindow window => PruneWindow(window, wanted),
        LogicalJoin join => PruneJoin(join, join.Kind, join.Left, join.Right, join.Condition, wanted, join),
        LogicalApply apply => PruneJoin(apply, apply.Kind, apply.Left, apply.Right, apply.Condition, wanted, join: null),
        LogicalSetOperation { Kind: LogicalSetKind.Union, All: true } union => PruneUnion(union, wanted),
        LogicalFilter or LogicalSort or LogicalLimit or LogicalTopN or LogicalSample or LogicalDistinct { On.Count: > 0 } => PruneThrough(plan, wanted),
        _ => Unchanged(plan.MapInputs(Whole)),
    };

    static Pruned Unchanged(LogicalPlan plan) => new(plan, [.. Enumerable.Range(0, plan.Schema.Count)]);

    /// <summary>Where each old column is among those kept.</summary>
    static int[] Places(int count, IEnumerable<int> kept)
    {
        int[] place = new int[count];
        Array.Fill(place, -1);
        int next = 0;
        foreach (int column in kept)
        {
            place[column] = next++;
        }

        return place;
    }

    static PlanSchema Columns(PlanSchema schema, IEnumerable<int> kept) => new(kept.Select(i => schema[i]).ToValueList());

    static Pruned PruneScan(LogicalScan scan, ColumnSet wanted)
    {
        ColumnSet kept = [.. wanted];
        foreach (Expression filter in scan.Filters)
        {
            ExpressionColumns.Collect(filter, kept);
        }

        int[] place = Places(scan.Schema.Count, kept);
        bool rowId = scan.WithRowId && kept.Contains(scan.Projection.Count);
        ValueList<int> projection = kept.Where(i => i < scan.Projection.Count).Select(i => scan.Projection[i]).ToValueList();
        return new(new LogicalScan(scan.Table, projection, rowId, scan.Filters.Select(f => ExpressionColumns.Map(f, i => place[i]))) { Indexes = scan.Indexes }, place);
    }

    static Pruned PruneFunction(LogicalTableFunction function, ColumnSet wanted)
    {
        ColumnSet kept = [.. wanted];
        foreach (Expression filter in function.Filters)
        {
            ExpressionColumns.Collect(filter, kept);
        }

        int[] place = Places(function.Schema.Count, kept);
        ValueList<int> projection = kept.Select(i => function.Projection[i]).ToValueList();
        ValueList<LogicalPlan> relations = function.Relations.Select(Whole);
        ValueList<Expression> filters = function.Filters.Select(f => ExpressionColumns.Map(f, i => place[i]));
        return new(new LogicalTableFunction(function.Name, function.Source, function.FullSchema, projection, function.Arguments, relations) { Filters = filters }, place);
    }

    static Pruned PruneValues(LogicalValues values, ColumnSet wanted)
    {
        ValueList<ValueList<Expression>> rows = values.Rows.Select(row => wanted.Select(i => row[i]).ToValueList());
        return new(new LogicalValues(Columns(values.Schema, wanted), rows), Places(values.Schema.Count, wanted));
    }

    static Pruned PruneProject(LogicalProject project, ColumnSet wanted)
    {
        ColumnSet below = [];
        foreach (int i in wanted)
        {
            ExpressionColumns.Collect(project.Expressions[i], below);
        }

        Pruned input = Prune(project.Input, below);
        int[] place = Places(project.Schema.Count, wanted);
        ValueList<Expression> expressions = wanted.Select(i => input.Map(project.Expressions[i])).ToValueList();

        // Columns handed on as they are need no projection.
        if (expressions.All(e => e is ColumnExpression))
        {
            int next = 0;
            foreach (int i in wanted)
            {
                place[i] = ((ColumnExpression)expressions[next++]).Index;
            }

            return new(input.Plan, place);
        }

        return new(Projections.Merge(input.Plan, expressions, Columns(project.Schema, wanted)), place);
    }

    static Pruned PruneAggregate(LogicalAggregate aggregate, ColumnSet wanted)
    {
        int keys = aggregate.Keys.Count;
        int sets = aggregate.GroupingSets.Count > 0 ? aggregate.Schema.Count - 1 : -1;
        List<int> calls = [.. wanted.Where(i => i >= keys && i != sets)];
        List<int> kept = [.. Enumerable.Range(0, keys), .. calls];
        if (sets >= 0)
        {
            kept.Add(sets);
        }

        ValueList<AggregateCall> aggregates = calls.Select(i => aggregate.Aggregates[i - keys]).ToValueList();
        var narrow = new LogicalAggregate(aggregate.Input, aggregate.Keys, aggregates, aggregate.GroupingSets, Columns(aggregate.Schema, kept));
        Pruned input = Prune(aggregate.Input, Used(narrow));
        return new(narrow.MapExpressions(input.Map).WithInputs([input.Plan]), Places(aggregate.Schema.Count, kept));
    }

    static Pruned PruneWindow(LogicalWindow window, ColumnSet wanted)
    {
        int count = window.Input.Schema.Count;
        List<int> calls = [.. wanted.Where(i => i >= count)];
        if (calls.Count == 0)
        {
            Pruned only = Prune(window.Input, wanted);
            return new(only.Plan, [.. only.Place, .. Enumerable.Repeat(-1, window.Calls.Count)]);
        }

        var narrow = new LogicalWindow(window.Input, window.PartitionBy, window.OrderBy, calls.Select(i => window.Calls[i - count]).ToValueList(), window.Schema);
        ColumnSet below = [.. Used(narrow), .. wanted.Where(i => i < count)];
        Pruned input = Prune(window.Input, below);
        int wide = input.Plan.Schema.Count;
        PlanSchema schema = new([.. input.Plan.Schema.Columns, .. calls.Select(i => window.Schema[i])]);
        var mapped = (LogicalWindow)narrow.MapExpressions(input.Map);
        int[] place = [.. input.Place, .. Enumerable.Range(count, window.Calls.Count).Select(i => calls.IndexOf(i) is var at && at >= 0 ? wide + at : -1)];
        return new(new LogicalWindow(input.Plan, mapped.PartitionBy, mapped.OrderBy, mapped.Calls, schema), place);
    }

    /// <summary>Nodes that hand their input's columns on.</summary>
    static Pruned PruneThrough(LogicalPlan plan, ColumnSet wanted)
    {
        Pruned input = Prune(plan.Inputs[0], [.. wanted, .. Used(plan)]);
        return new(plan.MapExpressions(input.Map).WithInputs([input.Plan]), input.Place);
    }

    static ColumnSet Used(LogicalPlan plan)
    {
        ColumnSet used = [];
        foreach (Expression expression in plan.Expressions())
        {
            ExpressionColumns.Collect(expression, used);
        }

        return used;
    }

    /// <param name="join">The plan, unless it is an Apply.</param>
    static Pruned PruneJoin(LogicalPlan plan, LogicalJoinKind kind, LogicalPlan left, LogicalPlan right, Expression? condition, ColumnSet wanted, LogicalJoin? join)
    {
        int leftCount = left.Schema.Count;
        bool givesRight = kind is not (LogicalJoinKind.Semi or LogicalJoinKind.Anti or LogicalJoinKind.Mark);
        ColumnSet fromLeft = [];
        ColumnSet fromRight = [];
        foreach (int i in ExpressionColumns.Of(condition))
        {
            Side(i);
        }

        foreach (int i in wanted)
        {
            if (givesRight || i < leftCount)
            {
                Side(i);
            }
        }

        if (join is null)
        {
            fromLeft.UnionWith(OuterReferences.Columns(right));
        }

        Pruned l = Prune(left, fromLeft);
        if (join is null)
        {
            right = OuterReferences.Map(right, (column, nesting) => column.Depth - nesting == 1 ? column with { Index = l.Place[column.Index] } : column);
        }

        Pruned r = Prune(right, fromRight);
        int leftWide = l.Plan.Schema.Count;
        int[] inputs = new int[l.Place.Length + r.Place.Length];
        l.Place.CopyTo(inputs, 0);
        for (int i = 0; i < r.Place.Length; i++)
        {
            inputs[l.Place.Length + i] = r.Place[i] < 0 ? -1 : r.Place[i] + leftWide;
        }

        Expression? mapped = condition?.Transform(e => e is ColumnExpression column ? column with { Index = inputs[column.Index], Name = NameOf(inputs[column.Index]) } : e);
        LogicalPlan joined = join is null ? Joins.Apply(kind, l.Plan, r.Plan, mapped) : Joins.Join(kind, l.Plan, r.Plan, mapped) with { BuildsLeft = join.BuildsLeft };
        int[] place = kind switch
        {
            LogicalJoinKind.Mark => [.. l.Place, leftWide],
            _ when givesRight => inputs,
            _ => l.Place,
        };
        return new(joined, place);

        string NameOf(int column) => column < leftWide ? l.Plan.Schema[column].Name : r.Plan.Schema[column - leftWide].Name;

        void Side(int column)
        {
            if (column < leftCount)
            {
                fromLeft.Add(column);
            }
            else
            {
                fromRight.Add(column - leftCount);
            }
        }
    }

    static Pruned PruneUnion(LogicalSetOperation union, ColumnSet wanted)
    {
        int[] columns = [.. wanted];
        PlanSchema schema = Columns(union.Schema, wanted);
        LogicalPlan left = Exactly(union.Left, columns, Columns(union.Left.Schema, wanted));
        LogicalPlan right = Exactly(union.Right, columns, Columns(union.Right.Schema, wanted));
        return new(new LogicalSetOperation(union.Kind, union.All, left, right, schema), Places(union.Schema.Count, wanted));
    }
}
