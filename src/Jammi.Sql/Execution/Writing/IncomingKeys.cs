using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Writing;

/// <summary>A row of a stored table.</summary>
internal sealed record StoredRow(IRowBlock Block, int Row)
{
    public long Id => Block.FirstRowId + Row;
}

/// <summary>
/// The keys of rows about to be stored, and the stored rows that hold them already. The new keys are hashed and the table is read past them, so
/// what it costs in memory depends on the new rows alone; blocks that cannot hold any of the keys (by their statistics) are not read.
/// </summary>
internal sealed class IncomingKeys
{
    public const int NoKey = -1;

    readonly ValueList<int> columns;
    readonly IArrowArray[] keys;
    readonly ColumnStatistics?[] bounds;
    readonly GroupTable table;

    /// <param name="definition">The table's definition.</param>
    /// <param name="columns">Ordinals of the key's columns.</param>
    /// <param name="rows">New rows, of all columns.</param>
    public IncomingKeys(TableDefinition definition, ValueList<int> columns, ColumnBatch rows)
    {
        this.columns = columns;
        table = new GroupTable(columns.Select(c => definition.Columns[c].Type));
        keys = [.. columns.Select(c => rows.Columns[c])];
        bounds = [.. columns.Select((c, i) => StatisticsCollector.Collect(definition.Columns[c].Type, keys[i]))];
        KeyOfRow = NumberKeys(rows.Count);
    }

    /// <summary>Per new row the number of its key, or <see cref="NoKey"/> where part of it is NULL: such a row equals no other.</summary>
    public int[] KeyOfRow { get; }

    /// <summary>Number of different keys.</summary>
    public int Count => table.Count;

    /// <summary>Per key the stored row that holds it, or null.</summary>
    public StoredRow?[] FindStored(ITableData data, ExecutionContext context)
    {
        var found = new StoredRow?[Count];
        if (Count == 0)
        {
            return found;
        }

        int[] groups = [];
        foreach (IRowBlock block in data.Blocks)
        {
            context.ThrowIfCancelled();
            if (columns.Select((c, i) => Excludes(block, c, bounds[i])).Any(excluded => excluded))
            {
                continue;
            }

            groups = groups.Length >= block.RowCount ? groups : new int[block.RowCount];
            table.Find([.. columns.Select(block.Column)], block.RowCount, groups);
            ReadOnlySpan<byte> deleted = block.Deleted.Span;
            for (int row = 0; row < block.RowCount; row++)
            {
                if (groups[row] >= 0 && (deleted.IsEmpty || !Validity.Get(deleted, row)))
                {
                    found[groups[row]] = new StoredRow(block, row);
                }
            }
        }

        return found;
    }

    /// <summary>A row's key as shown in messages.</summary>
    public string Describe(TableDefinition definition, int row) =>
        $"({string.Join(", ", columns.Select(c => definition.Columns[c].Name))}) = ({string.Join(", ", columns.Select((c, i) => Show(definition.Columns[c].Type, keys[i], row)))})";

    static string Show(SqlType type, IArrowArray array, int row) =>
        Convert.ToString(ColumnFactory.ToObject(type, array, row), System.Globalization.CultureInfo.InvariantCulture) ?? "NULL";

    int[] NumberKeys(int count)
    {
        int[] complete = [.. Enumerable.Range(0, count).Where(row => !System.Array.Exists(keys, k => Cells.IsNull(k, row)))];
        int[] numbers = new int[complete.Length];
        table.FindOrAdd([.. keys.Select(k => complete.Length == count ? k : TakeKernels.Take(k, complete))], complete.Length, numbers);
        if (complete.Length == count)
        {
            return numbers;
        }

        int[] keyOfRow = new int[count];
        System.Array.Fill(keyOfRow, NoKey);
        for (int i = 0; i < complete.Length; i++)
        {
            keyOfRow[complete[i]] = numbers[i];
        }

        return keyOfRow;
    }

    static bool Excludes(IRowBlock block, int column, ColumnStatistics? wanted)
    {
        if (wanted is not { Minimum: { } from, Maximum: { } to } || block.Statistics(column) is not { Minimum: { } minimum, Maximum: { } maximum } || minimum.Type != from.Type)
        {
            return false;
        }

        CellComparer comparer = CellComparer.For(from.Type);
        return comparer.Compare(to.Array, 0, minimum.Array, 0) < 0 || comparer.Compare(from.Array, 0, maximum.Array, 0) > 0;
    }
}
