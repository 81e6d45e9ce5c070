using System.Data;
using System.Data.Common;

namespace Jammi.Data.Tests.Provider;

/// <summary>What is known of a result before its first row: by GetColumnSchema, by GetSchemaTable, and in every kind of execution the same.</summary>
public class ColumnSchemaTests : ProviderTest
{
    public ColumnSchemaTests() => Run("""
        CREATE TABLE countries (code TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT, height REAL, balance DECIMAL(12, 2) NOT NULL, born DATE, photo BLOB, face FLOAT[4], tags TEXT[]);
        CREATE TABLE pairs (a INTEGER, b INTEGER, note TEXT, PRIMARY KEY (a, b));
        INSERT INTO countries VALUES ('at', 'Austria'), ('ch', 'Switzerland');
        INSERT INTO people VALUES (1, 'Anna', 'at', 1.7, 10.5, DATE '2000-01-02', X'00', [1, 0, 0, 0], ['a', 'b']), (2, 'Ben', NULL, NULL, 0, NULL, NULL, NULL, NULL);
        INSERT INTO pairs VALUES (1, 1, 'x'), (1, 2, NULL);
        """);

    /// <summary>Expressions of every kind, with their type and whether they may be NULL.</summary>
    public static TheoryData<string, string, bool> Expressions => new()
    {
        { "1", "INTEGER", false },
        { "3000000000", "BIGINT", false },
        { "1.5", "DECIMAL(2,1)", false },
        { "1e3", "DOUBLE", false },
        { "'x'", "TEXT", false },
        { "true", "BOOLEAN", false },
        { "NULL", "TEXT", true },
        { "X'00'", "BLOB", false },
        { "id", "INTEGER", false },
        { "country", "TEXT", true },
        { "balance", "DECIMAL(12,2)", false },
        { "born", "DATE", true },
        { "face", "FLOAT[4]", true },
        { "tags", "TEXT[]", true },
        { "id + 1", "INTEGER", false },
        { "id + height", "DOUBLE", true },
        { "id = 1", "BOOLEAN", false },
        { "country = 'at'", "BOOLEAN", true },
        { "country IS NULL", "BOOLEAN", false },
        { "name || '!'", "TEXT", false },
        { "name || country", "TEXT", true },
        { "coalesce(country, 'none')", "TEXT", false },
        { "coalesce(country, name)", "TEXT", false },
        { "CASE WHEN id = 1 THEN 1 ELSE 2 END", "INTEGER", false },
        { "CASE WHEN id = 1 THEN 1 END", "INTEGER", true },
        { "CASE WHEN id = 1 THEN 1 ELSE balance END", "DECIMAL(12,2)", false },
        { "CAST(id AS BIGINT)", "BIGINT", false },
        { "CAST(id AS DECIMAL(8,3))", "DECIMAL(8,3)", false },
        { "born + 1", "DATE", true },
        { "upper(name)", "TEXT", false },
        { "length(country)", "BIGINT", true },
        { "(SELECT max(id) FROM people)", "INTEGER", true },
        { "EXISTS (SELECT 1 FROM pairs)", "BOOLEAN", false },
        { "row_number() OVER (ORDER BY id)", "BIGINT", false },
        { "sum(id) OVER ()", "BIGINT", true },
        { "CAST('2000-01-01' AS TIMESTAMP)", "TIMESTAMP", false },
    };

    public static TheoryData<string, string, bool> Aggregates => new()
    {
        { "count(*)", "BIGINT", false },
        { "count(country)", "BIGINT", false },
        { "sum(id)", "BIGINT", true },
        { "sum(CAST(id AS BIGINT))", "DECIMAL(38,0)", true },
        { "sum(height)", "DOUBLE", true },
        { "sum(balance)", "DECIMAL(38,2)", true },
        { "avg(id)", "DOUBLE", true },
        { "min(name)", "TEXT", true },
        { "max(born)", "DATE", true },
    };

