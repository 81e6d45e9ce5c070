using Jammi.SqlLogicTest;

namespace Jammi.Sql.Tests;

/// <summary>Runs slt/**: SQL as its users write it, one folder a feature, with the rows it gives.</summary>
public sealed class SqlLogicTests
{
    static readonly string Root = Path.Combine(AppContext.BaseDirectory, "slt");

    public static TheoryData<string> Files => [.. new[] { "*.slt", "*.test" }
        .SelectMany(pattern => Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Statements_give_the_rows_written_below_them(string file)
    {
        Script script = ScriptParser.ParseFile(Path.Combine(Root, file));
        ScriptReport report = JammiScripts.Run(script, new RunOptions());
        Assert.Null(report.Skipped);
        Assert.True(report.Failures.Count == 0, string.Join("\n\n", report.Failures.Take(10)));
        Assert.True(report.Passed > 0, "The file has no record that applies.");
    }
}
