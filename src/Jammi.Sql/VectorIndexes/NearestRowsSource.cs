using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
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
    public override string Describe(LogicalTableFunction call) =>
        $"{vectors.QualifiedName}, {vectors.Dimensions} dimensions, {vectors.Table.RowCount} rows{(byExample ? ", by example" : string.Empty)}; {SearchRoute.Expected(call, vectors)}";

    public override bool TakesRowIds => true;

    public override bool TakesManyCalls => true;

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context) => OpenMany([input], projection, context)[0];

    public override IReadOnlyList<BatchReader> OpenMany(IReadOnlyList<TableSourceInput> inputs, IReadOnlyList<int> projection, ExecutionContext context)
    {
        ITableData table = context.Snapshot.OpenTable(vectors.Table);
        NearestRowsArguments?[] arguments = [.. inputs.Select(input => NearestRowsArguments.Read(input, table, vectors, byExample))];
        IReadOnlyList<FoundRow>[] found = arguments is [{ } only]
            ? [only.Search(table, vectors, inputs[0].PassingRows, inputs[0].Metrics, context)]
            : NearestRowsArguments.Search(arguments, table, vectors, inputs[0].PassingRows, inputs[0].Metrics, context);
        return [.. found.Select(rows => new BufferedReader([ToBatch(table, rows, projection)]))];
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
