using Jammi.Sql.Execution.Operators;
using Jammi.Sql.Storage;

namespace Jammi.Sql.Execution.Parallel;

/// <summary>
/// Splits the input of an operator that needs all of it into pieces that threads read side by side. Pieces are runs of blocks whose size depends on the table only, and their
/// results are put together in the table's order: so what comes out does not depend on the number of threads, down to the last bit of a floating-point sum.
/// </summary>
internal sealed class ParallelInput
{
    /// <summary>Rows of a piece: enough that what is done once for a piece does not count.</summary>
    const int PieceRows = 8 * 65_536;

    const int MostPieces = 64;

    readonly PhysicalOperator input;
    readonly ExecutionContext context;
    readonly InputPiece[] pieces;

    ParallelInput(PhysicalOperator input, ExecutionContext context, InputPiece[] pieces)
    {
        this.input = input;
        this.context = context;
        this.pieces = pieces;
    }

    /// <summary>Null when the input is small, needs more memory than there is, or is not made of scans' rows by operators that look at a row at a time.</summary>
    public static ParallelInput? Split(PhysicalOperator input, ExecutionContext context)
    {
        if (context.Piece is not null)
        {
            return null;
        }

        List<(TableScanOperator Scan, List<IRowBlock> Blocks)> scans = [.. input.Streams.Select(s => (s, s.BlocksToRead(context)))];
        long rows = scans.Sum(s => s.Blocks.Sum(b => (long)b.RowCount));
        long pieceRows = Math.Max(context.PieceRows ?? PieceRows, rows / MostPieces);
        if (rows <= pieceRows)
        {
            return null;
        }

        List<(TableScanOperator Scan, List<IRowBlock> Blocks)> pieces = [.. scans.SelectMany(s => Runs(s.Blocks, pieceRows).Select(run => (s.Scan, run)))];
        if (pieces.Count < 2)
        {
            return null;
        }

        var shared = new SharedBuilds();
        bool isShared = false;
        try
        {
            isShared = input.Share(shared, context);
        }
        finally
        {
            if (!isShared)
            {
                shared.Dispose();
            }
        }

        if (!isShared)
        {
            return null;
        }

        return new(input, context, shared.Partitions is var (join, count)
            ? [.. Enumerable.Range(0, count).Select(i => new InputPiece(join, [], i, shared))]
            : [.. pieces.Select(p => new InputPiece(p.Scan, p.Blocks, 0, shared))]);
    }

    static List<List<IRowBlock>> Runs(List<IRowBlock> blocks, long pieceRows)
    {
        var runs = new List<List<IRowBlock>>();
        long inRun = pieceRows;
        foreach (IRowBlock block in blocks)
        {
            if (inRun >= pieceRows)
            {
                runs.Add([]);
                inRun = 0;
            }

            runs[^1].Add(block);
            inRun += block.RowCount;
        }

        return runs;
    }

    /// <summary>Reads each piece by <paramref name="read"/>, on as many threads as the statement may use, and gives the results in order.</summary>
    public IEnumerable<T> Read<T>(Func<BatchReader, ExecutionContext, T> read) => Read((_, reader, own) => read(reader, own));

    /// <summary>The same, with the piece's number.</summary>
    public IEnumerable<T> Read<T>(Func<int, BatchReader, ExecutionContext, T> read, int? ahead = null)
    {
        using SharedBuilds shared = pieces[0].Shared;
        using var work = new OrderedWork<T>(
            pieces.Length,
            context.Threads,
            (i, cancellation) =>
            {
                ExecutionContext own = context.For(pieces[i], cancellation);
                using BatchReader reader = input.Open(own);
                return read(i, reader, own);
            },
            context.Cancellation,
            ahead);
        foreach (T result in work.InOrder())
        {
            yield return result;
        }
    }
}
