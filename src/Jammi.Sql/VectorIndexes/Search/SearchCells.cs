using Jammi.Sql.Storage;
using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Kernels;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>The cells of a segment as a search reads them.</summary>
internal sealed unsafe class SearchCells
{
    readonly IReadOnlyList<SearchBlock> all;
    readonly bool isWhole;

    SearchCells(VectorCells cells, int[] blocks, IReadOnlyList<SearchBlock> all)
    {
        Cells = cells;
        Blocks = blocks;
        this.all = all;
        PassingRows = blocks.Where(b => b >= 0).Sum(b => (long)all[b].LiveCount);
        isWhole = PassingRows == cells.TotalRows;
    }

    public VectorCells Cells { get; }

    /// <summary>By number in the segment: the number of the block in the table; -1 for one that cells have no rows of.</summary>
    public int[] Blocks { get; }

    /// <summary>Rows of the cells that may be found.</summary>
    public long PassingRows { get; }

    /// <summary>The cells of a table's segments that have some.</summary>
    /// <param name="blocks">Of the table.</param>
    public static IReadOnlyList<SearchCells> Of(ITableData table, int ordinal, IReadOnlyList<SearchBlock> blocks, ExecutionContext context)
    {
        var found = new List<SearchCells>();
        var members = new Dictionary<VectorCells, List<(int Block, int Number)>>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < blocks.Count; i++)
        {
            if (blocks[i].Codes is not null && table.Blocks[i].Cells(ordinal, context.Cancellation, context.Progress) is { } part)
            {
                if (!members.TryGetValue(part.Cells, out List<(int Block, int Number)>? known))
                {
                    members.Add(part.Cells, known = []);
                }

                known.Add((i, part.Block));
            }
        }

        foreach ((VectorCells cells, List<(int Block, int Number)> parts) in members)
        {
            int[] numbers = new int[parts.Max(p => p.Number) + 1];
            Array.Fill(numbers, -1);
            parts.ForEach(p => numbers[p.Number] = p.Block);
            found.Add(new SearchCells(cells, numbers, blocks));
        }

        return found;
    }

    /// <summary>A bit for each row of a cell that may be found.</summary>
    public ulong[] Live(int cell)
    {
        int rows = Cells.Directory[cell].Rows;
        if (isWhole)
        {
            return Execution.Kernels.RowWords.Whole(rows);
        }

        uint* places = Cells.Places(cell);
        ulong[] live = new ulong[CellLayout.GroupsOf(rows)];
        for (int i = 0; i < rows; i++)
        {
            int number = (int)(places[i] >> VectorCells.BlockShift);
            uint row = places[i] & ((1u << VectorCells.BlockShift) - 1);
            if (number < Blocks.Length && Blocks[number] is >= 0 and var block)
            {
                live[i / BitBlockKernel.BlockRows] |= (all[block].Live[row / 64] >> (int)(row % 64) & 1) << (i % BitBlockKernel.BlockRows);
            }
        }

        return live;
    }
}
