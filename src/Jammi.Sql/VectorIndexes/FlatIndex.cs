using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes;

/// <summary>Exact search: the dot product of the query with every stored unit vector that may be found, straight from the mapped blocks.</summary>
internal static class FlatIndex
{
    const int RowsBetweenChecks = 16_384;

    /// <param name="query">A unit vector of the table's dimension.</param>
    /// <param name="passing">A bit per row id of the rows that may be found; null for all.</param>
    public static NearestRows Search(ITableData table, EmbeddingTable vectors, ReadOnlySpan<float> query, int k, byte[]? passing, ExecutionContext context)
    {
        var nearest = new NearestRows(k, CellComparer.For(vectors.Table.Definition.Columns[0].Type));
        foreach (IRowBlock block in table.Blocks)
        {
            SearchBlock(block, vectors.VectorOrdinal, query, nearest, passing, context);
        }

        return nearest;
    }

    static void SearchBlock(IRowBlock block, int vectorOrdinal, ReadOnlySpan<float> query, NearestRows nearest, byte[]? passing, ExecutionContext context)
    {
        IArrowArray keys = block.Column(0);
        IArrowArray column = block.Column(vectorOrdinal);
        ReadOnlySpan<byte> deleted = block.Deleted.Span;
        ReadOnlySpan<float> vectors = Vectors(column, query.Length);
        for (int row = 0; row < block.RowCount; row++)
        {
            if (row % RowsBetweenChecks == 0)
            {
                context.ThrowIfCancelled();
            }

            if ((passing is not null && !Validity.Get(passing, checked((int)(block.FirstRowId + row)))) || (!deleted.IsEmpty && Validity.Get(deleted, row)))
            {
                continue;
            }

            float score = TensorPrimitives.Dot(query, vectors.Slice(row * query.Length, query.Length));
            if (score >= nearest.Threshold)
            {
                nearest.Offer(score, keys, row);
            }
        }
    }

    static ReadOnlySpan<float> Vectors(IArrowArray column, int dimensions)
    {
        ArrayData child = column.Data.Children[0];
        return MemoryMarshal.Cast<byte, float>(child.Buffers[1].Span).Slice(child.Offset + (column.Data.Offset * dimensions), column.Length * dimensions);
    }
}
