using Jammi.Inference;
using Jammi.Sql.Functions;

namespace Jammi.Data.Tests.Documentation;

/// <summary>The part of the manual that the functions write about themselves.</summary>
static class FunctionReference
{
    public const string Marker = "<!-- functions: generated from the functions' own documentation, do not edit below -->";

    public static FunctionRegistry Registry { get; } =
        Jammi.Data.Functions.MissionFunctions.CreateRegistry(new ModelStore(new ModelStoreOptions { Directories = [TestFiles.Models], Offline = true }), new Jammi.Data.Functions.QueryCache(0));

    public static IEnumerable<FunctionDocumentation> Pages =>
        Registry.Scalars.Where(f => char.IsLetter(f.Name[0])).Select(f => f.Documentation)
            .Concat(Registry.Aggregates.Select(f => f.Documentation))
            .Concat(Registry.Windows.Select(f => f.Documentation))
            .Concat(Registry.Tables.Select(f => f.Documentation))
            .Concat(SpecialForms.All.Select(f => f.Documentation))
            .Concat(Registry.Scalars.Where(f => !char.IsLetter(f.Name[0])).Select(f => f.Documentation));

    /// <summary>The lines after the marker.</summary>
    public static IEnumerable<string> Lines()
    {
        foreach (IGrouping<string, FunctionDocumentation> category in Pages.DistinctBy(p => (p.Category, p.Syntax)).GroupBy(p => p.Category).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            yield return string.Empty;
            yield return $"### {category.Key}";
            yield return string.Empty;
            yield return "| function | what it does | example | gives |";
            yield return "|---|---|---|---|";
            foreach (FunctionDocumentation page in category.OrderBy(p => p.Syntax, StringComparer.Ordinal))
            {
                yield return $"| {Code(page.Syntax)} | {Escape(page.Description)} | {Code(page.Example)} | {(page.Result is { } result ? Code(result) : string.Empty)} |";
            }
        }
    }

    static string Code(string text) => text.Length == 0 ? "(empty)" : $"`{Escape(text)}`";

    static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');
}
