using System.Data;
using System.Data.Common;

namespace Jammi.Data.Tests.Provider;

/// <summary>DataTables: filled, described, changed and stored, as designers and report engines do it.</summary>
public class DataAdapterTests : ProviderTest
{
    public DataAdapterTests() => Run("""
        CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price DECIMAL(10, 2), qty INTEGER, added DATE, weight DOUBLE, picture BLOB, code UUID);
        CREATE TABLE parts (part_id INTEGER PRIMARY KEY, item_id INTEGER NOT NULL, label TEXT NOT NULL);
        INSERT INTO items VALUES
          (1, 'one', 1.50, 10, DATE '2024-01-01', 0.5, X'01', '11111111-1111-1111-1111-111111111111'),
          (2, 'two', NULL, 20, DATE '2024-02-02', 1.5, NULL, NULL),
          (3, 'three', 3.25, NULL, NULL, NULL, X'0303', NULL);
        INSERT INTO parts VALUES (10, 1, 'a'), (11, 1, 'b'), (12, 2, 'c');
        """);

    DbDataAdapter Adapter(string sql, params (string Name, object? Value)[] parameters)
    {
        DbDataAdapter adapter = Factory.CreateDataAdapter()!;
        adapter.SelectCommand = Command(sql, parameters);
        return adapter;
    }

    [Fact]
    public void Fill_makes_the_columns_and_rows()
    {
        using DbDataAdapter adapter = Adapter("SELECT * FROM items ORDER BY id");
        var table = new DataTable();
        Assert.Equal(3, adapter.Fill(table));
        Assert.Equal(
            [typeof(int), typeof(string), typeof(decimal), typeof(int), typeof(DateTime), typeof(double), typeof(byte[]), typeof(Guid)],
            table.Columns.Cast<DataColumn>().Select(c => c.DataType));
        Assert.Equal("three", table.Rows[2]["name"]);
        Assert.Same(DBNull.Value, table.Rows[1]["price"]);
        Assert.Empty(table.PrimaryKey);
    }

    [Fact]
    public void Fill_with_keys_sets_the_primary_key_and_merges()
    {
        using DbDataAdapter adapter = Adapter("SELECT * FROM items ORDER BY id");
        adapter.MissingSchemaAction = MissingSchemaAction.AddWithKey;
        var table = new DataTable();
        adapter.Fill(table);
        Assert.Equal("id", Assert.Single(table.PrimaryKey).ColumnName);
        Assert.False(table.Columns["name"]!.AllowDBNull);
        Assert.True(table.Columns["price"]!.AllowDBNull);
        adapter.Fill(table);
        Assert.Equal(3, table.Rows.Count);
    }

    [Fact]
    public void Fill_pages()
    {
        using DbDataAdapter adapter = Adapter("SELECT range AS n FROM range(1000) ORDER BY 1");
        var page = new DataTable();
        Assert.Equal(10, adapter.Fill(990, 10, page));
        Assert.Equal(990L, page.Rows[0][0]);
        var last = new DataTable();
        Assert.Equal(5, adapter.Fill(995, 10, last));
        var none = new DataTable();
        Assert.Equal(0, adapter.Fill(2000, 10, none));
    }

    [Fact]
    public void Fill_makes_a_table_per_result()
    {
        using DbDataAdapter adapter = Adapter("SELECT id FROM items; SELECT label, part_id FROM parts");
        var set = new DataSet();
        adapter.Fill(set);
        Assert.Equal(2, set.Tables.Count);
        Assert.Equal(["label", "part_id"], set.Tables[1].Columns.Cast<DataColumn>().Select(c => c.ColumnName));
    }

    [Fact]
    public void Fill_opens_and_closes_a_closed_connection()
    {
        using var keeper = new JammiConnection("Data Source=:memory:adapter-opens");
        keeper.Open();
        keeper.Run("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)");
        using var adapter = new JammiDataAdapter("SELECT * FROM t", "Data Source=:memory:adapter-opens");
        var table = new DataTable();
        adapter.Fill(table);
        Assert.Single(table.Rows);
        Assert.Equal(ConnectionState.Closed, adapter.SelectCommand!.Connection!.State);
    }