    [Theory]
    [MemberData(nameof(Expressions))]
    [MemberData(nameof(Aggregates))]
    public void The_type_of_an_expression_is_known_before_its_value_and_is_its_value(string expression, string type, bool nullable)
    {
        string sql = $"SELECT {expression} AS x FROM people";
        foreach (CommandBehavior behavior in new[] { CommandBehavior.SchemaOnly, CommandBehavior.KeyInfo, CommandBehavior.SchemaOnly | CommandBehavior.KeyInfo, CommandBehavior.Default })
        {
            using DbDataReader reader = Command(sql).ExecuteReader(behavior);
            DbColumn column = Assert.Single(reader.GetColumnSchema());
            Assert.Equal((type, reader.GetFieldType(0)), (column.DataTypeName, column.DataType));
            Assert.Equal(type, reader.GetDataTypeName(0));
            Assert.Equal(nullable, column.AllowDBNull);

            while (reader.Read())
            {
                object value = reader.GetValue(0);
                Assert.True(value is DBNull ? column.AllowDBNull == true : value.GetType() == column.DataType, $"{value.GetType()} in a column of {column.DataType}");
            }
        }
    }

    [Fact]
    public void A_stored_column_names_its_table_and_an_alias_says_so()
    {
        using DbDataReader reader = Command("SELECT p.id, p.name AS who, p.balance * 2 AS twice, c.name FROM people p LEFT JOIN countries c ON c.code = p.country").ExecuteReader();
        System.Collections.ObjectModel.ReadOnlyCollection<DbColumn> columns = reader.GetColumnSchema();
        Assert.Equal(("main", "people", "id"), (columns[0].BaseSchemaName, columns[0].BaseTableName, columns[0].BaseColumnName));
        Assert.Equal((false, false, false), (columns[0].IsAliased, columns[0].IsExpression, columns[0].IsReadOnly));
        Assert.Equal(("people", "name", true), (columns[1].BaseTableName, columns[1].BaseColumnName, columns[1].IsAliased));
        Assert.Null(columns[2].BaseTableName);
        Assert.Equal((true, true), (columns[2].IsExpression, columns[2].IsReadOnly));
        Assert.Equal(("countries", "name"), (columns[3].BaseTableName, columns[3].BaseColumnName));
        Assert.False(columns[1].AllowDBNull);
        Assert.True(columns[3].AllowDBNull);
    }

    [Fact]
    public void Origins_survive_views_subqueries_sorting_and_limits()
    {
        Run("CREATE VIEW short AS SELECT id, name AS who FROM people");
        using DbDataReader reader = Command("SELECT who FROM (SELECT * FROM short ORDER BY id LIMIT 1) s").ExecuteReader();
        DbColumn column = Assert.Single(reader.GetColumnSchema());
        Assert.Equal(("people", "name", true), (column.BaseTableName, column.BaseColumnName, column.IsAliased));
    }

    [Fact]
    public void Sizes_precisions_and_scales_are_those_of_the_types()
    {
        using DbDataReader reader = Command("SELECT id, name, height, balance, born, face, id > 1 AS flag FROM people").ExecuteReader();
        System.Collections.ObjectModel.ReadOnlyCollection<DbColumn> columns = reader.GetColumnSchema();
        Assert.Equal([4, int.MaxValue, 4, 16, 4, 16, 1], columns.Select(c => c.ColumnSize!.Value));
        Assert.Equal([10, null, 7, 12, null, null, null], columns.Select(c => c.NumericPrecision));
        Assert.Equal([null, null, null, 2, null, null, null], columns.Select(c => c.NumericScale));
        Assert.Equal([false, false, false, false, false, true, false], columns.Select(c => c.IsLong!.Value));
    }

    [Theory]
    [InlineData("SELECT id, name FROM people", "id")]
    [InlineData("SELECT name, id AS number FROM people WHERE height > 1 ORDER BY name LIMIT 5", "number")]
    [InlineData("SELECT a, b, note FROM pairs", "a,b")]
    [InlineData("SELECT * FROM people WHERE country IN (SELECT code FROM countries)", "id")]
    [InlineData("SELECT p.id, c.name FROM people p JOIN countries c ON c.code = p.country", "id")]
    [InlineData("SELECT p.id, c.name, c.code FROM people p LEFT JOIN countries c ON c.code = p.country", "id")]
    [InlineData("SELECT a, note FROM pairs", "")]
    [InlineData("SELECT name FROM people", "")]
    [InlineData("SELECT p.id, q.a FROM people p JOIN pairs q ON q.a = p.id", "")]
    [InlineData("SELECT p.id, q.id AS other FROM people p, people q", "")]
    [InlineData("SELECT id FROM people UNION ALL SELECT id FROM people", "")]
    [InlineData("SELECT id, count(*) AS n FROM people GROUP BY id", "")]
    public void Keys_are_told_where_they_are_keys_of_the_result(string sql, string keys)
    {
        using (DbDataReader reader = Command(sql).ExecuteReader(CommandBehavior.KeyInfo))
        {
            Assert.Equal(keys, string.Join(',', reader.GetColumnSchema().Where(c => c.IsKey == true).Select(c => c.ColumnName)));
            DataTable facts = reader.GetSchemaTable()!;
            Assert.Equal(keys, string.Join(',', facts.Rows.Cast<DataRow>().Where(r => (bool)r["IsKey"]).Select(r => (string)r["ColumnName"])));
        }

        using (DbDataReader reader = Command(sql).ExecuteReader())
        {
            Assert.All(reader.GetColumnSchema(), c => Assert.Null(c.IsKey));
            Assert.All(reader.GetSchemaTable()!.Rows.Cast<DataRow>(), r => Assert.False((bool)r["IsKey"] || (bool)r["IsUnique"]));
        }
    }

