using System.Data.Common;
using System.Globalization;
using DuckDB.NET.Data;
using Jammi.Data;
using Microsoft.Data.Sqlite;

namespace Jammi.Differential.Tests;

/// <summary>Databases in memory, and their rows in one form that can be compared.</summary>
static class Engines
{
    public static JammiConnection OpenJammi() => Opened(new JammiConnection("Data Source=:memory:"));

    public static DuckDBConnection OpenDuckDb() => Opened(new DuckDBConnection("DataSource=:memory:"));

    public static SqliteConnection OpenSqlite() => Opened(new SqliteConnection("Data Source=:memory:"));

    public static void Run(this DbConnection connection, string sql)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>All rows, each value as .NET gives it; DBNull is null.</summary>
    public static List<object?[]> Rows(this DbConnection connection, string sql)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using DbDataReader reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }

            rows.Add(row);
        }

        return rows;
    }

    static T Opened<T>(T connection)
        where T : DbConnection
    {
        connection.Open();
        return connection;
    }
}