    [Theory]
    [InlineData("SELECT id, qty * price AS total, CASE WHEN qty > 10 THEN 'many' END AS class FROM items WHERE id >= @id")]
    [InlineData("SELECT i.name, count(*) AS parts, sum(i.price) AS total, avg(i.weight) AS weight FROM items i LEFT JOIN parts p ON p.item_id = i.id WHERE i.id >= @id GROUP BY i.name")]
    [InlineData("SELECT i.id, p.part_id, p.label, row_number() OVER (ORDER BY p.part_id) AS n FROM items i LEFT JOIN parts p ON p.item_id = i.id WHERE i.id >= @id")]
    [InlineData("SELECT id, added + 1 AS next_day, upper(name) || '!' AS shout, weight / 3 AS third, coalesce(qty, 0) AS qty FROM items WHERE id >= @id UNION ALL SELECT 0, NULL, NULL, NULL, 0")]
    public void A_report_describes_first_with_parameters_unset_and_fills_after(string sql)
    {
        using DbDataAdapter adapter = Adapter(sql, ("@id", null));
        var table = new DataTable();
        adapter.FillSchema(table, SchemaType.Source);
        Type[] described = [.. table.Columns.Cast<DataColumn>().Select(c => c.DataType)];
        adapter.SelectCommand!.Parameters[0].Value = 1;
        Assert.True(adapter.Fill(table) > 0);
        var fresh = new DataTable();
        adapter.Fill(fresh);
        Assert.Equal(described, fresh.Columns.Cast<DataColumn>().Select(c => c.DataType));
        Assert.Equal(fresh.Rows.Count, table.Rows.Count);
    }

    [Fact]
    public void FillSchema_of_a_join_has_no_key_and_Load_keeps_its_rows()
    {
        const string sql = "SELECT i.id, i.name, p.part_id, p.label FROM items i LEFT JOIN parts p ON p.item_id = i.id";
        using DbDataAdapter adapter = Adapter(sql);
        var described = new DataTable();
        adapter.FillSchema(described, SchemaType.Source);
        Assert.Empty(described.PrimaryKey);
        Assert.True(described.Columns["label"]!.AllowDBNull);
        var table = new DataTable();
        using DbDataReader reader = Command(sql).ExecuteReader();
        table.Load(reader);
        Assert.Equal(4, table.Rows.Count);
        Assert.True(table.Columns["label"]!.AllowDBNull);
        Assert.False(table.Columns["name"]!.AllowDBNull);
    }

    [Fact]
    public void A_DataTable_is_loaded_from_every_kind_of_statement()
    {
        foreach (string sql in new[] { "SELECT * FROM items", "VALUES (1, 'x')", "SHOW TABLES", "DESCRIBE items", "EXPLAIN SELECT 1", "SELECT * FROM information_schema.columns", "INSERT INTO parts VALUES (99, 3, 'z') RETURNING *" })
        {
            var table = new DataTable();
            using DbDataReader reader = Command(sql).ExecuteReader();
            table.Load(reader);
            Assert.NotEmpty(table.Rows);
        }
    }

