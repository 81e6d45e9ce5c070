using System.Text.RegularExpressions;

namespace Jammi.Benchmarks.Tpch;

/// <summary>The queries of TPC-H as SQLite takes them: dates are text there, and it has no EXTRACT or SUBSTRING FROM.</summary>
static partial class SqliteDialect
{
    public static string Of(string sql)
    {
        sql = ShiftedDate().Replace(sql, "date('${date}', '${sign}${count} ${unit}')");
        sql = Date().Replace(sql, "'${date}'");
        sql = Year().Replace(sql, "CAST(strftime('%Y', ${column}) AS INTEGER)");
        return Substring().Replace(sql, "substr(${column}, ${start}, ${length})");
    }

    [GeneratedRegex(@"DATE '(?<date>[\d-]+)' (?<sign>[+-]) INTERVAL '(?<count>\d+)' (?<unit>DAY|MONTH|YEAR)")]
    private static partial Regex ShiftedDate();

    [GeneratedRegex(@"DATE '(?<date>[\d-]+)'")]
    private static partial Regex Date();

    [GeneratedRegex(@"extract\(year FROM (?<column>\w+)\)")]
    private static partial Regex Year();

    [GeneratedRegex(@"substring\((?<column>\w+) FROM (?<start>\d+) FOR (?<length>\d+)\)")]
    private static partial Regex Substring();
}
