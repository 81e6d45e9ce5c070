using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;

namespace Jammi.Sql.TextIndexes.Search;

/// <summary>A row that a text search found.</summary>
/// <param name="Block">Index of its block in the table.</param>
/// <param name="Row">Its index in the block.</param>
internal readonly record struct MatchingRow(double Score, int Block, int Row);

/// <summary>
/// The k best rows seen so far, the worst on top of a heap. Order: higher score first, then the smaller primary key, then the earlier row: it depends neither on how rows
/// are cut into blocks nor on the order in which they are offered.
/// </summary>
internal sealed class BestRows
{
    readonly int k;
    readonly PriorityQueue<MatchingRow, MatchingRow> heap;
    readonly Comparer<MatchingRow> bestFirst;

    public BestRows(int k, TableEntry table, ITableData data)
    {
        this.k = k;
        bestFirst = Comparer<MatchingRow>.Create(OrderOf(table, data));
        heap = new(Comparer<MatchingRow>.Create((a, b) => bestFirst.Compare(b, a)));
        Threshold = k == 0 ? double.PositiveInfinity : double.NegativeInfinity;
    }

    /// <summary>Rows below this score are out.</summary>
    public double Threshold { get; private set; }

    public void Offer(MatchingRow row)
    {
        if (row.Score < Threshold)
        {
            return;
        }

        if (heap.Count < k)
        {
            heap.Enqueue(row, row);
        }
        else
        {
            heap.EnqueueDequeue(row, row);
        }

        if (heap.Count == k)
        {
            Threshold = heap.Peek().Score;
        }
    }

    /// <summary>The rows, best first.</summary>
    public IReadOnlyList<MatchingRow> Sorted() => [.. heap.UnorderedItems.Select(i => i.Element).Order(bestFirst)];

    static Comparison<MatchingRow> OrderOf(TableEntry table, ITableData data)
    {
        ConstraintEntry? key = table.Definition.Constraints.FirstOrDefault(c => c.Kind == ConstraintKind.PrimaryKey);
        int[] ordinals = key is null ? [] : [.. key.Columns];
        CellComparer[] comparers = [.. ordinals.Select(o => CellComparer.For(table.Definition.Columns[o].Type))];
        IRowBlock[] blocks = [.. data.Blocks];
        return (a, b) =>
        {
            int order = b.Score.CompareTo(a.Score);
            for (int i = 0; i < ordinals.Length && order == 0; i++)
            {
                IArrowArray left = blocks[a.Block].Column(ordinals[i]);
                IArrowArray right = blocks[b.Block].Column(ordinals[i]);
                order = comparers[i].Compare(left, a.Row, right, b.Row);
            }

            return order != 0 ? order : (a.Block, a.Row).CompareTo((b.Block, b.Row));
        };
    }
}
