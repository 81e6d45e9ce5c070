using System.Numerics;
using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>Rows whose 1-bit codes are about one centre, as a scan reads them for one query: those of a block in its order, or those of a cell.</summary>
internal sealed unsafe class BitRun
{
    readonly uint* places;
    readonly int[]? blocks;
    readonly int block;

    /// <summary>The rows of a block.</summary>
    public BitRun(EncodedQuery query, SearchBlock rows, int block, SumRoom room)
        : this(query, rows.Codes!.BitCodes, rows.Codes.Axis, query.Product(rows.Codes.Centre), rows.Live, room)
    {
        this.block = block;
    }

    /// <summary>The rows of a cell.</summary>
    /// <param name="centre">The query's product with the cell's centre.</param>
    public BitRun(EncodedQuery query, SearchCells cells, int cell, float centre, SumRoom room)
        : this(query, cells.Cells.Codes(cell), cells.Cells.Axis, centre, cells.Live(cell), room)
    {
        places = cells.Cells.Places(cell);
        blocks = cells.Blocks;
        Spreads = new GroupSpread[Live.Length];
    }

    BitRun(EncodedQuery query, BitCodes codes, float[]? axis, float centre, ulong[] live, SumRoom room)
    {
        Table = query.Tables(axis);
        Codes = codes;
        Live = live;
        Highest = new float[live.Length];
        Sums = room.Take(live.Length);
        Terms = new EstimateTerms(Table.Scale, Table.Shift, centre, axis is null ? 0 : Table.AxisProduct * codes.ScoreScale, BitScan.Certainty * Table.Length);
    }

    public BitTables Table { get; }

    public BitCodes Codes { get; }

    public EstimateTerms Terms { get; }

    /// <summary>A bit for each row that may be found, in words of 64.</summary>
    public ulong[] Live { get; }

    /// <summary>By group of 64 rows: how high a row that may be found comes, with its estimate raised by <see cref="BitScan.Certainty"/> standard deviations.</summary>
    public float[] Highest { get; }

    /// <summary>By row, once it was estimated: what its codes select of the tables.</summary>
    public Memory<ushort> Sums { get; }

    /// <summary>Of a cell, by group: how far rows' products with the query lie from the centre's; null for a block.</summary>
    public GroupSpread[]? Spreads { get; }

    public int Groups => Live.Length;

    public int LiveCount => Execution.Kernels.RowWords.PopCount(Live);

    /// <summary>Where a row is in the table.</summary>
    public StoredRow At(int row) => blocks is null
        ? new(block, row)
        : new(blocks[places[row] >> VectorCells.BlockShift], (int)(places[row] & ((1u << VectorCells.BlockShift) - 1)));
}

/// <summary>How far the products of a group's rows with a query lie from that of their centre, by their estimates.</summary>
/// <param name="Squares">Sum of squares of these differences.</param>
/// <param name="Noise">What errors of estimates are expected to add to it.</param>
/// <param name="NoiseSquares">The sum of squares of that.</param>
internal readonly record struct GroupSpread(float Squares, float Noise, float NoiseSquares);

/// <summary>Some groups of 64 rows of a run, for one thread to estimate.</summary>
internal readonly record struct BitPart(BitRun Run, int FirstGroup, int Groups)
{
    /// <summary>Groups of a part, at most.</summary>
    const int Most = SearchParts.Rows / BitBlockKernel.BlockRows;

    public static BitPart[] Of(IEnumerable<BitRun> runs)
    {
        var parts = new List<BitPart>();
        foreach (BitRun run in runs)
        {
            for (int group = 0; group < run.Groups; group += Most)
            {
                parts.Add(new(run, group, Math.Min(Most, run.Groups - group)));
            }
        }

        return [.. parts];
    }
}
