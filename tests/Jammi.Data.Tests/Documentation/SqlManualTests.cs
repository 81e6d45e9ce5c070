namespace Jammi.Data.Tests.Documentation;

/// <summary>
/// Runs <c>docs/sql.md</c> from top to bottom, as a reader would in samples/figures, and compares what it shows. With the environment variable
/// JAMMI_WRITE_DOCS=1 the results and the list of functions are written into the page instead, to be read before they are committed.
/// </summary>
public class SqlManualTests
{
    static readonly bool Write = Environment.GetEnvironmentVariable("JAMMI_WRITE_DOCS") == "1";

    [Fact]
    public void The_manual_shows_what_its_statements_give()
    {
        string[] page = File.ReadAllLines(TestFiles.Manual);
        using var directory = new TemporaryDirectory();
        using var connection = new JammiConnection($"Data Source=:memory:;Models={TestFiles.Models}");
        connection.Open();
        var written = new List<string>();
        int copied = 0;
        foreach (SqlExample example in SqlExample.Of(page))
        {
            string sql = example.Sql
                .Replace("'gallery/", $"'{TestFiles.Gallery}/", StringComparison.Ordinal)
                .Replace("'stars.parquet'", $"'{directory["stars.parquet"]}'", StringComparison.Ordinal);
            if (example.Fails)
            {
                string message = connection.Fails(sql).Message;
                Assert.All(example.Result, expected => Assert.True(message.Contains(expected, StringComparison.OrdinalIgnoreCase), $"docs/sql.md line {example.Line}: the error is\n{message}"));
                continue;
            }

            IReadOnlyList<string> result = MarkdownResult.Of(connection, sql);
            if (Write)
            {
                written.AddRange(page[copied..example.ResultStart]);
                written.AddRange(result.Count == 0 ? [] : [string.Empty, .. result]);
                copied = example.Result.Count > 0 ? example.ResultEnd : example.ResultStart;
                continue;
            }

            Assert.True(result.SequenceEqual(example.Result), $"docs/sql.md line {example.Line} shows\n{string.Join('\n', example.Result)}\nbut gives\n{string.Join('\n', result)}");
        }

        if (Write)
        {
            written.AddRange(page[copied..(Array.IndexOf(page, FunctionReference.Marker) + 1)]);
            File.WriteAllLines(TestFiles.Manual, written.Concat(FunctionReference.Lines()));
        }
    }

    [Fact]
    public void The_manual_lists_every_function()
    {
        if (!Write)
        {
            string[] page = File.ReadAllLines(TestFiles.Manual);
            Assert.Equal(FunctionReference.Lines(), page[(Array.IndexOf(page, FunctionReference.Marker) + 1)..]);
        }
    }
}
