using System.Data;
using System.Data.Common;
using Dapper;

namespace Jammi.Data.Tests.Provider;

/// <summary>Identity columns as the provider shows them, and as they last.</summary>
public sealed class IdentityTests : IDisposable
{
    readonly TemporaryDirectory directory = new();
    readonly JammiConnection connection = new("Data Source=:memory:");

    public IdentityTests()
    {
        connection.Open();
        connection.Execute("""
            CREATE TABLE visits (id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, page TEXT);
            CREATE TABLE orders (id BIGSERIAL PRIMARY KEY, item TEXT);
            """);
    }

    public void Dispose()
    {
        connection.Dispose();
        JammiConnection.ClearAllPools();
        directory.Dispose();
    }

    [Fact]
    public void The_schema_says_which_column_numbers_its_rows()
    {
        using var reader = (DbDataReader)connection.ExecuteReader("SELECT v.id AS number, page, v.id + 1 AS next FROM visits v JOIN orders o ON o.id = v.id");
        Assert.Equal([true, false, false], reader.GetColumnSchema().Select(c => c.IsAutoIncrement));
        Assert.Equal([true, false, false], reader.GetSchemaTable()!.Rows.Cast<DataRow>().Select(r => (bool)r[SchemaTableOptionalColumn.IsAutoIncrement]));
        Assert.Equal([false, true], reader.GetColumnSchema().Take(2).Select(c => c.AllowDBNull));
    }

    [Fact]
    public void The_types_of_identity_columns_are_those_that_can_increment()
    {
        DataTable types = connection.GetSchema("DataTypes");
        Assert.Equal(["BIGINT", "INTEGER", "SMALLINT"], types.Rows.Cast<DataRow>().Where(r => (bool)r["IsAutoIncrementable"]).Select(r => (string)r["TypeName"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void RETURNING_gives_the_value()
    {
        Assert.Equal(1, connection.QuerySingle<int>("INSERT INTO visits (page) VALUES (@page) RETURNING id", new { page = "start" }));
        Assert.Equal(1L, connection.ExecuteScalar<long>("INSERT INTO orders (item) VALUES ('a') RETURNING id"));
    }

    [Fact]
    public void A_command_builder_leaves_the_column_to_the_database()
    {
        connection.Execute("INSERT INTO visits (page) VALUES ('start')");
        using var adapter = new JammiDataAdapter("SELECT id, page FROM visits ORDER BY id", connection);
        using var builder = new JammiCommandBuilder(adapter);
        using var table = new DataTable();
        adapter.FillSchema(table, SchemaType.Source);
        Assert.True(table.Columns["id"]!.AutoIncrement);
        adapter.Fill(table);
        Assert.DoesNotContain("\"id\"", builder.GetInsertCommand().CommandText, StringComparison.Ordinal);
        DataRow added = table.NewRow();
        added["page"] = "about";
        table.Rows.Add(added);
        table.Rows[0]["page"] = "home";
        Assert.Equal(2, adapter.Update(table));
        Assert.Equal([(1, "home"), (2, "about")], connection.Query<(int, string)>("SELECT id, page FROM visits ORDER BY id"));
        table.Rows[0].Delete();
        Assert.Equal(1, adapter.Update(table));
        Assert.Equal(2, connection.QuerySingle<int>("SELECT id FROM visits"));
    }

    [Fact]
    public void An_appender_leaves_the_column_out()
    {
        using (JammiAppender appender = connection.CreateAppender("visits"))
        {
            appender.Append("one").EndRow();
            appender.Append("two").EndRow();
        }

        Assert.Equal([(1, "one"), (2, "two")], connection.Query<(int, string)>("SELECT id, page FROM visits ORDER BY id"));
    }

    [Fact]
    public void An_appender_gives_values_to_a_column_that_takes_them_when_it_is_named()
    {
        using (JammiAppender appender = connection.CreateAppender("orders", "id", "item"))
        {
            appender.Append(70L).Append("seventy").EndRow();
        }

        Assert.Equal(70L, connection.QuerySingle<long>("SELECT id FROM orders"));
        using JammiAppender refused = connection.CreateAppender("visits", "id", "page");
        refused.Append(70).Append("seventy").EndRow();
        Assert.Contains("GENERATED ALWAYS", Assert.Throws<JammiException>(refused.Close).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_value_survives_reopening()
    {
        string settings = $"Data Source={directory["identity.jammi"]};Pooling=False";
        using (var first = new JammiConnection(settings))
        {
            first.Execute("CREATE TABLE t (id INTEGER GENERATED ALWAYS AS IDENTITY (START WITH 5 INCREMENT BY 5), v INTEGER); INSERT INTO t (v) VALUES (1), (2)");
            first.Execute("DELETE FROM t");
        }

        using var second = new JammiConnection(settings);
        Assert.Equal(15, second.QuerySingle<int>("INSERT INTO t (v) VALUES (3) RETURNING id"));
        Assert.Equal("ALWAYS", second.QuerySingle<string>("SELECT identity_generation FROM information_schema.columns WHERE column_name = 'id' AND table_name = 't'"));
    }

    [Fact]
    public void Transactions_never_get_the_same_value_whether_they_commit_or_not()
    {
        string settings = $"Data Source={directory["concurrent.jammi"]}";
        using var keep = new JammiConnection(settings);
        keep.Open();
        keep.Execute("CREATE TABLE t (id BIGINT GENERATED BY DEFAULT AS IDENTITY, v INTEGER)");
        var given = new System.Collections.Concurrent.ConcurrentBag<long>();
        Parallel.For(0, 4, worker =>
        {
            using var own = new JammiConnection(settings);
            own.Open();
            for (int done = 0; done < 20;)
            {
                using JammiTransaction transaction = own.BeginTransaction();
                List<long> ids;
                try
                {
                    ids = own.Query<long>("INSERT INTO t (v) VALUES (@done), (@done) RETURNING id", new { done }, transaction).AsList();
                }
                catch (JammiException conflict) when (conflict.IsTransient)
                {
                    // Another connection committed between the beginning and the first change.
                    continue;
                }

                ids.ForEach(given.Add);
                if (done++ % 3 == 0)
                {
                    transaction.Rollback();
                }
                else
                {
                    transaction.Commit();
                }
            }
        });
        Assert.Equal(160, given.Count);
        Assert.Equal(160, given.Distinct().Count());
        Assert.Equal(4 * 13 * 2, keep.QuerySingle<int>("SELECT count(DISTINCT id) FROM t"));
    }

    [Fact]
    public void A_copied_table_is_read_back_with_its_values()
    {
        connection.Execute("INSERT INTO visits (page) VALUES ('one'), ('two'); DELETE FROM visits WHERE id = 1");
        string file = directory["visits.csv"];
        connection.Execute($"COPY visits TO '{file}'; TRUNCATE visits; COPY visits FROM '{file}'");
        Assert.Equal((2, "two"), connection.QuerySingle<(int, string)>("SELECT id, page FROM visits"));
    }
}
