using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;
using Jammi.Sql.TextIndexes.Search;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.TextIndexes;

/// <summary>
/// Gives the rows of a stored table that match a query best, with score and rank as last columns, best first. Arguments: the query, and k. A relation, where there is
/// one, gives the ids of the rows that may be found. Rows come straight from their blocks.
/// </summary>
/// <param name="matchAll">Whether words side by side must all be there.</param>
internal sealed class MatchingRowsSource(TextIndexSelection selection, bool matchAll) : TableSource
{
    /// <summary>The columns after those of the table.</summary>
    public static IReadOnlyList<OutputColumn> Columns { get; } = [new("bm25", SqlType.Double, Nullable: false), new("rank", SqlType.BigInt, Nullable: false)];

    readonly TableEntry table = selection.Table;
    readonly ValueList<int> ordinals = selection.Path.Scan.Projection;
    readonly IndexEntry index = selection.Index;
    readonly TextIndexDefinition definition = selection.Definition;

    public override string Describe() => $"{index.Name} on {table.Name} ({string.Join(", ", index.Columns)}), {table.RowCount} rows{(matchAll ? ", all words" : string.Empty)}; BM25";

    public override bool TakesRowIds => true;

    public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context)
    {
        ITableData data = context.Snapshot.OpenTable(table);
        long k = RowCount.Of(input.Arguments[1], "k, the number of rows to find,");
        IReadOnlyList<MatchingRow> found = new TextRanking(table, definition, matchAll).Best(data, input.Arguments[0], k, input.PassingRows, input.Metrics, context);
        return new BufferedReader([.. found.Chunk(ColumnBatch.DefaultRows).Select((part, i) => ToBatch(data, part, i * ColumnBatch.DefaultRows, projection))]);
    }

    ColumnBatch ToBatch(ITableData data, MatchingRow[] rows, int first, IReadOnlyList<int> projection)
    {
        StoredRow[] stored = [.. rows.Select(r => new StoredRow(r.Block, r.Row))];
        IArrowArray[] columns = [.. projection.Select(p =>
            p < ordinals.Count ? StoredRows.Fetch(data, stored, ordinals[p])
            : p == ordinals.Count ? ColumnFactory.FromValues(SqlType.Double, rows.Length, MemoryMarshal.AsBytes<double>(System.Array.ConvertAll(rows, r => r.Score)).ToArray())
            : ColumnFactory.FromValues(SqlType.BigInt, rows.Length, MemoryMarshal.AsBytes<long>([.. rows.Select((_, i) => first + i + 1L)]).ToArray()))];
        return new(columns, rows.Length);
    }
}

/// <summary>Ranks a table's rows for the text of an argument.</summary>
internal sealed record TextRanking(TableEntry Table, TextIndexDefinition Definition, bool MatchAll)
{
    /// <summary>The best rows, best first; none when the query is NULL or has no words.</summary>
    public IReadOnlyList<MatchingRow> Best(ITableData data, ScalarValue query, long k, RowBitmap? passing, OperatorMetrics? metrics, ExecutionContext context) => query.IsNull
        ? []
        : new TextSearch(Table, data, Definition, context).Best(TextQueryParser.Parse((string)query.ToObject()!, Definition.Analysis, MatchAll), k, passing, metrics);
}

/// <summary>An argument that says how many.</summary>
internal static class RowCount
{
    public static long Of(ScalarValue value, string what)
    {
        long count = value.IsNull ? throw new SqlException(SqlErrorCode.InvalidParameter, $"{what} is NULL.") : (long)value.ToObject()!;
        return count >= 0 ? count : throw new SqlException(SqlErrorCode.InvalidParameter, $"{what} is {count}; it must be 0 or more.");
    }
}
