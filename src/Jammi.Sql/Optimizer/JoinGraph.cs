using System.Numerics;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Optimizer;

/// <summary>Neighbouring inner joins taken apart: their inputs, and the conditions over all inputs' columns in the original order.</summary>
internal sealed class JoinGraph
{
    readonly List<Condition> conditions = [];
    readonly List<int> firstColumn = [];

    // What the conditions that need the same set of inputs keep together.
    readonly List<(ulong Needs, double Selectivity)> selectivities = [];
    readonly PlanSchema schema;

    /// <summary>By input the others that a condition over the two connects it to.</summary>
    readonly ulong[] neighbours = new ulong[sizeof(ulong) * 8];
    bool hasWide;

    JoinGraph(PlanSchema schema) => this.schema = schema;

    /// <param name="Needs">The set of inputs whose columns it reads.</param>
    sealed record Condition(Expression Expression, ulong Needs, double Selectivity)
    {
        public bool IsEquality { get; } = Expression is ComparisonExpression { Operator: ComparisonOperator.Equal, Left: ColumnExpression, Right: ColumnExpression };
    }

    public List<LogicalPlan> Inputs { get; } = [];

    public List<double> Rows { get; } = [];

    public static JoinGraph Of(LogicalJoin join, Func<LogicalPlan, LogicalPlan> rewriteInput)
    {
        var graph = new JoinGraph(join.Schema);
        var found = new List<Expression>();
        graph.Collect(join, 0, found, rewriteInput);
        foreach (Expression condition in found)
        {
            graph.conditions.Add(new(condition, graph.NeedsOf(condition), graph.SelectivityOf(condition)));
        }

        foreach (IGrouping<ulong, Condition> together in graph.conditions.GroupBy(c => c.Needs))
        {
            graph.Connect(together.Key);
            if (together.Take(2).Count() == 1)
            {
                graph.selectivities.Add((together.Key, together.First().Selectivity));
                continue;
            }

            double rows = graph.Rows.Where((_, i) => (together.Key >> i & 1) != 0).Append(1).Max();
            graph.selectivities.Add((together.Key, CardinalityEstimator.Together([.. together.Where(c => c.IsEquality).Select(c => c.Selectivity)], rows)
                * together.Where(c => !c.IsEquality).Aggregate(1.0, (product, c) => product * c.Selectivity)));
        }

        return graph;
    }

    /// <summary>Whether some condition needs both sets and nothing else.</summary>
    public bool Connects(ulong left, ulong right)
    {
        for (ulong rest = left; rest != 0; rest &= rest - 1)
        {
            if ((neighbours[BitOperations.TrailingZeroCount(rest)] & right) != 0)
            {
                return true;
            }
        }

        return hasWide && ConnectsWidely(left, right);
    }

