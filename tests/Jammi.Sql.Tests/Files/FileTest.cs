using Jammi.Sql.Execution;
using Jammi.Sql.Functions;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Storage;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Tests.Files;

/// <summary>A database in memory and a directory for files; in statements <c>{d}</c> stands for the directory.</summary>
public abstract class FileTest : IDisposable
{
    readonly Engine engine = Engine.OpenInMemory();
    readonly Session session;

    protected FileTest() => session = engine.CreateSession(BuiltinFunctions.CreateRegistry(), [], null, TimeSpan.Zero);

    internal TemporaryDirectory Directory { get; } = new();

    public void Dispose()
    {
        session.Dispose();
        engine.Dispose();
        Directory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes a file of lines.</summary>
    protected void WriteLines(string name, params string[] lines) => File.WriteAllText(Directory[name], string.Join('\n', lines) + "\n");

    /// <summary>Runs statements; gives the rows affected by the last.</summary>
    protected long Run(string sql, CancellationToken cancellation = default)
    {
        sql = Place(sql);
        long affected = -1;
        foreach (Statement statement in Session.Parse(sql))
        {
            using StatementResult result = session.Run(sql, statement, new StatementOptions { Cancellation = cancellation });
            while (result.Next() is not null)
            {
            }

            affected = result.RowsAffected;
        }

        return affected;
    }

    /// <summary>The rows of a query, cells as text with | between.</summary>
    protected string[] Query(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        sql = Place(sql);
        var values = new List<ParameterValue>();
        foreach ((string name, object value) in parameters)
        {
            values.Add(new(name, value is int number ? Types.ScalarValue.From(number) : Types.ScalarValue.From((string)value)));
        }

        var rows = new List<string>();
        using StatementResult result = session.Run(sql, Assert.Single(Session.Parse(sql)), new StatementOptions { Parameters = values });
        while (result.Next() is { } batch)
        {
            for (int row = 0; row < batch.Count; row++)
            {
                rows.Add(string.Join('|', batch.Columns.Select((c, i) => CastKernels.CellText(result.Schema[i].Type, c, row))));
            }
        }

        return [.. rows];
    }

    /// <summary>The columns of a query as <c>name TYPE</c>.</summary>
    protected string Columns(string sql)
    {
        sql = Place(sql);
        using StatementResult result = session.Run(sql, Assert.Single(Session.Parse(sql)), new StatementOptions { SchemaOnly = true });
        return string.Join(", ", result.Schema.Columns.Select(c => $"{c.Name} {c.Type}"));
    }

    /// <summary>Appends rows to a table.</summary>
    private protected void Insert(string table, ColumnBatch rows)
    {
        using IWriteTransaction transaction = engine.Database.BeginWrite(TimeSpan.Zero, CancellationToken.None);
        transaction.Append(transaction.Current.Catalog.FindTable(null, table)!, rows);
        transaction.Commit();
    }

    /// <summary>The first batch of a query that is left open.</summary>
    private protected StatementResult Open(string sql, CancellationToken cancellation)
    {
        sql = Place(sql);
        return session.Run(sql, Assert.Single(Session.Parse(sql)), new StatementOptions { Cancellation = cancellation });
    }

    /// <summary>The error that a statement gives; it must hold these words.</summary>
    private protected SqlException Fails(string sql, params string[] words)
    {
        SqlException error = Assert.Throws<SqlException>(() => Run(sql));
        foreach (string word in words)
        {
            Assert.Contains(Place(word), error.Message, StringComparison.Ordinal);
        }

        return error;
    }

    string Place(string text) => text.Replace("{d}", Directory.Path, StringComparison.Ordinal);
}
