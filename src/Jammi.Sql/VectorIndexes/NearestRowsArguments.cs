using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Operators;
using Jammi.Sql.Functions;
using Jammi.Sql.Storage;
using Jammi.Sql.Storage.Indexes;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes.Search;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes;

/// <summary>What a run of a search is asked: a query of length 1, how many rows, and whether they must be proven.</summary>
internal sealed record NearestRowsArguments(float[] Query, long K, bool Exact)
{
    /// <summary>Reads the arguments query (by example: a key), k, exact. Null when the query is NULL.</summary>
    public static NearestRowsArguments? Read(TableSourceInput input, ITableData table, EmbeddingTable vectors, bool byExample)
    {
        ScalarValue count = input.Arguments[1];
        long k = count.IsNull ? throw new SqlException(SqlErrorCode.InvalidParameter, "k, the number of rows to find, is NULL.") : (long)count.ToObject()!;
        if (k < 0)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"k, the number of rows to find, is {k}; it must be 0 or more.");
        }

        bool exact = input.Arguments[2] is { IsNull: false } proven && (bool)proven.ToObject()!;
        float[]? query = byExample ? Example(table, input.Arguments[0], vectors) : QueryVector.Direction(input.Arguments[0], vectors);
        return query is null ? null : new(query, k, exact);
    }

    /// <param name="passing">The rows of vectors that may be found; null for all.</param>
    public IReadOnlyList<FoundRow> Search(ITableData table, EmbeddingTable vectors, RowBitmap? passing, OperatorMetrics? metrics, ExecutionContext context) =>
        DamagedCodes.Repair(table, vectors.VectorOrdinal, () =>
        {
            using var search = new VectorSearch(table, vectors.VectorOrdinal, passing, context);
            return search.Nearest(Query, (int)Math.Min(K, search.PassingRows), Exact, KeyOrder(vectors), metrics);
        });

    /// <summary>Several searches; those that ask for as many rows in the same way are done together. No rows for null.</summary>
    public static IReadOnlyList<FoundRow>[] Search(IReadOnlyList<NearestRowsArguments?> searches, ITableData table, EmbeddingTable vectors, RowBitmap? passing, OperatorMetrics? metrics, ExecutionContext context)
    {
        var found = new IReadOnlyList<FoundRow>[searches.Count];
        System.Array.Fill(found, []);
        DamagedCodes.Repair(table, vectors.VectorOrdinal, () =>
        {
            using var search = new VectorSearch(table, vectors.VectorOrdinal, passing, context);
            foreach (var alike in Enumerable.Range(0, searches.Count).Where(i => searches[i] is not null).GroupBy(i => (searches[i]!.K, searches[i]!.Exact)))
            {
                float[][] queries = [.. alike.Select(i => searches[i]!.Query)];
                IReadOnlyList<FoundRow>[] results = search.Nearest(queries, (int)Math.Min(alike.Key.K, search.PassingRows), alike.Key.Exact, KeyOrder(vectors), metrics);
                foreach ((int i, IReadOnlyList<FoundRow> rows) in alike.Zip(results))
                {
                    found[i] = rows;
                }
            }

            return true;
        });
        return found;
    }

    static CellComparer KeyOrder(EmbeddingTable vectors) => CellComparer.For(vectors.Table.Definition.Columns[0].Type);

    static float[]? Example(ITableData table, ScalarValue key, EmbeddingTable vectors)
    {
        if (key.IsNull)
        {
            return null;
        }

        CellComparer comparer = CellComparer.For(key.Type);
        KeyLookup? lookup = IndexedColumns.IsExact(key.Type) ? new KeyLookup([0], [comparer], [KeyCells.Of([key.Array])], isUnique: true) : null;
        foreach (IRowBlock block in table.Blocks)
        {
            int row = lookup?.Find(block) is { } rows ? (rows.Count == 0 ? -1 : rows[0]) : FindByReading(block, key, comparer);
            if (row >= 0)
            {
                return ColumnFactory.CopyVector(block.Column(vectors.VectorOrdinal), row);
            }
        }

        throw new SqlException(SqlErrorCode.InvalidParameter, $"There is no embedding with the key {Expressions.ExpressionPrinter.Print(key)} in {vectors.QualifiedName}.");
    }

    /// <summary>The first row of a block with the key, or -1.</summary>
    static int FindByReading(IRowBlock block, ScalarValue key, CellComparer comparer)
    {
        IArrowArray keys = block.Column(0);
        ReadOnlySpan<byte> deleted = block.Deleted.Span;
        for (int row = 0; row < block.RowCount; row++)
        {
            if ((deleted.IsEmpty || !Validity.Get(deleted, row)) && comparer.Compare(keys, row, key.Array, 0) == 0)
            {
                return row;
            }
        }

        return -1;
    }
}
