using System.Data;
using System.Data.Common;

namespace Jammi.Data.Tests.Provider;

public class SchemaCollectionTests : ProviderTest
{
    public SchemaCollectionTests() => Run("""
        CREATE SCHEMA shop;
        CREATE TABLE sources (source_id INTEGER PRIMARY KEY, country TEXT NOT NULL UNIQUE, fee DECIMAL(10, 2) DEFAULT 1.5);
        CREATE TABLE shop.items (a INTEGER, b INTEGER, vector FLOAT[3], at TIMESTAMP, PRIMARY KEY (b, a));
        CREATE TEMPORARY TABLE scratch (x TEXT);
        CREATE VIEW cheap AS SELECT source_id, fee * 2 AS twice FROM sources;
        CREATE INDEX by_fee ON sources (fee);
        """);

    /// <summary>Collections that tools ask for, with the restrictions that they give by position.</summary>
    public static TheoryData<string, int> Collections => new()
    {
        { "MetaDataCollections", 0 },
        { "DataSourceInformation", 0 },
        { "DataTypes", 0 },
        { "Restrictions", 0 },
        { "ReservedWords", 0 },
        { "Catalogs", 1 },
        { "Databases", 1 },
        { "Schemas", 2 },
        { "Tables", 4 },
        { "Columns", 4 },
        { "Views", 3 },
        { "ViewColumns", 4 },
        { "Indexes", 4 },
        { "IndexColumns", 5 },
        { "PrimaryKeys", 4 },
        { "UniqueKeys", 4 },
        { "ForeignKeys", 4 },
        { "Procedures", 4 },
        { "ProcedureParameters", 4 },
        { "Functions", 2 },
    };

    [Theory]
    [MemberData(nameof(Collections))]
    public void Every_collection_is_listed_with_its_restrictions(string name, int restrictions)
    {
        DataTable table = Connection.GetSchema(name);
        Assert.Equal(name, table.TableName);
        Assert.Equal(table.Rows.Count, Connection.GetSchema(name.ToUpperInvariant()).Rows.Count);
        DataRow listed = Assert.Single(Connection.GetSchema().Rows.Cast<DataRow>(), r => (string)r["CollectionName"] == name);
        Assert.Equal(restrictions, listed["NumberOfRestrictions"]);
        string[] named = [.. Connection.GetSchema("Restrictions").Select($"CollectionName = '{name}'", "RestrictionNumber").Select(r => (string)r["RestrictionName"])];
        Assert.Equal(restrictions, named.Length);
        Assert.All(named, column => Assert.True(table.Columns.Contains(column)));
        Assert.Equal(table.Rows.Count, Connection.GetSchema(name, new string?[restrictions]).Rows.Count);
        Assert.Throws<ArgumentException>(() => Connection.GetSchema(name, new string?[restrictions + 1]));
    }

    [Fact]
    public void All_collections_are_tested() => Assert.Equal(
        Connection.GetSchema().Rows.Cast<DataRow>().Select(r => (string)r[0]).Order(),
        Collections.Select(row => (string)row.ToArray()[0]!).Order());

