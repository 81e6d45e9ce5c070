using static Jammi.Sql.Optimizer.JoinOrdering;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// Trees yet to be joined, and for each pair what its join gives. What joining two trees changes is worked out from their rows of the table,
/// and each tree remembers its best partner: a step costs as much as there are trees.
/// </summary>
internal sealed class JoinPairs
{
    readonly Tree?[] trees;
    readonly (ulong Needs, double Selectivity)[] wide;

    /// <summary>Above the diagonal: what conditions over two inputs keep, 0 without one.</summary>
    readonly double[,] selectivities;
    readonly (double Rows, bool Connected)[,] pairs;

    /// <summary>By tree its best partner among the later ones, or -1.</summary>
    readonly int[] partners;

    public JoinPairs(JoinGraph graph)
    {
        int count = graph.Inputs.Count;
        trees = new Tree?[count];
        wide = [.. graph.WideSelectivities()];
        selectivities = graph.PairSelectivities();
        pairs = new (double, bool)[count, count];
        partners = new int[count];
        for (int i = 0; i < count; i++)
        {
            trees[i] = new(1UL << i, graph.Rows[i], 0, null, null);
        }

        for (int i = 0; i < count; i++)
        {
            for (int j = i + 1; j < count; j++)
            {
                pairs[i, j] = Pair(i, j);
            }

            partners[i] = FindPartner(i);
        }
    }

    /// <summary>The tree that is left when all are joined.</summary>
    public Tree Last => Array.Find(trees, t => t is not null)!;

    public (Tree? Left, Tree? Right) Cheapest()
    {
        int best = -1;
        for (int i = 0; i < trees.Length; i++)
        {
            if (trees[i] is not null && partners[i] >= 0 && (best < 0 || IsBetter(pairs[i, partners[i]], pairs[best, partners[best]])))
            {
                best = i;
            }
        }

        return best < 0 ? (null, null) : (trees[best], trees[partners[best]]);
    }

    /// <summary>Puts the join in the place of the first tree.</summary>
    public void Merge(Tree first, Tree second, Tree joined)
    {
        int left = Array.IndexOf(trees, first);
        int right = Array.IndexOf(trees, second);
        trees[left] = joined;
        trees[right] = null;
        for (int other = 0; other < trees.Length; other++)
        {
            if (other == left || trees[other] is null)
            {
                continue;
            }

            (int i, int j) = (Math.Min(left, other), Math.Max(left, other));
            double gone = selectivities[Math.Min(right, other), Math.Max(right, other)];
            double kept = selectivities[i, j];
            selectivities[i, j] = kept > 0 && gone > 0 ? kept * gone : Math.Max(kept, gone);
            pairs[i, j] = Pair(i, j);
            if (other < left)
            {
                partners[other] = partners[other] == left || partners[other] == right ? FindPartner(other)
                    : IsBetter(pairs[other, left], pairs[other, partners[other]]) || (left < partners[other] && !IsBetter(pairs[other, partners[other]], pairs[other, left])) ? left
                    : partners[other];
            }
            else if (partners[other] == right)
            {
                partners[other] = FindPartner(other);
            }
        }

        partners[left] = FindPartner(left);
    }

    int FindPartner(int tree)
    {
        int best = -1;
        for (int j = tree + 1; j < trees.Length; j++)
        {
            if (trees[j] is not null && (best < 0 || IsBetter(pairs[tree, j], pairs[tree, best])))
            {
                best = j;
            }
        }

        return best;
    }

    (double Rows, bool Connected) Pair(int i, int j)
    {
        Tree left = trees[i]!;
        Tree right = trees[j]!;
        double kept = selectivities[i, j];
        bool connected = kept > 0;
        kept = connected ? kept : 1;
        foreach ((ulong needs, double selectivity) in wide)
        {
            if (JoinGraph.Applies(needs, left.Set, right.Set))
            {
                kept *= selectivity;
                connected = true;
            }
        }

        return (Math.Max(1, left.Rows * right.Rows * kept), connected);
    }

    static bool IsBetter((double Rows, bool Connected) a, (double Rows, bool Connected) b) => a.Connected == b.Connected ? a.Rows < b.Rows : a.Connected;
}
