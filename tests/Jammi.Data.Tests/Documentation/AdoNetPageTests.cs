using System.Reflection;
using System.Text.RegularExpressions;

namespace Jammi.Data.Tests.Documentation;

/// <summary>Every line of <c>docs/ado-net.md</c> that says what works names a test; here they are looked up.</summary>
public partial class AdoNetPageTests
{
    static string Page => File.ReadAllText(Path.Combine(TestFiles.SourceTree, "docs", "ado-net.md"));

    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        ILookup<string, Type> types = typeof(AdoNetPageTests).Assembly.GetTypes().ToLookup(t => t.Name);
        string[] named = [.. TestName().Matches(Page).Select(m => m.Groups[1].Value)];
        Assert.True(named.Length > 80);
        Assert.All(named, name =>
        {
            string[] parts = name.Split('.');
            Assert.Contains(types[parts[0]], type => type.GetMethod(parts[1], BindingFlags.Public | BindingFlags.Instance)?.GetCustomAttribute<FactAttribute>() is not null);
        });
    }

    [Fact]
    public void Every_keyword_that_the_page_names_is_one()
    {
        string[] rows = [.. Page.Split('\n').SkipWhile(line => !line.StartsWith("| keyword", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))];
        var builder = new JammiConnectionStringBuilder();
        Assert.NotEmpty(rows);
        Assert.All(rows.SelectMany(row => Keyword().Matches(row.Split('|')[1]).Select(m => m.Groups[1].Value)), keyword => Assert.Equal(string.Empty, builder[keyword]));
    }

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Keyword();
}
