using System.Text.RegularExpressions;

namespace Jammi.Benchmarks.Tpch;

/// <summary>The queries of TPC-H as SQLite takes them: dates are text there, and it has no EXTRACT, SUBSTRING FROM or names for the columns of a subquery.</summary>
static partial class SqliteDialect
{
    public static string Of(string sql)
    {
        sql = ShiftedDate().Replace(sql, "date('${date}', '${sign}${count} ${unit}')");
        sql = Date().Replace(sql, "'${date}'");
        sql = Year().Replace(sql, "CAST(strftime('%Y', ${column}) AS INTEGER)");
        sql = NamedColumns().Replace(sql, " AS c_count${body}) AS ${name}");
        return Substring().Replace(sql, "substr(${column}, ${start}, ${length})");
    }

    [GeneratedRegex(@"DATE '(?<date>[\d-]+)' (?<sign>[+-]) INTERVAL '(?<count>\d+)' (?<unit>DAY|MONTH|YEAR)")]
    private static partial Regex ShiftedDate();

    [GeneratedRegex(@"DATE '(?<date>[\d-]+)'")]
    private static partial Regex Date();

    [GeneratedRegex(@"extract\(year FROM (?<column>\w+)\)")]
    private static partial Regex Year();

    /// <summary>A second column that is named after its subquery, as in query 13.</summary>
    [GeneratedRegex(@"(?<=count\(o_orderkey\))(?<body>.*?)\) AS (?<name>\w+) \(c_custkey, c_count\)", RegexOptions.Singleline)]
    private static partial Regex NamedColumns();

    [GeneratedRegex(@"substring\((?<column>\w+) FROM (?<start>\d+) FOR (?<length>\d+)\)")]
    private static partial Regex Substring();
}
