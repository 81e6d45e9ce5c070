using System.Buffers;
using static Jammi.Sql.Optimizer.JoinOrdering;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// Trees yet to be joined, and for each pair what its join gives. What joining two trees changes is worked out from their rows of the table,
/// and each tree remembers its best partner: a step costs as much as there are trees.
/// </summary>
internal sealed class JoinPairs : IDisposable
{
    readonly Tree?[] trees;
    readonly (ulong Needs, double Selectivity)[] wide;

    readonly int count;

    /// <summary>Above the diagonal: what conditions over two inputs keep, 0 without one.</summary>
    readonly double[] selectivities;

    /// <summary>Above the diagonal: the rows that a join gives, below zero where nothing connects the two.</summary>
    readonly double[] pairs;

    /// <summary>By tree its best partner among the later ones, or -1.</summary>
    readonly int[] partners;

    public JoinPairs(JoinGraph graph)
    {
        count = graph.Inputs.Count;
        trees = new Tree?[count];
        wide = [.. graph.WideSelectivities()];
        selectivities = ArrayPool<double>.Shared.Rent(count * count);
        pairs = ArrayPool<double>.Shared.Rent(count * count);
        graph.PairSelectivities(selectivities.AsSpan(0, count * count));
        partners = new int[count];
        for (int i = 0; i < count; i++)
        {
            trees[i] = new(1UL << i, graph.Rows[i], 0, null, null);
        }

        for (int i = 0; i < count; i++)
        {
            for (int j = i + 1; j < count; j++)
            {
                pairs[At(i, j)] = Pair(i, j);
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
            if (trees[i] is not null && partners[i] >= 0 && (best < 0 || IsBetter(pairs[At(i, partners[i])], pairs[At(best, partners[best])])))
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
            double gone = selectivities[At(Math.Min(right, other), Math.Max(right, other))];
            double kept = selectivities[At(i, j)];
            selectivities[At(i, j)] = kept > 0 && gone > 0 ? kept * gone : Math.Max(kept, gone);
            pairs[At(i, j)] = Pair(i, j);
            if (other < left)
            {
                partners[other] = partners[other] == left || partners[other] == right ? FindPartner(other)
                    : IsBetter(pairs[At(other, left)], pairs[At(other, partners[other])]) || (left < partners[other] && !IsBetter(pairs[At(other, partners[other])], pairs[At(other, left)])) ? left
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
            if (trees[j] is not null && (best < 0 || IsBetter(pairs[At(tree, j)], pairs[At(tree, best)])))
            {
                best = j;
            }
        }

        return best;
    }

    double Pair(int i, int j)
    {
        Tree left = trees[i]!;
        Tree right = trees[j]!;
        double kept = selectivities[At(i, j)];
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

        double rows = Math.Max(1, left.Rows * right.Rows * kept);
        return connected ? rows : -rows;
    }

    static bool IsBetter(double a, double b) => (a > 0) == (b > 0) ? Math.Abs(a) < Math.Abs(b) : a > 0;

    int At(int i, int j) => (i * count) + j;

    public void Dispose()
    {
        ArrayPool<double>.Shared.Return(selectivities);
        ArrayPool<double>.Shared.Return(pairs);
    }
}
