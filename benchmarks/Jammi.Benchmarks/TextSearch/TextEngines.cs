using System.Data;
using System.Data.Common;
using Jammi.Data;
using Microsoft.Data.Sqlite;

namespace Jammi.Benchmarks.TextSearch;

/// <summary>A database that searches documents, through ADO.NET with a prepared command.</summary>
abstract class TextEngine(DbConnection connection) : IDisposable
{
    protected const int Best10 = 10;

    DbCommand? best;
    DbCommand? filtered;

    public abstract string Name { get; }

    /// <summary>Bytes on disk beside the documents.</summary>
    public abstract long IndexBytes { get; }

    protected DbConnection Connection { get; } = connection;

    protected abstract string BestSql(bool filter);

    protected abstract string CountSql(bool filter);

    public abstract void Load(string[] documents);

    public abstract void Index();

    /// <summary>Reads ids and scores of the 10 best documents.</summary>
    public double Best(string query, bool filter)
    {
        DbCommand command = filter ? filtered ??= Command(BestSql(filter: true)) : best ??= Command(BestSql(filter: false));
        command.Parameters[0].Value = query;
        using DbDataReader reader = command.ExecuteReader();
        double sum = 0;
        while (reader.Read())
        {
            sum += reader.GetInt64(0) + reader.GetDouble(1);
        }

        return sum;
    }

    public long Count(string query, bool filter)
    {
        using DbCommand command = Command(CountSql(filter));
        command.Parameters[0].Value = query;
        return (long)command.ExecuteScalar()!;
    }

    public virtual void Dispose()
    {
        best?.Dispose();
        filtered?.Dispose();
        Connection.Dispose();
    }

    protected void Run(string sql)
    {
        using DbCommand command = Connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    DbCommand Command(string sql)
    {
        DbCommand command = Connection.CreateCommand();
        command.CommandText = sql;
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = "@q";
        parameter.DbType = DbType.String;
        parameter.Value = string.Empty;
        command.Parameters.Add(parameter);
        return command;
    }
}

sealed class JammiTextEngine : TextEngine
{
    readonly string path;

    public JammiTextEngine(string path)
        : base(new JammiConnection($"Data Source={path}"))
    {
        this.path = path;
        Connection.Open();
        Run("CREATE TABLE d (id BIGINT PRIMARY KEY, body TEXT)");
    }

    public override string Name => "Jammi";

    public override long IndexBytes => Directory.GetFiles(Path.Combine(path, "terms")).Sum(f => new FileInfo(f).Length);

    protected override string BestSql(bool filter) => filter
        ? $"SELECT id, bm25 FROM text_search((SELECT * FROM d WHERE id % 10 = 0), @q, {Best10})"
        : $"SELECT id, bm25 FROM text_search('d', @q, {Best10})";

    protected override string CountSql(bool filter) => $"SELECT count(*) FROM text_search({(filter ? "(SELECT * FROM d WHERE id % 10 = 0)" : "'d'")}, @q, 1000000000)";

    public override void Load(string[] documents)
    {
        using JammiAppender appender = ((JammiConnection)Connection).CreateAppender("d");
        for (int i = 0; i < documents.Length; i++)
        {
            appender.AppendRow((long)i, documents[i]);
        }

        appender.Close();
    }

    public override void Index() => Run("CREATE FULLTEXT INDEX ON d (body)");
}

/// <summary>FTS5 with the documents in an ordinary table, as its external content.</summary>
sealed class SqliteTextEngine : TextEngine
{
    public SqliteTextEngine(string path)
        : base(new SqliteConnection($"Data Source={path};Pooling=False"))
    {
        Connection.Open();
        Run("PRAGMA journal_mode = WAL; CREATE TABLE d (id INTEGER PRIMARY KEY, body TEXT); CREATE VIRTUAL TABLE f USING fts5(body, content='d', content_rowid='id')");
    }

    public override string Name => "SQLite FTS5";

    public override long IndexBytes
    {
        get
        {
            using DbCommand command = Connection.CreateCommand();
            command.CommandText = "SELECT sum(length(block)) FROM f_data";
            return (long)command.ExecuteScalar()!;
        }
    }

    protected override string BestSql(bool filter) => filter
        ? $"SELECT rowid, bm25(f) FROM f WHERE f MATCH @q AND rowid % 10 = 0 ORDER BY rank LIMIT {Best10}"
        : $"SELECT rowid, bm25(f) FROM f WHERE f MATCH @q ORDER BY rank LIMIT {Best10}";

    protected override string CountSql(bool filter) => $"SELECT count(*) FROM f WHERE f MATCH @q{(filter ? " AND rowid % 10 = 0" : string.Empty)}";

    public override void Load(string[] documents)
    {
        using var transaction = ((SqliteConnection)Connection).BeginTransaction();
        using SqliteCommand insert = ((SqliteConnection)Connection).CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT INTO d VALUES ($id, $body)";
        SqliteParameter id = insert.Parameters.Add("$id", SqliteType.Integer);
        SqliteParameter body = insert.Parameters.Add("$body", SqliteType.Text);
        for (int i = 0; i < documents.Length; i++)
        {
            id.Value = i;
            body.Value = documents[i];
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    public override void Index() => Run("INSERT INTO f(f) VALUES ('rebuild'); INSERT INTO f(f) VALUES ('optimize')");
}
