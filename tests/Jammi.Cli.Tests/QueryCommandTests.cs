namespace Jammi.Cli.Tests;

/// <summary>What <c>jammi query</c> and the prompt print.</summary>
public sealed class QueryCommandTests
{
    static readonly Dictionary<string, string> Surroundings = new() { ["NO_COLOR"] = "1" };

    [Fact]
    public async Task Values_are_printed_as_SQL_writes_them()
    {
        (int code, string output, string error) = await CommandLine.RunAsync(
            Surroundings,
            "query",
            "SELECT INTERVAL '1 month 2 days' i, TIMESTAMP '2024-01-31' t, DATE '2024-01-31' d, TIMESTAMPTZ '2024-01-31 10:00+02' z, "
            + "99999999999999999999999999999999999999 n, ARRAY[INTERVAL '1 year'] a, X'0102' b, [0.25, 1, 2, 3, 4]::FLOAT[5] v, NULL x");
        Assert.Equal((0, string.Empty), (code, error));
        string row = output.Split('\n').Single(line => line.Contains("1 mon", StringComparison.Ordinal));
        Assert.Equal(
            ["1 mon 2 days", "2024-01-31 00:00:00", "2024-01-31", "2024-01-31 08:00:00+00", "99999999999999999999999999999999999999", "[1 year]", "<2 bytes>", "[0.25, 1, 2, 3, … 5 numbers]", "NULL"],
            row.Split('│', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task A_caret_stays_below_what_it_points_at()
    {
        string sql = $"SELECT {string.Join(", ", Enumerable.Repeat("1", 60))}, nothing";
        (int code, _, string error) = await CommandLine.RunAsync(Surroundings, "query", sql);
        Assert.Equal(1, code);
        string[] lines = error.TrimEnd().Split('\n');
        Assert.Equal("nothing".Length, lines[^1].Count(c => c == '^'));
        Assert.Equal(lines[^2].IndexOf("nothing", StringComparison.Ordinal), lines[^1].IndexOf('^', StringComparison.Ordinal));
    }
}
