using Jammi.Sql.Binding;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Tests.Functions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Tests;

/// <summary>A statement that is run again and again is not planned again, unless what its plan depends on has changed. Hits are counted, not timed.</summary>
public sealed class PlanCacheTests : IDisposable
{
    const string Joins = """
        SELECT a.x, d.w FROM a JOIN b ON b.id = a.b_id JOIN c ON c.id = b.c_id JOIN d ON d.id = c.d_id WHERE a.id = @id
        """;

    readonly Engine engine = Engine.OpenInMemory();
    readonly Session session;

    public PlanCacheTests()
    {
        session = engine.CreateSession(FunctionHarness.Registry, SystemTables.BuiltIn, null, TimeSpan.Zero);
        Run("""
            CREATE TABLE a(id INTEGER PRIMARY KEY, b_id INTEGER, x TEXT); CREATE TABLE b(id INTEGER PRIMARY KEY, c_id INTEGER);
            CREATE TABLE c(id INTEGER PRIMARY KEY, d_id INTEGER); CREATE TABLE d(id INTEGER PRIMARY KEY, w TEXT);
            INSERT INTO a VALUES (1, 2, 'x1'), (2, 2, 'x2'); INSERT INTO b VALUES (2, 3); INSERT INTO c VALUES (3, 4); INSERT INTO d VALUES (4, 'w')
            """);
    }

    public void Dispose()
    {
        session.Dispose();
        engine.Dispose();
    }

    [Fact]
    public void Another_value_of_the_same_type_takes_the_plan_that_is_there()
    {
        RunTwice(Joins, ScalarValue.From(1));
        Assert.Equal(3, Hits(() =>
        {
            Assert.Equal(["x2|w"], Rows(Joins, ScalarValue.From(2)));
            Assert.Empty(Rows(Joins, ScalarValue.From(3)));
            Assert.Equal(["x1|w"], Rows(Joins, ScalarValue.From(1)));
        }));
    }

    [Fact]
    public void Another_type_of_a_parameter_has_a_plan_of_its_own()
    {
        RunTwice("SELECT @id, typeof(@id)", ScalarValue.From(1));
        Assert.Equal(0, Hits(() => RunTwice("SELECT @id, typeof(@id)", ScalarValue.From("1"))));
        Assert.Equal(2, Hits(() =>
        {
            Assert.Equal(["2|INTEGER"], Rows("SELECT @id, typeof(@id)", ScalarValue.From(2)));
            Assert.Equal(["2|TEXT"], Rows("SELECT @id, typeof(@id)", ScalarValue.From("2")));
        }));
    }

    [Fact]
    public void Changed_rows_are_seen_by_the_plan_that_is_there()
    {
        RunTwice(Joins, ScalarValue.From(1));
        Run("UPDATE a SET x = 'changed' WHERE id = 1");
        Run("DELETE FROM a WHERE id = 2");
        Run("INSERT INTO a VALUES (5, 2, 'new')");
        Assert.Equal(3, Hits(() =>
        {
            Assert.Equal(["changed|w"], Rows(Joins, ScalarValue.From(1)));
            Assert.Empty(Rows(Joins, ScalarValue.From(2)));
            Assert.Equal(["new|w"], Rows(Joins, ScalarValue.From(5)));
        }));
    }

    [Fact]
    public void Inserts_one_by_one_are_planned_once_within_a_transaction_and_without()
    {
        const string Insert = "INSERT INTO d VALUES (@id, 'w')";
        Run(Insert, ScalarValue.From(100));
        Run(Insert, ScalarValue.From(99));
        Assert.True(Hits(() => Run(Insert, ScalarValue.From(101))) > 0);
        Run("BEGIN");
        Assert.True(Hits(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                Run(Insert, ScalarValue.From(200 + i));
            }
        }) >= 10);
        Run("COMMIT");
        Assert.Equal(["14"], Rows("SELECT count(*) FROM d"));
    }

    [Theory]
    [InlineData("ALTER TABLE a RENAME COLUMN x TO y; ALTER TABLE a ADD COLUMN x TEXT DEFAULT 'added'", "added|w")]
    [InlineData("DROP TABLE d; CREATE TABLE d(id BIGINT, w INTEGER); INSERT INTO d VALUES (4, 77)", "x1|77")]
    [InlineData("DROP TABLE d; CREATE VIEW d AS SELECT 4 AS id, 'view' AS w", "x1|view")]
    [InlineData("CREATE TEMPORARY TABLE d(id INTEGER, w TEXT); INSERT INTO d VALUES (4, 'temporary')", "x1|temporary")]
    public void A_changed_definition_makes_another_plan(string change, string expected)
    {
        RunTwice(Joins, ScalarValue.From(1));
        Run(change);
        Assert.Equal(0, Hits(() => RunTwice(Joins, ScalarValue.From(1))));
        Assert.Equal(1, Hits(() => Assert.Equal([expected], Rows(Joins, ScalarValue.From(1)))));
    }

    [Fact]
    public void A_definition_that_is_rolled_back_leaves_no_plan_of_its_own()
    {
        RunTwice(Joins, ScalarValue.From(1));
        Run("BEGIN; DROP TABLE d; CREATE TABLE d(id INTEGER, w TEXT); INSERT INTO d VALUES (4, 'other')");
        Assert.Equal(["x1|other"], Rows(Joins, ScalarValue.From(1)));
        Run("ROLLBACK");
        Assert.Equal(["x1|w"], Rows(Joins, ScalarValue.From(1)));
        Run("DROP TABLE d");
        Assert.Throws<SqlException>(() => Rows(Joins, ScalarValue.From(1)));
    }

    [Fact]
    public void A_table_that_has_outgrown_its_plan_is_planned_again()
    {
        RunTwice(Joins, ScalarValue.From(1));
        Run("INSERT INTO a SELECT range + 10, 2, 'x' FROM range(5000)");
        Assert.Equal(0, Hits(() => Rows(Joins, ScalarValue.From(1))));
        Assert.Equal(1, Hits(() => Rows(Joins, ScalarValue.From(1))));
    }

    [Fact]
    public void A_text_that_comes_once_is_not_kept()
    {
        Assert.Equal(0, Hits(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Assert.Equal([$"{i}"], Rows($"SELECT {i}"));
            }
        }));
        Assert.Equal(0, engine.Plans.Count);
        RunTwice("SELECT 1 + 1", []);
        Assert.Equal(1, engine.Plans.Count);
    }

    /// <summary>A plan is kept when its statement comes for the second time.</summary>
    void RunTwice(string query, params ScalarValue[] values)
    {
        Rows(query, values);
        Rows(query, values);
    }

    long Hits(Action action)
    {
        long before = engine.Plans.Hits;
        action();
        return engine.Plans.Hits - before;
    }

    void Run(string sql, params ScalarValue[] values)
    {
        foreach (Statement statement in Session.Parse(sql))
        {
            session.Run(sql, statement, Options(values)).Dispose();
        }
    }

    List<string> Rows(string query, params ScalarValue[] values)
    {
        using StatementResult result = session.Run(query, Assert.Single(Session.Parse(query)), Options(values));
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

    static StatementOptions Options(ScalarValue[] values) => new() { Parameters = [.. values.Select(v => new ParameterValue("id", v))] };
}
