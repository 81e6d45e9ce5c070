using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes.Search;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes;

/// <summary>
/// Gives the rows of a stored table whose vectors are the k nearest, with the similarity as last column: best first, ties by key. Arguments are those of
/// <see cref="NearestRowsArguments"/>. A relation, where there is one, gives the ids of the rows that may be found. Rows come straight from their blocks.
/// </summary>
/// <param name="ordinals">The source's columns that the declared schema has, before the similarity.</param>
/// <param name="keyOrdinal">The source's key column.</param>
internal sealed class AlignedRowsSource(TableEntry source, ValueList<int> ordinals, int keyOrdinal, EmbeddingTable vectors, bool byExample) : TableSource
{
    public override string Describe(LogicalTableFunction call) =>
        $"{vectors.QualifiedName}, {vectors.Dimensions} dimensions, {vectors.Table.RowCount} rows{(byExample ? ", by example" : string.Empty)}; {SearchRoute.Expected(call, vectors)}";

    public override bool TakesRowIds => true;

    public override bool TakesManyCalls => true;

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context) => OpenMany([input], projection, context)[0];

    public override IReadOnlyList<BatchReader> OpenMany(IReadOnlyList<TableSourceInput> inputs, IReadOnlyList<int> projection, ExecutionContext context)
    {
        ITableData vectorTable = context.Snapshot.OpenTable(vectors.Table);
        NearestRowsArguments?[] arguments = [.. inputs.Select(input => NearestRowsArguments.Read(input, vectorTable, vectors, byExample))];
        if (arguments.All(a => a is null))
        {
            return [.. inputs.Select(_ => new BufferedReader([]))];
        }

        ITableData table = context.Snapshot.OpenTable(source);
        KeyAlignment alignment = KeyAlignment.Of(table, keyOrdinal, source.Definition.Columns[keyOrdinal].Type, vectorTable);
        RowBitmap? passing = PassingVectors(alignment, inputs[0].PassingRows);
        IReadOnlyList<FoundRow>[] found = arguments is [{ } only]
            ? [only.Search(vectorTable, vectors, passing, inputs[0].Metrics, context)]
            : NearestRowsArguments.Search(arguments, vectorTable, vectors, passing, inputs[0].Metrics, context);
        return [.. found.Select(rows => new BufferedReader([Fetch(table, vectorTable, alignment, rows, projection)]))];
    }

    ColumnBatch Fetch(ITableData table, ITableData vectorTable, KeyAlignment alignment, IReadOnlyList<FoundRow> found, IReadOnlyList<int> projection)
    {
        var rows = new List<StoredRow>();
        var scores = new List<float>();
        foreach ((StoredRow row, float score) in Locate(table, vectorTable, alignment, found))
        {
            rows.Add(row);
            scores.Add(score);
        }

        return ToBatch(table, rows, scores, projection);
    }

    /// <summary>The rows of the source that belong to the k nearest vectors, best first.</summary>
    /// <param name="passingSources">The rows of the source that may be found; null for all.</param>
    public IEnumerable<(StoredRow Row, float Score)> Nearest(
        NearestRowsArguments arguments, ITableData table, ITableData vectorTable, RowBitmap? passingSources, OperatorMetrics? metrics, ExecutionContext context)
    {
        KeyAlignment alignment = KeyAlignment.Of(table, keyOrdinal, source.Definition.Columns[keyOrdinal].Type, vectorTable);
        return Locate(table, vectorTable, alignment, arguments.Search(vectorTable, vectors, PassingVectors(alignment, passingSources), metrics, context));
    }

    static RowBitmap? PassingVectors(KeyAlignment alignment, RowBitmap? passingSources) => passingSources is not null ? alignment.VectorsOf(passingSources)
        : alignment.CoversVectors ? null
        : alignment.Covered;

    static IEnumerable<(StoredRow Row, float Score)> Locate(ITableData table, ITableData vectorTable, KeyAlignment alignment, IReadOnlyList<FoundRow> found)
    {
        foreach (FoundRow row in found)
        {
            foreach (int sourceRow in alignment.SourcesOf(vectorTable.Blocks[row.Block].FirstRowId + row.Row))
            {
                yield return (StoredRows.Locate(table, sourceRow), row.Score);
            }
        }
    }

    ColumnBatch ToBatch(ITableData table, List<StoredRow> rows, List<float> scores, IReadOnlyList<int> projection)
    {
        if (rows.Count == 0)
        {
            return new ColumnBatch([], 0);
        }

        var columns = new IArrowArray[projection.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = projection[i] < ordinals.Count
                ? StoredRows.Fetch(table, rows, ordinals[projection[i]])
                : ColumnFactory.FromValues(SqlType.Real, rows.Count, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(scores)).ToArray());
        }

        return new ColumnBatch(columns, rows.Count);
    }
}
