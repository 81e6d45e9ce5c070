using Jammi.Tpch;

namespace Jammi.Differential.Tests;

/// <summary>The 22 queries of TPC-H give the rows that DuckDB gives on the same data: official data at scale 0.01, generated data at scale 0.1.</summary>
[Collection(GeneratedTpchDatabase.Users)]
public sealed class TpchTests(TpchDatabase database, GeneratedTpchDatabase generated) : IClassFixture<TpchDatabase>
{
    public static TheoryData<string> Queries => [.. Workload.Names];

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_query_gives_the_rows_that_DuckDB_gives(string name)
    {
        string sql = Workload.Query(name, TpchDatabase.Scale);
        List<string> expected = RowText.Of(database.Oracle.Rows(sql), sorted: false);
        Assert.Equal(expected, RowText.Of(database.Jammi.Rows(sql), sorted: false));
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_query_gives_the_rows_that_DuckDB_gives_at_scale_a_tenth(string name)
    {
        string sql = Workload.Query(name, GeneratedTpchDatabase.Scale);
        List<string> expected = RowText.Of(generated.Oracle.Rows(sql), sorted: false);
        Assert.Equal(expected, RowText.Of(generated.Jammi.Rows(sql), sorted: false));
        Assert.NotEmpty(expected);
    }
}
