using System.Numerics.Tensors;
using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes.Search;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes;

/// <summary>
/// Gives those rows of a stored table that are proven to hold the nearest by a vector column, in the order of the table: usually a few more than are wanted, since
/// bounds and not scores decide. Arguments: the query, how many rows are wanted, and how many more are skipped. A relation, where there is one, gives the ids of the
/// rows that may be found. Where there is nothing to bound (a query that is NULL or has no direction) it gives all rows.
/// </summary>
/// <param name="ordinals">The table's columns that the declared schema has.</param>
/// <param name="nullsFirst">Whether rows without a vector come before all others.</param>
internal sealed class CandidateRowsSource(TableEntry table, ValueList<int> ordinals, int vectorOrdinal, VectorMeasure measure, bool nullsFirst) : TableSource
{
    public override string Describe() => $"{table.Definition.Columns[vectorOrdinal].Name}, {table.Definition.Columns[vectorOrdinal].Type.Dimension} dimensions, {table.RowCount} rows; {SearchRoute.Proven}, proven";

    public override bool TakesRowIds => true;

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context)
    {
        ITableData data = context.Snapshot.OpenTable(table);
        RowBitmap? passing = input.PassingRows;
        float[]? query = input.Arguments[0].IsNull ? null : (float[])input.Arguments[0].ToObject()!;
        float norm = query is null ? 0 : TensorPrimitives.Norm<float>(query);
        IReadOnlyList<StoredRow>? rows = null;
        if (query is not null && norm > 0 && float.IsFinite(norm) && Wanted(input) is { } k)
        {
            TensorPrimitives.Divide(query, norm, query);
            rows = DamagedCodes.Repair(data, vectorOrdinal, () => Search(data, passing, query, norm, k, input.Metrics, context));
        }

        return new BufferedReader([.. Fetch(data, rows ?? AllRows(data, passing), projection)]);
    }

    /// <summary>Rows wanted and skipped; null for all.</summary>
    static long? Wanted(TableSourceInput input)
    {
        if (input.Arguments[1].IsNull)
        {
            return null;
        }

        long limit = Math.Max(0, (long)input.Arguments[1].ToObject()!);
        long offset = input.Arguments.Count < 3 || input.Arguments[2].IsNull ? 0 : Math.Max(0, (long)input.Arguments[2].ToObject()!);
        return limit > long.MaxValue - offset ? null : limit + offset;
    }

    /// <summary>Null when rows without a vector are wanted, too.</summary>
    IReadOnlyList<StoredRow>? Search(ITableData data, RowBitmap? passing, float[] query, float norm, long k, OperatorMetrics? metrics, ExecutionContext context)
    {
        using var search = new VectorSearch(data, vectorOrdinal, passing, context);
        if (k > search.PassingRows)
        {
            return null;
        }

        IEnumerable<StoredRow> found = search.Candidates(query, norm, measure, (int)k, metrics).Select(f => new StoredRow(f.Block, f.Row));
        return nullsFirst ? [.. found.Concat(RowsWithoutVector(data, passing)).Order()] : [.. found];
    }

    IEnumerable<StoredRow> RowsWithoutVector(ITableData data, RowBitmap? passing)
    {
        for (int b = 0; b < data.Blocks.Count; b++)
        {
            IRowBlock block = data.Blocks[b];
            IArrowArray vectors = block.Column(vectorOrdinal);
            for (int row = 0; vectors.NullCount > 0 && row < block.RowCount; row++)
            {
                if (vectors.IsNull(row) && IsThere(block, row, passing))
                {
                    yield return new(b, row);
                }
            }
        }
    }

    static bool IsThere(IRowBlock block, int row, RowBitmap? passing) =>
        (block.Deleted.IsEmpty || !Validity.Get(block.Deleted.Span, row)) && (passing is null || passing.Contains(block.FirstRowId + row));

    static List<StoredRow> AllRows(ITableData data, RowBitmap? passing)
    {
        var rows = new List<StoredRow>();
        for (int b = 0; b < data.Blocks.Count; b++)
        {
            IRowBlock block = data.Blocks[b];
            for (int row = 0; row < block.RowCount; row++)
            {
                if (IsThere(block, row, passing))
                {
                    rows.Add(new(b, row));
                }
            }
        }

        return rows;
    }

    IEnumerable<ColumnBatch> Fetch(ITableData data, IReadOnlyList<StoredRow> rows, IReadOnlyList<int> projection) => rows
        .Chunk(ColumnBatch.DefaultRows)
        .Select(part => new ColumnBatch([.. projection.Select(p => StoredRows.Fetch(data, part, ordinals[p]))], part.Length));
}
