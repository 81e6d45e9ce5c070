using Jammi.Sql.Binding;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Storage;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Tests.Functions;

namespace Jammi.Sql.Tests;

/// <summary>Temporary tables and views belong to the connection that made them: others neither see them nor are in their way.</summary>
public sealed class TemporaryTableTests : IDisposable
{
    readonly Engine engine = Engine.OpenInMemory();
    readonly Session one;
    readonly Session two;

    public TemporaryTableTests()
    {
        one = NewSession();
        two = NewSession();
        Run(one, "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES (1)");
    }

    public void Dispose()
    {
        one.Dispose();
        two.Dispose();
        engine.Dispose();
    }

    [Fact]
    public void A_temporary_table_hides_a_stored_one_from_its_own_connection_only()
    {
        const string Query = "SELECT a FROM t";
        Assert.Equal(["1"], Rows(two, Query));
        Run(one, "CREATE TEMPORARY TABLE t(a TEXT, b INTEGER); INSERT INTO t VALUES ('mine', 2)");
        Assert.Equal(["mine"], Rows(one, Query));
        Assert.Equal(["1"], Rows(two, Query));
        Assert.Equal(["mine"], Rows(one, Query));
        Assert.Equal(["1"], Rows(one, "SELECT a FROM main.t"));
        Assert.Equal(["mine|2"], Rows(one, "SELECT * FROM temp.t"));
        Run(one, "DROP TABLE t");
        Assert.Equal(["1"], Rows(one, Query));
    }

    [Fact]
    public void Connections_may_use_one_name_for_different_things()
    {
        Run(one, "CREATE TEMP TABLE own(a INTEGER PRIMARY KEY); INSERT INTO own VALUES (1), (2); CREATE UNIQUE INDEX i ON own(a)");
        Run(two, "CREATE TEMP VIEW own AS SELECT 'two' AS a; CREATE TEMP TABLE more AS SELECT 7 AS a");
        Assert.Equal(["1", "2"], Rows(one, "SELECT a FROM own ORDER BY a"));
        Assert.Equal(["two"], Rows(two, "SELECT a FROM own"));
        Assert.Equal(["7"], Rows(two, "SELECT a FROM temp.more"));
        Assert.Equal(SqlErrorCode.UndefinedTable, Assert.Throws<SqlException>(() => Rows(one, "SELECT a FROM more")).Code);
        Run(one, "ALTER TABLE own RENAME TO renamed; TRUNCATE renamed; DROP INDEX i; DROP TABLE renamed");
        Assert.Equal(["two"], Rows(two, "SELECT a FROM own"));
    }

    [Fact]
    public void Other_connections_find_no_trace_of_them()
    {
        Run(one, "CREATE TEMP TABLE secret(a INTEGER)");
        Assert.Equal(["temp"], Rows(one, "SELECT table_schema FROM information_schema.tables WHERE table_name = 'secret'"));
        Assert.Empty(Rows(two, "SELECT table_schema FROM information_schema.tables WHERE table_name = 'secret'"));
        Assert.Empty(Rows(two, "SELECT table_name FROM information_schema.columns WHERE table_name = 'secret'"));
        string schema = SchemaOf("secret");
        foreach (Session session in new[] { one, two })
        {
            SqlException error = Assert.Throws<SqlException>(() => Rows(session, $"SELECT * FROM \"{schema}\".secret"));
            Assert.Equal(SqlErrorCode.UndefinedTable, error.Code);
            Assert.Throws<SqlException>(() => Run(session, $"CREATE SCHEMA \"{schema}\""));
        }

        Assert.Contains("temp.secret", string.Join('\n', Rows(one, "EXPLAIN SELECT * FROM secret")), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Assert.Throws<SqlException>(() => Rows(two, "SELECT * FROM secre")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void They_go_when_their_connection_has_ended_and_anybody_commits()
    {
        using (Session three = NewSession())
        {
            Run(three, "CREATE TEMP TABLE passing AS SELECT 1 AS a; CREATE TEMP VIEW seen AS SELECT a FROM passing");
            Assert.Equal(["1"], Rows(three, "SELECT a FROM seen"));
        }

        Assert.NotNull(SchemaOf("passing"));
        Run(two, "CREATE TEMP TABLE staying AS SELECT 2 AS a");
        using ISnapshot snapshot = engine.Database.OpenSnapshot();
        Assert.Equal(["staying", "t"], snapshot.Catalog.Tables.Values.Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.Empty(snapshot.Catalog.Views);
        Assert.Equal(["2"], Rows(two, "SELECT a FROM staying"));
    }

    [Fact]
    public void They_take_part_in_transactions()
    {
        Run(one, "BEGIN; CREATE TEMP TABLE kept(a INTEGER); INSERT INTO kept VALUES (1); SAVEPOINT s; INSERT INTO kept VALUES (2)");
        Assert.Equal(["2"], Rows(one, "SELECT count(*) FROM kept"));
        Run(one, "ROLLBACK TO s; COMMIT");
        Assert.Equal(["1"], Rows(one, "SELECT a FROM kept"));
        Run(one, "BEGIN; DROP TABLE kept; ROLLBACK");
        Assert.Equal(["1"], Rows(one, "SELECT a FROM kept"));
    }

    Session NewSession() => engine.CreateSession(FunctionHarness.Registry, SystemTables.BuiltIn, null, TimeSpan.Zero);

    string SchemaOf(string table)
    {
        using ISnapshot snapshot = engine.Database.OpenSnapshot();
        return snapshot.Catalog.Tables.Values.Single(t => t.Name == table).Schema;
    }

    static void Run(Session session, string sql)
    {
        foreach (Statement statement in Session.Parse(sql))
        {
            session.Run(sql, statement, new StatementOptions()).Dispose();
        }
    }

    static List<string> Rows(Session session, string query)
    {
        using StatementResult result = session.Run(query, Assert.Single(Session.Parse(query)), new StatementOptions());
        var rows = new List<string>();
        while (result.Next() is { } batch)
        {
            for (int row = 0; row < batch.Count; row++)
            {
                rows.Add(string.Join('|', Enumerable.Range(0, batch.Columns.Length).Select(c => CastKernels.CellText(result.Schema[c].Type, batch.Columns[c], row))));
            }
        }

        return rows;
    }
}
