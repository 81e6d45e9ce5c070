using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.Execution;

/// <summary>
/// A set of rows: Arrow columns of one length. Every column that is read is dense, so kernels run over whole columns; but a batch that was made by choosing rows of
/// others (a filter, a join) gathers a column only when somebody reads it. Arrays are immutable and may be kept; those of a stored table live as long
/// as the snapshot they were read from.
/// </summary>
internal sealed class ColumnBatch
{
    /// <summary>The usual number of rows of a batch.</summary>
    public const int DefaultRows = 2048;

    // A column that was not gathered yet is null here, and described in pending. Two threads that gather the same one do the same work.
    readonly IArrowArray?[] columns;
    readonly PendingColumn[] pending;

    public ColumnBatch(IArrowArray[] columns, int count)
        : this(columns, [], count)
    {
    }

    ColumnBatch(IArrowArray?[] columns, PendingColumn[] pending, int count)
    {
        this.columns = columns;
        this.pending = pending;
        Count = count;
    }

    public int Count { get; }

    public int ColumnCount => columns.Length;

    /// <summary>All columns.</summary>
    public IArrowArray[] Columns
    {
        get
        {
            for (int i = 0; i < pending.Length; i++)
            {
                Column(i);
            }

            return columns!;
        }
    }

    public IArrowArray Column(int index) => columns[index] ?? (columns[index] = TakeKernels.Take(pending[index].Source, pending[index].Rows));

    /// <summary>Row i of the result is row <paramref name="rows"/>[i] of this batch, or NULLs where that is negative. The result keeps <paramref name="rows"/>, which must not change.</summary>
    public ColumnBatch Choose(int[] rows)
    {
        var chosen = new PendingColumn[columns.Length];
        Choose(rows, chosen);
        return new(new IArrowArray?[chosen.Length], chosen, rows.Length);
    }

    /// <summary>Chosen rows of two batches side by side; as <see cref="Choose(int[])"/>.</summary>
    public static ColumnBatch Pair(ColumnBatch left, int[] leftRows, ColumnBatch right, int[] rightRows)
    {
        var chosen = new PendingColumn[left.columns.Length + right.columns.Length];
        var gathered = new IArrowArray?[chosen.Length];
        left.Choose(leftRows, gathered, chosen);
        right.Choose(rightRows, gathered.AsSpan(left.columns.Length), chosen.AsSpan(left.columns.Length));
        return new(gathered, chosen, leftRows.Length);
    }

    /// <summary>All rows in their order are the columns as they are.</summary>
    void Choose(int[] rows, Span<IArrowArray?> gathered, Span<PendingColumn> chosen)
    {
        if (IsAll(rows, Count))
        {
            columns.CopyTo(gathered);
            pending.CopyTo(chosen);
        }
        else
        {
            Choose(rows, chosen);
        }
    }

    /// <summary>Gathers the columns whose sources are so large that a batch that is kept had better not keep them.</summary>
    public void LetGoOfSources()
    {
        for (int i = 0; i < pending.Length; i++)
        {
            if (columns[i] is null && pending[i].Source.Length > DefaultRows)
            {
                Column(i);
            }
        }
    }

    void Choose(int[] rows, Span<PendingColumn> chosen)
    {
        int[]? from = null;
        int[] composed = [];
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i] is { } gathered)
            {
                chosen[i] = new(gathered, rows);
                continue;
            }

            PendingColumn own = pending[i];
            if (from != own.Rows)
            {
                from = own.Rows;
                composed = Compose(from, rows);
            }

            chosen[i] = new(own.Source, composed);
        }
    }

    static int[] Compose(int[] first, int[] second)
    {
        var rows = new int[second.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            int row = second[i];
            rows[i] = row < 0 ? row : first[row];
        }

        return rows;
    }

    static bool IsAll(int[] rows, int count)
    {
        if (rows.Length != count)
        {
            return false;
        }

        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] != i)
            {
                return false;
            }
        }

        return true;
    }

    readonly record struct PendingColumn(IArrowArray Source, int[] Rows);
}