    [Fact]
    public void Unique_columns_are_told_with_keys()
    {
        using DbDataReader reader = Command("SELECT code, name FROM countries").ExecuteReader(CommandBehavior.KeyInfo);
        Assert.Equal([(true, true), (false, true)], reader.GetColumnSchema().Select(c => (c.IsKey!.Value, c.IsUnique!.Value)));
    }

    [Fact]
    public void The_schema_table_has_a_row_per_column_and_the_standard_columns()
    {
        using DbDataReader reader = Command("SELECT id, balance AS money FROM people").ExecuteReader(CommandBehavior.KeyInfo);
        DataTable facts = reader.GetSchemaTable()!;
        Assert.Equal(2, facts.Rows.Count);
        string[] standard =
        [
            SchemaTableColumn.AllowDBNull, SchemaTableColumn.BaseColumnName, SchemaTableColumn.BaseSchemaName, SchemaTableColumn.BaseTableName, SchemaTableColumn.ColumnName,
            SchemaTableColumn.ColumnOrdinal, SchemaTableColumn.ColumnSize, SchemaTableColumn.DataType, SchemaTableColumn.IsAliased, SchemaTableColumn.IsExpression, SchemaTableColumn.IsKey,
            SchemaTableColumn.IsLong, SchemaTableColumn.IsUnique, SchemaTableColumn.NonVersionedProviderType, SchemaTableColumn.NumericPrecision, SchemaTableColumn.NumericScale,
            SchemaTableColumn.ProviderType, SchemaTableOptionalColumn.BaseCatalogName, SchemaTableOptionalColumn.BaseServerName, SchemaTableOptionalColumn.IsAutoIncrement,
            SchemaTableOptionalColumn.IsHidden, SchemaTableOptionalColumn.IsReadOnly, SchemaTableOptionalColumn.IsRowVersion, SchemaTableOptionalColumn.ProviderSpecificDataType,
        ];
        Assert.All(standard, name => Assert.True(facts.Columns.Contains(name), name));
        DataRow money = facts.Rows[1];
        Assert.Equal(("money", 1, (short)12, (short)2), ((string)money["ColumnName"], (int)money["ColumnOrdinal"], (short)money["NumericPrecision"], (short)money["NumericScale"]));
        Assert.Equal(typeof(decimal), money["DataType"]);
        Assert.Equal((true, false, false), ((bool)money["IsAliased"], (bool)money["IsExpression"], (bool)money["AllowDBNull"]));
    }

    [Fact]
    public async Task The_asynchronous_schema_is_the_same()
    {
        await using DbDataReader reader = await Command("SELECT id FROM people").ExecuteReaderAsync();
        Assert.Equal("id", Assert.Single(await reader.GetColumnSchemaAsync()).ColumnName);
        Assert.NotNull(await reader.GetSchemaTableAsync());
    }

    [Fact]
    public void Each_result_has_its_own_schema()
    {
        using DbDataReader reader = Command("SELECT 1 AS a; SELECT 'x' AS b, 2.5 AS c").ExecuteReader();
        Assert.Equal(["a"], reader.GetColumnSchema().Select(c => c.ColumnName));
        Assert.True(reader.NextResult());
        Assert.Equal([("b", typeof(string)), ("c", typeof(decimal))], reader.GetColumnSchema().Select(c => (c.ColumnName, c.DataType!)));
    }
}
