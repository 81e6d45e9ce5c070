using Jammi.Sql.Catalog;

namespace Jammi.Sql.Storage.Writing;

/// <summary>
/// Where the identity columns of an open database are. The next value is kept with the table and committed with its rows; these counters run ahead of it, so that a
/// transaction that is rolled back has used up its values, which a caller may have seen by RETURNING. Used by the one writer only.
/// </summary>
internal sealed class IdentityCounters
{
    // By the table's id.
    readonly Dictionary<long, Counter> counters = [];

    /// <summary>The next value of a table's identity column.</summary>
    public long NextOf(TableEntry table) => counters.TryGetValue(table.Id, out Counter? counter) ? counter.Next : table.NextIdentity;

    /// <summary>Forgets what had the id of a new table: one that was made by a transaction that was rolled back.</summary>
    public void Begin(long table) => counters.Remove(table);

    /// <summary>Makes a table that is written anew count together with the one that it replaces, which is there again when the transaction is rolled back.</summary>
    public void Continue(TableEntry table, TableEntry replaced) => counters[table.Id] = CounterOf(replaced);

    /// <summary>Takes values: the first of <paramref name="count"/>, each of which is the one before plus the increment.</summary>
    /// <exception cref="SqlException">NumericOutOfRange: the column's type has no more.</exception>
    public long Take(TableEntry table, int count)
    {
        ColumnDefinitionEntry column = table.Definition.Columns[table.Definition.IdentityColumn];
        long first = NextOf(table);
        long increment = column.Identity!.Increment;
        Int128 last = first + ((Int128)increment * (count - 1));
        Int128 following = last + increment;
        (long smallest, long largest) = IdentityEntry.Range(column.Type);
        if (first < smallest || first > largest || last < smallest || last > largest || following < long.MinValue || following > long.MaxValue)
        {
            throw new SqlException(
                SqlErrorCode.NumericOutOfRange,
                $"identity column \"{column.Name}\" of table \"{table.Name}\" has no values left: {column.Type} goes from {smallest} to {largest}. ALTER TABLE {table.Name} ALTER COLUMN {column.Name} TYPE BIGINT makes room.");
        }

        CounterOf(table).Next = (long)following;
        return first;
    }

    Counter CounterOf(TableEntry table)
    {
        if (!counters.TryGetValue(table.Id, out Counter? counter))
        {
            counters.Add(table.Id, counter = new Counter { Next = table.NextIdentity });
        }

        return counter;
    }

    sealed class Counter
    {
        public long Next { get; set; }
    }
}
