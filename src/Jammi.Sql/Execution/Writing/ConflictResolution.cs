using Apache.Arrow;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Operators;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Storage;

namespace Jammi.Sql.Execution.Writing;

/// <summary>ON CONFLICT: which of the new rows are stored, which stored rows they replace, and with what.</summary>
internal sealed class ConflictResolution(TableEntry table, ConflictAction action)
{
    readonly List<int> inserted = [];
    readonly List<int> updated = [];
    readonly List<StoredRow> conflicting = [];

    /// <summary>The rows to append, and the ids of the stored rows that they replace.</summary>
    public (ColumnBatch Rows, HashSet<long> Replaced) Resolve(ColumnBatch rows, ITableData data, ExecutionContext context)
    {
        Sort(rows, data, context);
        ColumnBatch kept = inserted.Count == rows.Count ? rows : TakeKernels.Take(rows, inserted.ToArray());
        if (updated.Count == 0)
        {
            return (kept, []);
        }

        ColumnBatch existing = Fetch(conflicting);
        ColumnBatch incoming = TakeKernels.Take(rows, updated.ToArray());
        var pairs = new ColumnBatch([.. existing.Columns, .. incoming.Columns], existing.Count);
        int[] passing = action.Where is null
            ? [.. Enumerable.Range(0, pairs.Count)]
            : BooleanColumn.TrueRows(ExpressionCompiler.Compile(action.Where).Evaluate(pairs, context), pairs.Count);
        ColumnBatch changed = Assign(TakeKernels.Take(pairs, passing), context);
        return (TakeKernels.Concat([kept, changed]), [.. passing.Select(i => conflicting[i].Id)]);
    }

    /// <summary>Tells new rows that conflict from those that do not.</summary>
    void Sort(ColumnBatch rows, ITableData data, ExecutionContext context)
    {
        var keys = new IncomingKeys(table.Definition, action.KeyColumns, rows);
        StoredRow?[] stored = keys.FindStored(data, context);
        var seen = new bool[keys.Count];
        for (int row = 0; row < rows.Count; row++)
        {
            int key = keys.KeyOfRow[row];
            if (key == IncomingKeys.NoKey)
            {
                inserted.Add(row);
                continue;
            }

            bool again = seen[key];
            seen[key] = true;
            if (action.Assignments.Count == 0)
            {
                if (!again && stored[key] is null)
                {
                    inserted.Add(row);
                }
            }
            else if (again)
            {
                throw new SqlException(SqlErrorCode.CardinalityViolation, $"ON CONFLICT DO UPDATE cannot change a row twice: {keys.Describe(table.Definition, row)} is among the new rows more than once.");
            }
            else if (stored[key] is { } holder)
            {
                updated.Add(row);
                conflicting.Add(holder);
            }
            else
            {
                inserted.Add(row);
            }
        }
    }

    ColumnBatch Assign(ColumnBatch pairs, ExecutionContext context)
    {
        var columns = new IArrowArray[action.Assignments.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = action.Assignments[i] is { } value
                ? TakeKernels.Materialize(ExpressionCompiler.Compile(value).Evaluate(pairs, context), pairs.Count)
                : pairs.Columns[i];
        }

        var changed = new ColumnBatch(columns, pairs.Count);
        foreach (Expression check in action.Checks)
        {
            ExpressionCompiler.Compile(check).Evaluate(changed, context);
        }

        return changed;
    }

    /// <summary>Stored rows in the given order, each block's taken at once.</summary>
    ColumnBatch Fetch(List<StoredRow> rows)
    {
        int[] order = [.. Enumerable.Range(0, rows.Count).OrderBy(i => rows[i].Id)];
        var parts = new List<ColumnBatch>();
        for (int start = 0; start < order.Length;)
        {
            IRowBlock block = rows[order[start]].Block;
            int end = start;
            while (end < order.Length && ReferenceEquals(rows[order[end]].Block, block))
            {
                end++;
            }

            int[] inBlock = [.. order[start..end].Select(i => rows[i].Row)];
            parts.Add(new ColumnBatch([.. Enumerable.Range(0, table.Definition.Columns.Count).Select(c => TakeKernels.Take(block.Column(c), inBlock))], inBlock.Length));
            start = end;
        }

        int[] place = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            place[order[i]] = i;
        }

        return TakeKernels.Take(TakeKernels.Concat(parts), place);
    }
}
