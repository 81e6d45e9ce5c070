using System.Numerics;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// Chooses the order of inner joins: the one whose intermediate results are expected to be smallest together. Up to <see cref="MostExact"/> inputs
/// every order is tried (dynamic programming over sets, cross products only where nothing connects); beyond, the cheapest next join is taken greedily.
/// </summary>
internal sealed class JoinOrdering : IOptimizerRule
{
    const int MostExact = 10;
    const int MostCrossed = 8;
    const int MostInputs = 64;

    public string Name => "join ordering";

    public LogicalPlan Rewrite(LogicalPlan plan)
    {
        if (plan is not LogicalJoin { Kind: LogicalJoinKind.Inner } join)
        {
            return plan.MapInputs(Rewrite);
        }

        JoinGraph graph = JoinGraph.Of(join, Rewrite);
        if (graph.Inputs.Count is < 3 or > MostInputs)
        {
            return plan.MapInputs(Rewrite);
        }

        Tree best = graph.Inputs.Count <= MostExact ? Exact(graph) : Greedy(graph);
        return graph.Build(best);
    }

    /// <summary>A join order: an input, or two orders joined. Rows is what it gives, Cost what all its joins together give.</summary>
    internal sealed record Tree(ulong Set, double Rows, double Cost, Tree? Left, Tree? Right);

    /// <summary>Of many inputs that conditions connect, cross products as parts of an order are not tried: they rarely pay, and there are many.</summary>
    static Tree Exact(JoinGraph graph) => (graph.Inputs.Count > MostCrossed ? Exact(graph, crossing: false) : null) ?? Exact(graph, crossing: true)!;

    static Tree? Exact(JoinGraph graph, bool crossing)
    {
        int count = graph.Inputs.Count;
        var best = new Tree?[1 << count];
        for (int i = 0; i < count; i++)
        {
            best[1 << i] = new(1UL << i, graph.Rows[i], 0, null, null);
        }

        for (int set = 1; set < best.Length; set++)
        {
            if (BitOperations.PopCount((uint)set) < 2)
            {
                continue;
            }

            best[set] = BestSplit(graph, best, set, connectedOnly: true) ?? (crossing ? BestSplit(graph, best, set, connectedOnly: false) : null);
        }

        return best[^1];
    }

    static Tree? BestSplit(JoinGraph graph, Tree?[] best, int set, bool connectedOnly)
    {
        (Tree Left, Tree Right)? found = null;
        double least = double.PositiveInfinity;

        // Each split once: the half with the lowest input is the left.
        int lowest = set & -set;
        for (int left = (set - 1) & set; left > 0; left = (left - 1) & set)
        {
            if ((left & lowest) == 0 || best[left] is not { } l || best[set ^ left] is not { } r || (connectedOnly && !graph.Connects(l.Set, r.Set)))
            {
                continue;
            }

            double cost = l.Cost + r.Cost + RowsOf(graph, l, r);
            if (found is null || cost < least)
            {
                found = (l, r);
                least = cost;
            }
        }

        return found is var (first, second) ? Join(graph, first, second) : null;
    }

    /// <summary>Takes the join with the fewest rows, one that a condition connects before any other, until one tree is left.</summary>
    static Tree Greedy(JoinGraph graph)
    {
        using var pairs = new JoinPairs(graph);
        while (pairs.Cheapest() is ({ } left, { } right))
        {
            pairs.Merge(left, right, Join(graph, left, right));
        }

        return pairs.Last;
    }

    static Tree Join(JoinGraph graph, Tree left, Tree right)
    {
        double rows = RowsOf(graph, left, right);
        return new(left.Set | right.Set, rows, left.Cost + right.Cost + rows, left, right);
    }

    static double RowsOf(JoinGraph graph, Tree left, Tree right) => Math.Max(1, left.Rows * right.Rows * graph.Selectivity(left.Set, right.Set));
}
