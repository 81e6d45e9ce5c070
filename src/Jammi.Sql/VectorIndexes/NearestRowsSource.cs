using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes.Search;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes;

/// <summary>
/// Gives the keys and similarities of the k nearest stored vectors. Arguments: the query (a vector; or, by example, a key), k, and whether the result must be proven.
/// A relation, where there is one, gives the row ids of the vectors that may be found.
/// </summary>
internal sealed class NearestRowsSource(EmbeddingTable vectors, bool byExample) : TableSource
{
    public override string Describe() => $"{vectors.QualifiedName} ({vectors.Dimensions} dimensions, {vectors.Table.RowCount} rows{(byExample ? ", by example" : string.Empty)})";

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context)
    {
        ScalarValue count = input.Arguments[1];
        long k = count.IsNull ? throw new SqlException(SqlErrorCode.InvalidParameter, "k, the number of rows to find, is NULL.") : (long)count.ToObject()!;
        if (k < 0)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"k, the number of rows to find, is {k}; it must be 0 or more.");
        }

        ITableData table = context.Snapshot.OpenTable(vectors.Table);
        float[]? query = byExample ? Example(table, input.Arguments[0]) : QueryVector.Direction(input.Arguments[0], vectors);
        if (query is null)
        {
            return new BufferedReader([]);
        }

        bool exact = input.Arguments[2] is { IsNull: false } proven && (bool)proven.ToObject()!;
        RowBitmap? passing = input.Relations.Count == 0 ? null : ReadRowIds(table, input.Relations[0]);
        IReadOnlyList<FoundRow> nearest = DamagedCodes.Repair(table, vectors.VectorOrdinal, () =>
        {
            using var search = new VectorSearch(table, vectors.VectorOrdinal, passing, context);
            return search.Nearest(query, (int)Math.Min(k, search.PassingRows), exact, CellComparer.For(vectors.Table.Definition.Columns[0].Type), input.Metrics);
        });
        return new BufferedReader([ToBatch(table, nearest, projection)]);
    }

    float[]? Example(ITableData table, ScalarValue key)
    {
        if (key.IsNull)
        {
            return null;
        }

        CellComparer comparer = CellComparer.For(key.Type);
        foreach (IRowBlock block in table.Blocks)
        {
            IArrowArray keys = block.Column(0);
            ReadOnlySpan<byte> deleted = block.Deleted.Span;
            for (int row = 0; row < block.RowCount; row++)
            {
                if ((deleted.IsEmpty || !Validity.Get(deleted, row)) && comparer.Compare(keys, row, key.Array, 0) == 0)
                {
                    return ColumnFactory.VectorAt(block.Column(vectors.VectorOrdinal), row).ToArray();
                }
            }
        }

        throw new SqlException(SqlErrorCode.InvalidParameter, $"There is no embedding with the key {Expressions.ExpressionPrinter.Print(key)} in {vectors.QualifiedName}.");
    }

    static RowBitmap ReadRowIds(ITableData table, BatchReader relation)
    {
        var passing = new RowBitmap(table.Blocks.Sum(b => (long)b.RowCount));
        while (relation.Next() is { } batch)
        {
            passing.Set(((Int64Array)batch.Columns[0]).Values);
        }

        return passing;
    }

    static ColumnBatch ToBatch(ITableData table, IReadOnlyList<FoundRow> rows, IReadOnlyList<int> projection)
    {
        if (rows.Count == 0)
        {
            return new ColumnBatch([], 0);
        }

        var columns = new IArrowArray[projection.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = projection[i] == 0
                ? TakeKernels.Concat([.. rows.Select(r => TakeKernels.Slice(table.Blocks[r.Block].Column(0), r.Row, 1))])
                : ColumnFactory.FromValues(SqlType.Real, rows.Count, MemoryMarshal.AsBytes<float>(rows.Select(r => r.Score).ToArray()).ToArray());
        }

        return new ColumnBatch(columns, rows.Count);
    }
}