    bool ConnectsWidely(ulong left, ulong right)
    {
        foreach ((ulong needs, _) in selectivities)
        {
            if (Applies(needs, left, right))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What the conditions that become checkable by joining the two sets keep.</summary>
    public double Selectivity(ulong left, ulong right)
    {
        double kept = 1;
        foreach ((ulong needs, double selectivity) in selectivities)
        {
            if (Applies(needs, left, right))
            {
                kept *= selectivity;
            }
        }

        return kept;
    }

    /// <summary>What conditions over exactly two inputs keep of each pair's product, with the lower input first; 0 where there is none.</summary>
    public void PairSelectivities(Span<double> kept)
    {
        kept.Clear();
        foreach ((ulong needs, double selectivity) in selectivities)
        {
            if (BitOperations.PopCount(needs) == 2)
            {
                kept[(BitOperations.TrailingZeroCount(needs) * Inputs.Count) + BitOperations.Log2(needs)] = Math.Max(selectivity, double.Epsilon);
            }
        }
    }

    /// <summary>The conditions over three inputs or more.</summary>
    public IEnumerable<(ulong Needs, double Selectivity)> WideSelectivities() => selectivities.Where(s => BitOperations.PopCount(s.Needs) > 2);

    /// <summary>The joins in the chosen order, under a projection that restores the columns' order.</summary>
    public LogicalPlan Build(JoinOrdering.Tree tree)
    {
        var start = new int[Inputs.Count];
        LogicalPlan plan = BuildTree(tree, start, 0);

        // Conditions without columns of any input hold or fail for all rows.
        List<Expression> constant = [.. conditions.Where(c => c.Needs == 0).Select(c => c.Expression)];
        plan = FilterPushdown.Filtered(plan, constant);
        int[] place = new int[schema.Count];
        bool moved = false;
        for (int input = 0; input < start.Length; input++)
        {
            moved |= start[input] != firstColumn[input];
            for (int i = 0; i < Inputs[input].Schema.Count; i++)
            {
                place[firstColumn[input] + i] = start[input] + i;
            }
        }

        return moved ? Projections.Columns(plan, place, schema) : plan;
    }

    void Collect(LogicalPlan plan, int offset, List<Expression> found, Func<LogicalPlan, LogicalPlan> rewriteInput)
    {
        if (plan is LogicalJoin { Kind: LogicalJoinKind.Inner } join)
        {
            Collect(join.Left, offset, found, rewriteInput);
            Collect(join.Right, offset + join.Left.Schema.Count, found, rewriteInput);
            found.AddRange(Conjuncts.Split(join.Condition).Select(c => ExpressionColumns.Shift(c, offset)));
            return;
        }

        LogicalPlan input = rewriteInput(plan);
        Inputs.Add(input);
        firstColumn.Add(offset);
        Rows.Add(Math.Max(1, CardinalityEstimator.Rows(input)));
    }

    int InputOf(int column)
    {
        int place = firstColumn.BinarySearch(column);
        if (place < 0)
        {
            return ~place - 1;
        }

        // Inputs without columns share their offset with the next one, whose column it is.
        while (place + 1 < firstColumn.Count && firstColumn[place + 1] == column)
        {
            place++;
        }

        return place;
    }

    ulong NeedsOf(Expression condition)
    {
        ulong needs = condition is ColumnExpression column ? 1UL << InputOf(column.Index) : 0;
        for (int i = 0; i < condition.ChildCount; i++)
        {
            needs |= NeedsOf(condition.Child(i));
        }

        return needs;
    }

    void Connect(ulong needs)
    {
        if (BitOperations.PopCount(needs) == 2)
        {
            neighbours[BitOperations.TrailingZeroCount(needs)] |= needs;
            neighbours[BitOperations.Log2(needs)] |= needs;
        }

        hasWide |= BitOperations.PopCount(needs) > 2;
    }

    double SelectivityOf(Expression condition)
    {
        if (condition is ComparisonExpression { Operator: ComparisonOperator.Equal, Left: ColumnExpression left, Right: ColumnExpression right })
        {
            int leftInput = InputOf(left.Index);
            int rightInput = InputOf(right.Index);
            return CardinalityEstimator.EqualityOf(
                Inputs[leftInput],
                ExpressionColumns.Shift(left, -firstColumn[leftInput]),
                Inputs[rightInput],
                ExpressionColumns.Shift(right, -firstColumn[rightInput]));
        }

        return CardinalityEstimator.Selectivity(LogicalValues.OneRow, condition);
    }

    /// <summary>Whether a condition that needs these inputs can be checked by joining the two sets, and not before.</summary>
    public static bool Applies(ulong needs, ulong left, ulong right) => (needs & ~(left | right)) == 0 && (needs & left) != 0 && (needs & right) != 0;

    /// <summary>The plan of a tree whose columns begin at <paramref name="first"/> of the whole order's; notes where those of each input do.</summary>
    LogicalPlan BuildTree(JoinOrdering.Tree tree, int[] start, int first)
    {
        if (tree.Left is null || tree.Right is null)
        {
            int input = BitOperations.TrailingZeroCount(tree.Set);
            start[input] = first;
            return Inputs[input];
        }

        // The smaller side is the right one: a hash join builds its table there.
        (JoinOrdering.Tree larger, JoinOrdering.Tree smaller) = tree.Left.Rows >= tree.Right.Rows ? (tree.Left, tree.Right) : (tree.Right, tree.Left);
        LogicalPlan left = BuildTree(larger, start, first);
        LogicalPlan right = BuildTree(smaller, start, first + left.Schema.Count);
        var on = new List<Expression>();
        foreach (Condition condition in conditions)
        {
            if (Applies(condition.Needs, larger.Set, smaller.Set))
            {
                on.Add(ExpressionColumns.Map(condition.Expression, Place));
            }
        }

        return Joins.Join(LogicalJoinKind.Inner, left, right, Conjuncts.Combine(on));

        int Place(int column)
        {
            int input = InputOf(column);
            return start[input] - first + column - firstColumn[input];
        }
    }
}
