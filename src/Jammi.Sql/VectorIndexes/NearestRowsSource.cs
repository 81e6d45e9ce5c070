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

    public override bool TakesRowIds => true;

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context)
    {
        ITableData table = context.Snapshot.OpenTable(vectors.Table);
        if (NearestRowsArguments.Read(input, table, vectors, byExample) is not { } arguments)
        {
            return new BufferedReader([]);
        }

        IReadOnlyList<FoundRow> nearest = arguments.Search(table, vectors, input.PassingRows, input.Metrics, context);
        return new BufferedReader([ToBatch(table, nearest, projection)]);
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
                ? StoredRows.Fetch(table, [.. rows.Select(r => new StoredRow(r.Block, r.Row))], ordinal: 0)
                : ColumnFactory.FromValues(SqlType.Real, rows.Count, MemoryMarshal.AsBytes<float>(rows.Select(r => r.Score).ToArray()).ToArray());
        }

        return new ColumnBatch(columns, rows.Count);
    }
}