    [Fact]
    public void The_builder_writes_commands_that_store_changes()
    {
        using var adapter = new JammiDataAdapter("SELECT * FROM items ORDER BY id", (JammiConnection)Connection);
        using var builder = new JammiCommandBuilder(adapter);
        var table = new DataTable();
        adapter.Fill(table);
        table.Rows[0]["name"] = "uno";
        table.Rows[0]["price"] = DBNull.Value;
        table.Rows[1].Delete();
        table.Rows.Add(4, "four", 4.44m, 40, new DateTime(2024, 4, 4), 4.5, new byte[] { 4 }, Guid.Empty);
        table.Rows.Add(5, "five", DBNull.Value, DBNull.Value, DBNull.Value, DBNull.Value, DBNull.Value, DBNull.Value);
        Assert.Equal(4, adapter.Update(table));

        var again = new DataTable();
        adapter.Fill(again);
        Assert.Equal([1, 3, 4, 5], again.Rows.Cast<DataRow>().Select(r => (int)r["id"]));
        Assert.Equal("uno", again.Rows[0]["name"]);
        Assert.Same(DBNull.Value, again.Rows[0]["price"]);
        Assert.Equal(4.44m, again.Rows[2]["price"]);
        Assert.Equal(Guid.Empty, again.Rows[2]["code"]);
        Assert.Equal([4], (byte[])again.Rows[2]["picture"]);
        Assert.Same(DBNull.Value, again.Rows[3]["weight"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Changes_are_stored_in_batches_of_any_size(int size)
    {
        using var adapter = new JammiDataAdapter("SELECT id, name FROM items ORDER BY id", (JammiConnection)Connection) { UpdateBatchSize = size };
        using var builder = new JammiCommandBuilder(adapter);
        var table = new DataTable();
        adapter.Fill(table);
        table.Rows[0]["name"] = "uno";
        table.Rows[1].Delete();
        table.Rows.Add(4, "four");
        table.Rows.Add(5, "five");
        Assert.Equal(4, adapter.Update(table));
        Assert.False(table.HasErrors);
        Assert.Null(table.GetChanges());

        var again = new DataTable();
        adapter.Fill(again);
        Assert.Equal([(1, "uno"), (3, "three"), (4, "four"), (5, "five")], again.Rows.Cast<DataRow>().Select(r => ((int)r["id"], (string)r["name"])));
    }

    [Fact]
    public void A_batch_tells_the_row_that_someone_else_changed()
    {
        using var adapter = new JammiDataAdapter("SELECT id, name FROM items ORDER BY id", (JammiConnection)Connection) { UpdateBatchSize = 0, ContinueUpdateOnError = true };
        using var builder = new JammiCommandBuilder(adapter);
        var table = new DataTable();
        adapter.Fill(table);
        Run("UPDATE items SET name = 'theirs' WHERE id = 2");
        table.Rows[0]["name"] = "uno";
        table.Rows[1]["name"] = "due";
        adapter.Update(table);
        Assert.Equal([table.Rows[1]], table.GetErrors());
        Assert.Equal("uno", Scalar("SELECT name FROM items WHERE id = 1"));
        Assert.Equal("theirs", Scalar("SELECT name FROM items WHERE id = 2"));
        Assert.Throws<ArgumentOutOfRangeException>(() => adapter.UpdateBatchSize = -1);
    }

    [Fact]
    public void The_builders_commands_quote_names_and_name_parameters_by_column()
    {
        using var adapter = new JammiDataAdapter("SELECT id, name, price FROM items", (JammiConnection)Connection);
        using var builder = new JammiCommandBuilder(adapter);
        JammiCommand insert = builder.GetInsertCommand(useColumnsForParameterNames: true);
        Assert.Contains("\"items\"", insert.CommandText, StringComparison.Ordinal);
        Assert.Equal(["@id", "@name", "@price"], insert.Parameters.Cast<JammiParameter>().Select(p => p.ParameterName));
        Assert.Equal((DbType.Decimal, (byte)10, (byte)2), (insert.Parameters[2].DbType, insert.Parameters[2].Precision, insert.Parameters[2].Scale));
        Assert.Contains("WHERE", builder.GetUpdateCommand().CommandText, StringComparison.Ordinal);
        Assert.Contains("DELETE FROM", builder.GetDeleteCommand().CommandText, StringComparison.Ordinal);
        Assert.Equal("\"a\"\"b\"", builder.QuoteIdentifier("a\"b"));
        Assert.Equal("a\"b", builder.UnquoteIdentifier("\"a\"\"b\""));
        Assert.Equal("plain", builder.UnquoteIdentifier("plain"));
    }

    [Fact]
    public void A_row_that_someone_else_changed_is_a_concurrency_error()
    {
        using var adapter = new JammiDataAdapter("SELECT id, name FROM items ORDER BY id", (JammiConnection)Connection);
        using var builder = new JammiCommandBuilder(adapter);
        var table = new DataTable();
        adapter.Fill(table);
        Run("UPDATE items SET name = 'other' WHERE id = 1");
        table.Rows[0]["name"] = "mine";
        Assert.Throws<DBConcurrencyException>(() => adapter.Update(table));
        Assert.Equal("other", Scalar("SELECT name FROM items WHERE id = 1"));
        builder.ConflictOption = ConflictOption.OverwriteChanges;
        builder.RefreshSchema();
        Assert.Equal(1, adapter.Update(table));
        Assert.Equal("mine", Scalar("SELECT name FROM items WHERE id = 1"));
    }

    [Fact]
    public void The_builder_refuses_queries_without_a_key_of_one_table()
    {
        using var keyless = new JammiDataAdapter("SELECT name FROM items", (JammiConnection)Connection);
        using var builder = new JammiCommandBuilder(keyless);
        Assert.Throws<InvalidOperationException>(() => builder.GetUpdateCommand());
        using var join = new JammiDataAdapter("SELECT i.id, p.label FROM items i JOIN parts p ON p.item_id = i.id", (JammiConnection)Connection);
        using var joined = new JammiCommandBuilder(join);
        Assert.Throws<InvalidOperationException>(() => joined.GetUpdateCommand());
    }

    [Fact]
    public void The_adapter_raises_events_around_each_row()
    {
        using var adapter = new JammiDataAdapter("SELECT id, name FROM items ORDER BY id", (JammiConnection)Connection);
        using var builder = new JammiCommandBuilder(adapter);
        var table = new DataTable();
        adapter.Fill(table);
        var seen = new List<string>();
        adapter.RowUpdating += (_, change) => seen.Add($"updating {change.StatementType}");
        adapter.RowUpdated += (_, change) => seen.Add($"updated {change.RecordsAffected}");
        table.Rows[0]["name"] = "x";
        adapter.Update(table);
        Assert.Equal(["updating Update", "updated 1"], seen);
    }
}
