using System.Globalization;

namespace Jammi.Data.Tests.Documentation;

/// <summary>The last result of a command as the lines of a markdown table.</summary>
static class MarkdownResult
{
    /// <summary>No line when the command gives no rows.</summary>
    public static IReadOnlyList<string> Of(JammiConnection connection, string sql)
    {
        using JammiCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using JammiDataReader reader = command.ExecuteReader();
        List<string> lines = [];
        do
        {
            if (reader.FieldCount > 0)
            {
                lines = [Line(Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)), "|" + string.Concat(Enumerable.Repeat("---|", reader.FieldCount))];
            }

            while (reader.Read())
            {
                lines.Add(Line(Enumerable.Range(0, reader.FieldCount).Select(i => Cell(reader.GetValue(i)))));
            }
        }
        while (reader.NextResult());

        return lines;
    }

    static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal)))} |";

    static string Cell(object value) => value switch
    {
        DBNull => "NULL",
        float number => number.ToString("0.####", CultureInfo.InvariantCulture),
        double number => number.ToString("0.####", CultureInfo.InvariantCulture),
        DateTime { TimeOfDay.Ticks: 0 } date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!.TrimEnd(),
    };
}
