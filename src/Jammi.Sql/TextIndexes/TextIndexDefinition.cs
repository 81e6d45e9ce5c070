using System.Globalization;
using Jammi.Sql.Catalog;
using Jammi.Sql.TextIndexes.Analysis;
using Jammi.Sql.Types;

namespace Jammi.Sql.TextIndexes;

/// <summary>What the terms of a table's rows are made of: which columns, and how. Indexes with equal definitions share their terms.</summary>
/// <param name="Columns">Ordinals of TEXT columns, in the index's order.</param>
internal sealed record TextIndexDefinition(ValueList<int> Columns, TextAnalysis Analysis)
{
    /// <summary>The definition as a part of a file's name.</summary>
    public string Key => string.Join('-', Columns.Select(c => c.ToString(CultureInfo.InvariantCulture))) + "." + Analysis.Key;

    /// <summary>Of a declared index; null for one of another kind.</summary>
    public static TextIndexDefinition? From(IndexEntry index, TableDefinition table) => index.Text is { } analysis
        ? new(index.Columns.Select(name => OrdinalOf(table, name)), analysis)
        : null;

    static int OrdinalOf(TableDefinition table, string name)
    {
        for (int i = 0; i < table.Columns.Count; i++)
        {
            if (string.Equals(table.Columns[i].Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        throw new SqlException(SqlErrorCode.Internal, $"A full-text index is on column {name}, which table {table.Name} does not have.");
    }
}
