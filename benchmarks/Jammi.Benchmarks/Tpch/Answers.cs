using System.Data.Common;
using Jammi.Differential.Tests;

namespace Jammi.Benchmarks.Tpch;

/// <summary>Whether two engines give the same rows in the same order, floating-point numbers to 12 digits.</summary>
static class Answers
{
    /// <returns>The number of rows.</returns>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public static int Compare(string name, DbConnection ours, DbConnection theirs, string sql)
    {
        using DbCommand ourCommand = ours.CreateCommand();
        ourCommand.CommandText = sql;
        using DbCommand theirCommand = theirs.CreateCommand();
        theirCommand.CommandText = sql;
        using DbDataReader ourRows = ourCommand.ExecuteReader();
        using DbDataReader theirRows = theirCommand.ExecuteReader();
        for (int row = 0; ; row++)
        {
            bool more = ourRows.Read();
            if (more != theirRows.Read())
            {
                throw new InvalidOperationException($"{name} gives {(more ? "more" : "fewer")} rows here than in DuckDB: row {row + 1} is there only once.");
            }

            if (!more)
            {
                return row;
            }

            (string here, string there) = (Text(ourRows), Text(theirRows));
            if (here != there)
            {
                throw new InvalidOperationException($"{name}: row {row + 1} is {here} here and {there} in DuckDB.");
            }
        }
    }

    static string Text(DbDataReader row) => RowText.Of(Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? null : row.GetValue(i)));
}
