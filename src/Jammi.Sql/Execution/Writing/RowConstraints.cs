using Jammi.Sql.Catalog;
using Jammi.Sql.Storage;

namespace Jammi.Sql.Execution.Writing;

/// <summary>Tests rows about to be stored against NOT NULL, PRIMARY KEY and UNIQUE. CHECK is part of the plan, as a filter.</summary>
internal static class RowConstraints
{
    public static bool HasKeys(TableDefinition table) => table.Constraints.Any(IsKey);

    public static bool IsKey(ConstraintEntry constraint) => constraint.Kind is ConstraintKind.PrimaryKey or ConstraintKind.Unique;

    /// <exception cref="SqlException">A value is NULL where it may not be.</exception>
    public static void CheckNotNull(TableDefinition table, ColumnBatch rows)
    {
        for (int i = 0; i < table.Columns.Count; i++)
        {
            if (!table.Columns[i].Nullable && rows.Columns[i].NullCount > 0)
            {
                throw new SqlException(SqlErrorCode.NotNullViolation, $"column \"{table.Columns[i].Name}\" of table \"{table.Name}\" is NOT NULL, and a row has NULL there.");
            }
        }
    }

    /// <summary>Tests the keys that <paramref name="isAffected"/> picks: among the new rows, and against the stored ones that stay.</summary>
    /// <param name="replaced">Ids of stored rows that go away in the same statement.</param>
    /// <exception cref="SqlException">Two rows have the same key.</exception>
    public static void CheckKeys(TableEntry table, ColumnBatch rows, HashSet<long> replaced, Func<ConstraintEntry, bool> isAffected, ITableData data, ExecutionContext context)
    {
        foreach (ConstraintEntry constraint in table.Definition.Constraints.Where(c => IsKey(c) && isAffected(c)))
        {
            var keys = new IncomingKeys(table.Definition, constraint.Columns, rows);
            StoredRow?[] stored = keys.FindStored(data, context);
            var seen = new bool[keys.Count];
            for (int row = 0; row < rows.Count; row++)
            {
                int key = keys.KeyOfRow[row];
                if (key == IncomingKeys.NoKey)
                {
                    continue;
                }

                if (seen[key] || (stored[key] is { } holder && !replaced.Contains(holder.Id)))
                {
                    string kind = constraint.Kind == ConstraintKind.PrimaryKey ? "primary key" : "unique constraint";
                    string where = seen[key] ? "twice among the new rows" : "in the table already";
                    throw new SqlException(SqlErrorCode.UniqueViolation, $"the {kind} \"{constraint.Name}\" of table \"{table.Name}\" allows each key once: {keys.Describe(table.Definition, row)} is {where}.");
                }

                seen[key] = true;
            }
        }
    }
}
