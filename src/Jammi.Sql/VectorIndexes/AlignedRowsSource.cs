using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions;
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
    public override string Describe() => $"{vectors.QualifiedName}, {vectors.Dimensions} dimensions, {vectors.Table.RowCount} rows{(byExample ? ", by example" : string.Empty)}; 1 bit, int8 bound, float";

    public override bool TakesRowIds => true;

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context)
    {
        ITableData vectorTable = context.Snapshot.OpenTable(vectors.Table);
        if (NearestRowsArguments.Read(input, vectorTable, vectors, byExample) is not { } arguments)
        {
            return new BufferedReader([]);
        }

        ITableData table = context.Snapshot.OpenTable(source);
        KeyAlignment alignment = KeyAlignment.Of(table, keyOrdinal, source.Definition.Columns[keyOrdinal].Type, vectorTable);
        RowBitmap? passing = input.PassingRows is { } rowsOfSource ? alignment.VectorsOf(rowsOfSource)
            : alignment.CoversVectors ? null
            : alignment.Covered;
        var rows = new List<StoredRow>();
        var scores = new List<float>();
        foreach (FoundRow found in arguments.Search(vectorTable, vectors, passing, input.Metrics, context))
        {
            foreach (int row in alignment.SourcesOf(vectorTable.Blocks[found.Block].FirstRowId + found.Row))
            {
                rows.Add(StoredRows.Locate(table, row));
                scores.Add(found.Score);
            }
        }

        return new BufferedReader([ToBatch(table, rows, scores, projection)]);
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
