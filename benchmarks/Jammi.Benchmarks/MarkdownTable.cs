using System.Globalization;

namespace Jammi.Benchmarks;

/// <summary>A table as it stands in <c>docs/benchmarks.md</c>.</summary>
sealed class MarkdownTable(params string[] headings)
{
    readonly List<string[]> rows = [];

    public MarkdownTable Add(params object[] cells)
    {
        rows.Add([.. cells.Select(c => c is double number ? Number(number) : Convert.ToString(c, CultureInfo.InvariantCulture) ?? string.Empty)]);
        return this;
    }

    public void Print(string title)
    {
        Console.WriteLine($"\n### {title}\n");
        Console.WriteLine($"| {string.Join(" | ", headings)} |");
        Console.WriteLine($"|{string.Concat(headings.Select(_ => "---|"))}");
        foreach (string[] row in rows)
        {
            Console.WriteLine($"| {string.Join(" | ", row)} |");
        }
    }

    /// <summary>Three significant digits.</summary>
    static string Number(double value) => value switch
    {
        0 => "0",
        _ when Math.Abs(value) >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        _ when Math.Abs(value) >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ when Math.Abs(value) >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
