using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;
using Jammi.Sql.Storage.Indexes;
using Jammi.Sql.Storage.Segments;
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

    /// <summary>A block is read whole when it has no more rows than this for each new key; otherwise each key is looked up.</summary>
    const int RowsWorthLookups = 8;

    readonly ValueList<int> columns;
    readonly CellComparer[] comparers;
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
        comparers = [.. columns.Select(c => CellComparer.For(definition.Columns[c].Type))];
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
        KeyCells[]? cells = null;
        foreach (IRowBlock block in data.Blocks)
        {
            context.ThrowIfCancelled();
            if (IsExcluded(block))
            {
                continue;
            }

            if (block.RowCount > Count * RowsWorthLookups && block.Keys(columns, comparers) is { } index)
            {
                LookUp(cells ??= DistinctCells(), index, block, found);
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

    void LookUp(KeyCells[] cells, KeyIndex index, IRowBlock block, StoredRow?[] found)
    {
        IArrowArray[] stored = [.. columns.Select(block.Column)];
        var rows = new List<int>();
        for (int key = 0; key < cells.Length; key++)
        {
            rows.Clear();
            index.Find(stored, comparers, cells[key], rows);
            foreach (int row in rows)
            {
                if (block.Deleted.IsEmpty || !Validity.Get(block.Deleted.Span, row))
                {
                    found[key] = new StoredRow(block, row);
                }
            }
        }
    }

    /// <summary>Each key as it stands in its first new row.</summary>
    KeyCells[] DistinctCells()
    {
        ulong[] hashes = new ulong[KeyOfRow.Length];
        HashKernels.Hash(keys, hashes);
        var cells = new KeyCells[Count];
        for (int row = KeyOfRow.Length - 1; row >= 0; row--)
        {
            if (KeyOfRow[row] is var key and not NoKey)
            {
                cells[key] = new(keys, row, hashes[row]);
            }
        }

        return cells;
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

    /// <summary>Whether the bounds of a block say that it has none of the keys.</summary>
    bool IsExcluded(IRowBlock block)
    {
        for (int i = 0; i < bounds.Length; i++)
        {
            if (bounds[i] is { Minimum: { } from, Maximum: { } to }
                && block.Statistics(columns[i]) is { Minimum: { } minimum, Maximum: { } maximum }
                && minimum.Type == from.Type
                && (comparers[i].Compare(to.Array, 0, minimum.Array, 0) < 0 || comparers[i].Compare(from.Array, 0, maximum.Array, 0) > 0))
            {
                return true;
            }
        }

        return false;
    }
}
