using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;

namespace Jammi.Sql.Tests;

/// <summary>Picks rows of a stored table by its first column, a BIGINT without NULL.</summary>
static class IdColumn
{
    /// <summary>The positions of the rows whose id passes, deleted or not.</summary>
    public static RowBitmap Passing(ITableData table, Func<long, bool> passes)
    {
        var passing = new RowBitmap(table.Blocks.Sum(b => (long)b.RowCount));
        foreach (IRowBlock block in table.Blocks)
        {
            ReadOnlySpan<long> ids = Ids(block);
            for (int i = 0; i < ids.Length; i++)
            {
                if (passes(ids[i]))
                {
                    passing.Add(block.FirstRowId + i);
                }
            }
        }

        return passing;
    }

    /// <summary>The row ids of the live rows whose id is asked for.</summary>
    public static long[] LiveRows(ITableData table, Func<long, bool> which)
    {
        var rows = new List<long>();
        foreach (IRowBlock block in table.Blocks)
        {
            ReadOnlySpan<long> ids = Ids(block);
            for (int i = 0; i < ids.Length; i++)
            {
                if (which(ids[i]) && (block.Deleted.IsEmpty || !Validity.Get(block.Deleted.Span, i)))
                {
                    rows.Add(block.FirstRowId + i);
                }
            }
        }

        return [.. rows];
    }

    static ReadOnlySpan<long> Ids(IRowBlock block) => ((Int64Array)block.Column(0)).Values;
}
