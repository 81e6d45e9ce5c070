using System.Data;
using System.Globalization;

namespace Jammi.Data.Metadata;

/// <summary>A collection that GetSchema gives.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IdentifierParts">How many names it takes to name one of its things.</param>
/// <param name="Restrictions">The columns that restrictions compare with, by their position.</param>
/// <param name="Columns">Name and type of each column.</param>
/// <param name="Rows">The rows of an open connection.</param>
sealed record SchemaCollection(
    string Name,
    int IdentifierParts,
    string[] Restrictions,
    (string Name, Type Type)[] Columns,
    Func<JammiConnection, IEnumerable<object?[]>> Rows)
{
    /// <summary>The rows that every given restriction holds for: equal texts, ignoring case; null restricts nothing.</summary>
    /// <exception cref="ArgumentException">There are more restrictions than the collection has.</exception>
    public DataTable Read(JammiConnection connection, string?[]? restrictions)
    {
        restrictions ??= [];
        if (restrictions.Length > Restrictions.Length)
        {
            throw new ArgumentException($"The collection {Name} has {Restrictions.Length} restrictions ({string.Join(", ", Restrictions)}), not {restrictions.Length}.", nameof(restrictions));
        }

        var table = new DataTable(Name) { Locale = CultureInfo.InvariantCulture };
        foreach ((string name, Type type) in Columns)
        {
            table.Columns.Add(name, type);
        }

        int[] places = [.. Restrictions.Select(r => Array.FindIndex(Columns, c => c.Name == r))];
        foreach (object?[] row in Rows(connection))
        {
            if (!restrictions.Where((wanted, i) => wanted is not null && !Matches(row[places[i]], wanted)).Any())
            {
                table.Rows.Add(row);
            }
        }

        table.AcceptChanges();
        return table;
    }

    static bool Matches(object? value, string wanted) => string.Equals(Convert.ToString(value, CultureInfo.InvariantCulture), wanted, StringComparison.OrdinalIgnoreCase);
}