    [Fact]
    public void An_unknown_collection_is_an_error_that_names_those_there_are()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Connection.GetSchema("Triggers"));
        Assert.Contains("Triggers", error.Message, StringComparison.Ordinal);
        Assert.Contains("ViewColumns", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_connection_has_no_schema()
    {
        Connection.Close();
        Assert.Throws<InvalidOperationException>(() => Connection.GetSchema());
        Assert.Throws<InvalidOperationException>(() => Connection.GetSchema("Tables"));
    }

    [Fact]
    public async Task The_asynchronous_forms_give_the_same()
    {
        Assert.Equal(Connection.GetSchema().Rows.Count, (await Connection.GetSchemaAsync()).Rows.Count);
        Assert.Equal(1, (await Connection.GetSchemaAsync("Tables", [null, null, "sources"])).Rows.Count);
    }

    [Fact]
    public void Tables_lists_tables_temporary_tables_and_views()
    {
        DataTable tables = Connection.GetSchema("Tables");
        Assert.Equal(["TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME", "TABLE_TYPE"], tables.Columns.Cast<DataColumn>().Select(c => c.ColumnName));
        Assert.Equal(
            [("main", "sources", "BASE TABLE"), ("shop", "items", "BASE TABLE"), ("temp", "scratch", "LOCAL TEMPORARY"), ("main", "cheap", "VIEW")],
            tables.Rows.Cast<DataRow>().Select(r => ((string)r[1], (string)r[2], (string)r[3])));
        Assert.Equal("items", Assert.Single(Connection.GetSchema("Tables", [null, "SHOP"]).Rows.Cast<DataRow>())["TABLE_NAME"]);
        Assert.Equal("sources", Assert.Single(Connection.GetSchema("Tables", [null, null, "sources"]).Rows.Cast<DataRow>())["TABLE_NAME"]);
        Assert.Equal(2, Connection.GetSchema("Tables", [null, null, null, "BASE TABLE"]).Rows.Count);
        Assert.Empty(Connection.GetSchema("Tables", ["other"]).Rows);
    }

    [Fact]
    public void Columns_tells_type_default_and_nullability()
    {
        DataRow fee = Assert.Single(Connection.GetSchema("Columns", [null, null, "sources", "fee"]).Rows.Cast<DataRow>());
        Assert.Equal((3, "1.5", "YES", "DECIMAL(10,2)", 10, 2), ((int)fee["ORDINAL_POSITION"], (string)fee["COLUMN_DEFAULT"], (string)fee["IS_NULLABLE"], (string)fee["DATA_TYPE"], (int)fee["NUMERIC_PRECISION"], (int)fee["NUMERIC_SCALE"]));
        DataRow country = Assert.Single(Connection.GetSchema("Columns", [null, "main", "sources", "country"]).Rows.Cast<DataRow>());
        Assert.Equal("NO", country["IS_NULLABLE"]);
        Assert.Equal(int.MaxValue, country["CHARACTER_MAXIMUM_LENGTH"]);
        Assert.Same(DBNull.Value, country["NUMERIC_PRECISION"]);
        Assert.Equal("FLOAT[3]", Assert.Single(Connection.GetSchema("Columns", [null, "shop", "items", "vector"]).Rows.Cast<DataRow>())["DATA_TYPE"]);
    }

    [Fact]
    public void Views_and_their_columns_are_those_of_their_queries()
    {
        DataRow view = Assert.Single(Connection.GetSchema("Views").Rows.Cast<DataRow>());
        Assert.Equal("cheap", view["TABLE_NAME"]);
        Assert.Contains("fee * 2", (string)view["VIEW_DEFINITION"], StringComparison.Ordinal);
        DataTable columns = Connection.GetSchema("ViewColumns", [null, null, "cheap"]);
        Assert.Equal([("source_id", "NO"), ("twice", "YES")], columns.Rows.Cast<DataRow>().Select(r => ((string)r["COLUMN_NAME"], (string)r["IS_NULLABLE"])));
        Assert.Equal("INTEGER", columns.Rows[0]["DATA_TYPE"]);
        Assert.StartsWith("DECIMAL(", (string)columns.Rows[1]["DATA_TYPE"], StringComparison.Ordinal);
        Assert.Equal(2, Connection.GetSchema("Columns", [null, null, "cheap"]).Rows.Count);
        Run("DROP TABLE sources");
        Assert.Empty(Connection.GetSchema("ViewColumns").Rows);
    }

    [Fact]
    public void Keys_and_indexes_list_their_columns_in_order()
    {
        Assert.Equal(["b", "a"], Connection.GetSchema("PrimaryKeys", [null, "shop", "items"]).Rows.Cast<DataRow>().Select(r => (string)r["COLUMN_NAME"]));
        Assert.Equal("country", Assert.Single(Connection.GetSchema("UniqueKeys").Rows.Cast<DataRow>())["COLUMN_NAME"]);
        Assert.Empty(Connection.GetSchema("ForeignKeys").Rows);
        DataTable indexes = Connection.GetSchema("Indexes", [null, null, "sources"]);
        Assert.Equal([(true, true), (true, false), (false, false)], indexes.Rows.Cast<DataRow>().Select(r => ((bool)r["IS_UNIQUE"], (bool)r["IS_PRIMARY_KEY"])));
        Assert.Equal("fee", Assert.Single(Connection.GetSchema("IndexColumns", [null, null, null, "by_fee"]).Rows.Cast<DataRow>())["COLUMN_NAME"]);
    }

    [Fact]
    public void DataSourceInformation_says_how_names_and_parameters_are_written()
    {
        DataRow row = Assert.Single(Connection.GetSchema(DbMetaDataCollectionNames.DataSourceInformation).Rows.Cast<DataRow>());
        Assert.Equal("Jammi", row[DbMetaDataColumnNames.DataSourceProductName]);
        Assert.Equal(Connection.ServerVersion, row[DbMetaDataColumnNames.DataSourceProductVersion]);
        Assert.Equal("@{0}", row[DbMetaDataColumnNames.ParameterMarkerFormat]);
        Assert.Equal(IdentifierCase.Insensitive, (IdentifierCase)row[DbMetaDataColumnNames.IdentifierCase]);
        Assert.Equal(";", row[DbMetaDataColumnNames.StatementSeparatorPattern]);
        Assert.Equal((SupportedJoinOperators)15, (SupportedJoinOperators)row[DbMetaDataColumnNames.SupportedJoinOperators]);
        Assert.Matches((string)row[DbMetaDataColumnNames.QuotedIdentifierPattern], "\"odd \"\"name\"\"\"");
        Assert.Matches((string)row[DbMetaDataColumnNames.ParameterMarkerPattern], "@p1");
    }

    [Fact]
    public void Every_data_type_can_be_declared_as_its_row_says()
    {
        foreach (DataRow type in Connection.GetSchema(DbMetaDataCollectionNames.DataTypes).Rows)
        {
            string format = (string)type[DbMetaDataColumnNames.CreateFormat];
            object[] arguments = type[DbMetaDataColumnNames.CreateParameters] is string names ? [.. names.Split(',').Select((_, i) => (object)(5 - i))] : [];
            Run($"CREATE TABLE typed (c {string.Format(System.Globalization.CultureInfo.InvariantCulture, format, arguments)})");
            using DbDataReader reader = Command("SELECT c FROM typed").ExecuteReader();
            Assert.Equal(type[DbMetaDataColumnNames.DataType], reader.GetFieldType(0).FullName);
            reader.Dispose();
            Run("DROP TABLE typed");
        }
    }

    [Fact]
    public void Each_net_type_has_one_best_match()
    {
        IEnumerable<string> best = Connection.GetSchema("DataTypes").Rows.Cast<DataRow>().Where(r => (bool)r["IsBestMatch"]).Select(r => (string)r["DataType"]);
        Assert.Equal(best.Distinct(), best);
    }

    [Fact]
    public void Reserved_words_need_quotes()
    {
        foreach (string word in Connection.GetSchema("ReservedWords").Rows.Cast<DataRow>().Select(r => (string)r[0]))
        {
            Assert.Equal(1, Scalar($"SELECT \"{word}\" FROM (SELECT 1 AS \"{word}\") t"));
        }
    }

    [Fact]
    public void Procedures_are_the_functions_of_FROM_with_their_parameters()
    {
        Assert.Single(Connection.GetSchema("Procedures", [null, null, "vector_search"]).Rows.Cast<DataRow>());
        DataTable parameters = Connection.GetSchema("ProcedureParameters", [null, null, "vector_search"]);
        Assert.Equal(["source", "query_vector", "k"], parameters.Rows.Cast<DataRow>().OrderBy(r => (int)r["ORDINAL_POSITION"]).Take(3).Select(r => (string)r["PARAMETER_NAME"]));
        Assert.Equal("SCALAR", Assert.Single(Connection.GetSchema("Functions", ["upper"]).Rows.Cast<DataRow>())["FUNCTION_TYPE"]);
    }
}
