using System.Data.Common;
using DuckDB.NET.Data;
using Jammi.Data;
using Microsoft.Data.Sqlite;

namespace Jammi.Benchmarks.Provider;

/// <summary>An embedded database behind its ADO.NET provider: what differs between them, everything else is <see cref="DbConnection"/>.</summary>
abstract class EmbeddedDatabase
{
    public abstract string Name { get; }

    public abstract DbConnection Connect(string path);

    /// <summary>A relation of the numbers from 1 to <paramref name="count"/> in a column <c>i</c>, to stand in FROM.</summary>
    public abstract string Numbers(int count);

    /// <summary>Adds rows by the fastest way that the provider offers to code that has them as values.</summary>
    public abstract void Insert(DbConnection connection, string table, IEnumerable<Item> rows);

    public static IReadOnlyList<EmbeddedDatabase> All => [new Jammi(), new Sqlite(), new DuckDb()];

    sealed class Jammi : EmbeddedDatabase
    {
        public override string Name => "Jammi";

        public override DbConnection Connect(string path) => new JammiConnection($"Data Source={path}.jammi");

        public override string Numbers(int count) => $"range(1, {count + 1}) AS r(i)";

        public override void Insert(DbConnection connection, string table, IEnumerable<Item> rows)
        {
            using JammiAppender appender = ((JammiConnection)connection).CreateAppender(table);
            foreach (Item item in rows)
            {
                appender.Append(item.Id).Append(item.Amount).Append(item.Name).EndRow();
            }

            appender.Close();
        }
    }

    sealed class Sqlite : EmbeddedDatabase
    {
        public override string Name => "Microsoft.Data.Sqlite";

        public override DbConnection Connect(string path) => new SqliteConnection($"Data Source={path}.sqlite");

        public override string Numbers(int count) => $"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n)";

        public override void Insert(DbConnection connection, string table, IEnumerable<Item> rows)
        {
            using DbTransaction transaction = connection.BeginTransaction();
            using SqliteCommand command = ((SqliteConnection)connection).CreateCommand();
            command.Transaction = (SqliteTransaction)transaction;
            command.CommandText = $"INSERT INTO {table} VALUES ($id, $amount, $name)";
            SqliteParameter id = command.Parameters.Add("$id", SqliteType.Integer);
            SqliteParameter amount = command.Parameters.Add("$amount", SqliteType.Real);
            SqliteParameter name = command.Parameters.Add("$name", SqliteType.Text);
            foreach (Item item in rows)
            {
                id.Value = item.Id;
                amount.Value = item.Amount;
                name.Value = item.Name;
                command.ExecuteNonQuery();
            }

            transaction.Commit();
        }
    }

    sealed class DuckDb : EmbeddedDatabase
    {
        public override string Name => "DuckDB.NET";

        public override DbConnection Connect(string path) => new DuckDBConnection($"Data Source={path}.duckdb");

        public override string Numbers(int count) => $"range(1, {count + 1}) AS r(i)";

        public override void Insert(DbConnection connection, string table, IEnumerable<Item> rows)
        {
            using DuckDBAppender appender = ((DuckDBConnection)connection).CreateAppender(table);
            foreach (Item item in rows)
            {
                appender.CreateRow().AppendValue(item.Id).AppendValue(item.Amount).AppendValue(item.Name).EndRow();
            }
        }
    }
}
