using System.Data;
using System.Data.Common;
using ClosedXML.Excel;
using Microsoft.Data.Analysis;
using MiniExcelLibs;
using ScottPlot;

namespace Jammi.Data.Tests.Reporting;

/// <summary>Real consumers of ADO.NET, on a query with a vector search, a join and a computed column.</summary>
[Collection("figures")]
public sealed class ReportingToolTests(FiguresDatabase database) : IDisposable
{
    const string Report = """
        SELECT f.figure_id, f.title, s.country, f.similarity, CAST(f.year AS DECIMAL(8, 2)) * 0.25 AS quarter, f.year * 2 AS doubled
        FROM   vector_search('figures', encode_text_query('figures-clip', @query), 20) f
        JOIN   sources s ON s.source_id = f.source_id
        ORDER  BY f.similarity DESC
        """;

    readonly JammiConnection connection = database.Open();

    public void Dispose() => connection.Dispose();

    JammiCommand Command()
    {
        JammiCommand command = connection.CreateCommand();
        command.CommandText = Report;
        command.Parameters.AddWithValue("query", "a red circle");
        return command;
    }

    [Fact]
    public void MiniExcel_writes_the_reader_to_a_sheet()
    {
        using var file = new MemoryStream();
        using (JammiCommand command = Command())
        using (JammiDataReader reader = command.ExecuteReader())
        {
            file.SaveAs(reader);
        }

        file.Position = 0;
        List<IDictionary<string, object>> rows = [.. file.Query(useHeaderRow: true).Cast<IDictionary<string, object>>()];
        Assert.Equal(20, rows.Count);
        Assert.Equal(["figure_id", "title", "country", "similarity", "quarter", "doubled"], rows[0].Keys);
        Assert.Contains("circle", (string)rows[0]["title"], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void ClosedXML_writes_the_DataTable_to_a_workbook()
    {
        var table = new DataTable("figures");
        using (JammiCommand command = Command())
        using (JammiDataReader reader = command.ExecuteReader())
        {
            table.Load(reader);
        }

        using var file = new MemoryStream();
        using (var workbook = new XLWorkbook())
        {
            workbook.Worksheets.Add(table);
            workbook.SaveAs(file);
        }

        file.Position = 0;
        using var read = new XLWorkbook(file);
        IXLWorksheet sheet = read.Worksheet("figures");
        Assert.Equal("similarity", sheet.Cell(1, 4).GetString());
        Assert.Equal(21, sheet.LastRowUsed().RowNumber());
        Assert.True(sheet.Cell(2, 4).GetDouble() > sheet.Cell(21, 4).GetDouble());
    }

    [Fact]
    public async Task A_DataFrame_is_loaded_by_the_adapter()
    {
        using var adapter = new JammiDataAdapter(Command());
        DataFrame frame = await DataFrame.LoadFrom(adapter);
        Assert.Equal(20, frame.Rows.Count);
        Assert.Equal(typeof(float), frame["similarity"].DataType);
        Assert.Equal(typeof(long), Nullable.GetUnderlyingType(frame["doubled"].DataType) ?? frame["doubled"].DataType);
        Assert.InRange(Convert.ToDouble(frame["similarity"].Max(), System.Globalization.CultureInfo.InvariantCulture), -1, 1);
    }

    [Fact]
    public void ScottPlot_draws_a_histogram_of_similarities()
    {
        var similarities = new List<double>();
        using (JammiCommand command = Command())
        using (JammiDataReader reader = command.ExecuteReader())
        {
            int similarity = reader.GetOrdinal("similarity");
            while (reader.Read())
            {
                similarities.Add(reader.GetDouble(similarity));
            }
        }

        var histogram = ScottPlot.Statistics.Histogram.WithBinCount(10, similarities);
        using var plot = new Plot();
        plot.Add.Histogram(histogram);
        byte[] png = plot.GetImageBytes(400, 300, ImageFormat.Png);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], png[..4]);
        Assert.Equal(20, histogram.Counts.Sum());
    }

    [Fact]
    public void A_report_engine_describes_the_search_with_its_parameter_unset_and_fills_it_after()
    {
        using JammiCommand command = Command();
        command.Parameters[0].Value = null;
        command.Parameters[0].DbType = DbType.String;
        using var adapter = new JammiDataAdapter(command);
        var table = new DataTable();
        adapter.FillSchema(table, SchemaType.Source);
        Assert.Equal(
            [typeof(string), typeof(string), typeof(float), typeof(decimal), typeof(long)],
            table.Columns.Cast<DataColumn>().Skip(1).Select(c => c.DataType));
        command.Parameters[0].Value = "a blue square";
        Assert.Equal(20, adapter.Fill(table));
        Assert.Equal(20, table.Rows.Count);
    }

    [Fact]
    public void Pages_of_the_report_follow_one_another()
    {
        using var adapter = new JammiDataAdapter(Command());
        var all = new DataTable();
        adapter.Fill(all);
        var paged = new List<object>();
        for (int start = 0; start < 20; start += 8)
        {
            var page = new DataTable();
            adapter.Fill(start, 8, page);
            paged.AddRange(page.Rows.Cast<DataRow>().Select(r => r["figure_id"]));
        }

        Assert.Equal(all.Rows.Cast<DataRow>().Select(r => r["figure_id"]), paged);
    }

    [Fact]
    public void A_tool_that_knows_only_the_factory_finds_all_it_needs()
    {
        DbProviderFactories.RegisterFactory("Jammi", JammiProviderFactory.Instance);
        DbProviderFactory factory = DbProviderFactories.GetFactory("Jammi");
        using DbConnection own = factory.CreateConnection()!;
        own.ConnectionString = connection.ConnectionString;
        own.Open();
        Assert.Contains(own.GetSchema("Tables").Rows.Cast<DataRow>(), r => (string)r["TABLE_NAME"] == "figures");
        Assert.Contains(own.GetSchema("Columns", [null!, null!, "figures"]).Rows.Cast<DataRow>(), r => (string)r["COLUMN_NAME"] == "image");
        using DbCommand command = own.CreateCommand();
        command.CommandText = "SELECT title FROM figures WHERE year > @year ORDER BY figure_id LIMIT 5";
        DbParameter year = factory.CreateParameter()!;
        year.ParameterName = "@year";
        year.DbType = DbType.Int32;
        command.Parameters.Add(year);
        using DbDataAdapter adapter = factory.CreateDataAdapter()!;
        adapter.SelectCommand = command;
        var set = new DataSet();
        adapter.FillSchema(set, SchemaType.Source);
        year.Value = "2000";
        adapter.Fill(set);
        Assert.Equal(5, set.Tables[0].Rows.Count);
    }
}
