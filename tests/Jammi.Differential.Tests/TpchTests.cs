namespace Jammi.Differential.Tests;

/// <summary>The 22 queries of TPC-H give the rows that DuckDB gives on the same files.</summary>
public sealed class TpchTests(TpchDatabase database) : IClassFixture<TpchDatabase>
{
    public static TheoryData<string> Queries => [.. Enumerable.Range(1, 22).Select(i => $"q{i:00}")];

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_query_gives_the_rows_that_DuckDB_gives(string name)
    {
        string sql = TpchDatabase.Query(name);
        List<string> expected = RowText.Of(database.Oracle.Rows(sql), sorted: false);
        Assert.Equal(expected, RowText.Of(database.Jammi.Rows(sql), sorted: false));
    }
}
