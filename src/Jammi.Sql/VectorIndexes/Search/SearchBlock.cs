using System.Buffers;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;
using Jammi.Sql.VectorIndexes.Codes;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>A block of rows as a search reads it: its vectors pinned, its codes where it has them, and a bit for each row that may be found.</summary>
internal sealed unsafe class SearchBlock : IDisposable
{
    MemoryHandle pin;

    /// <param name="ordinal">The vector column.</param>
    /// <param name="passing">The rows of the table that may be found; null for all. Deleted rows and NULL vectors never are.</param>
    public SearchBlock(IRowBlock block, int ordinal, RowBitmap? passing, ExecutionContext context)
    {
        Rows = block.RowCount;
        IArrowArray column = block.Column(ordinal);
        Live = RowWords.Whole(Rows);
        if (passing is not null)
        {
            RowWords.And(Live, passing, block.FirstRowId);
        }

        if (!block.Deleted.IsEmpty)
        {
            RowWords.AndNot(Live, block.Deleted.Span);
        }

        ReadOnlySpan<byte> validity = Validity.Of(column, out int offset);
        if (!validity.IsEmpty)
        {
            RowWords.And(Live, validity, offset);
        }

        LiveCount = RowWords.PopCount(Live);
        Codes = LiveCount == 0 ? null : block.Codes(ordinal, context.Cancellation, context.Progress);
        Vectors = VectorRows.Pin(column, block.Map, out pin);
    }

    public int Rows { get; }

    /// <summary>A bit for each row that may be found, in words of 64.</summary>
    public ulong[] Live { get; }

    public int LiveCount { get; }

    /// <summary>Null when the block is searched as it is.</summary>
    public VectorCodes? Codes { get; }

    public VectorRows Vectors { get; }

    /// <summary>Length of a row's vector.</summary>
    /// <param name="vector">The vector as it was read.</param>
    public float Norm(int row, float* vector) => Codes is null ? VectorEncoder.Norm(vector, Vectors.Dimension) : Codes.Norms[row];

    public void Dispose()
    {
        Codes?.KeepAlive();
        pin.Dispose();
        pin = default;
    }
}
