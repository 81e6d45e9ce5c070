using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;

namespace Jammi.Sql.Execution.Writing;

/// <summary>Tests rows that are stored already against a constraint that is new.</summary>
internal static class StoredKeys
{
    /// <exception cref="SqlException">Two rows have the same key.</exception>
    public static void CheckUnique(TableEntry table, ConstraintEntry constraint, ITableData data, CancellationToken cancellation)
    {
        var keys = new GroupTable(constraint.Columns.Select(c => table.Definition.Columns[c].Type));
        int[] columns = [.. constraint.Columns];
        foreach (IRowBlock block in data.Blocks)
        {
            cancellation.ThrowIfCancellationRequested();
            var all = new ColumnBatch([.. columns.Select(block.Column)], block.RowCount);
            ColumnBatch complete = TakeKernels.Take(all, CompleteRows(block, all));
            int known = keys.Count;
            keys.FindOrAdd([.. complete.Columns], complete.Count, new int[complete.Count]);
            if (keys.Count < known + complete.Count)
            {
                string names = string.Join(", ", columns.Select(c => table.Definition.Columns[c].Name));
                throw new SqlException(SqlErrorCode.UniqueViolation, $"rows of table \"{table.Name}\" have the same ({names}), so \"{constraint.Name}\" cannot be unique: change or delete those rows first.");
            }
        }
    }

    /// <summary>The live rows whose key has no NULL.</summary>
    static int[] CompleteRows(IRowBlock block, ColumnBatch keys)
    {
        ReadOnlySpan<byte> deleted = block.Deleted.Span;
        var rows = new List<int>(block.RowCount);
        for (int row = 0; row < block.RowCount; row++)
        {
            if ((deleted.IsEmpty || !Validity.Get(deleted, row)) && !keys.Columns.Any(c => Cells.IsNull(c, row)))
            {
                rows.Add(row);
            }
        }

        return [.. rows];
    }
}
