using System.Globalization;
using Jammi.SqlLogicTest;

namespace Jammi.Benchmarks.Statements;

/// <summary>As select1 to select3: thirty rows, several expressions, a filter, everything sorted; a third of them with a correlated subquery.</summary>
static class SelectShapes
{
    const int Rows = 30;

    static readonly string[] Expressions =
    [
        "a", "b", "c", "d", "e", "a-b", "b-c", "c-d", "d-e", "a+b*2", "a+b*2+c*3", "a+b*2+c*3+d*4", "a+b*2+c*3+d*4+e*5", "(a+b+c+d+e)/5", "abs(a)", "abs(b-c)",
        "CASE WHEN c>(SELECT avg(c) FROM t1) THEN a*2 ELSE b*10 END",
        "CASE WHEN a<b-3 THEN 111 WHEN a<=b THEN 222 WHEN a<b+3 THEN 333 ELSE 444 END",
        "CASE a+1 WHEN b THEN 111 WHEN c THEN 222 WHEN d THEN 333 WHEN e THEN 444 ELSE 555 END",
        "(SELECT count(*) FROM t1 AS x WHERE x.b<t1.b)",
        "(SELECT count(*) FROM t1 AS x WHERE x.c>t1.c AND x.d<t1.d)",
    ];

    static readonly string[] Filters =
    [
        "a>b", "b>c", "c>d", "d>e", "(e>c OR e<d)", "(e>a AND e<b)", "(c<=d-2 OR c>=d+2)", "c BETWEEN b-2 AND d+2", "d NOT BETWEEN 110 AND 150", "(a>b-2 AND a<b+2)",
        "EXISTS(SELECT 1 FROM t1 AS x WHERE x.b<t1.b)",
    ];

    static readonly string[] FiltersOfNulls = [.. Filters, "b IS NOT NULL", "coalesce(a,b,c,d,e)<>0"];

    public static void OneTable(CorpusFile file, Random random, int records, bool withNulls)
    {
        file.Statement("CREATE TABLE t1(a INTEGER, b INTEGER, c INTEGER, d INTEGER, e INTEGER)");
        for (int row = 0; row < Rows; row++)
        {
            string[] values = random.Some([.. Enumerable.Range(100 + (row * 5), 5).Select(v => v.ToString(CultureInfo.InvariantCulture))], 5);
            if (withNulls && random.OneIn(3))
            {
                values[random.Next(5)] = "NULL";
            }

            file.Statement($"INSERT INTO t1(e,c,b,d,a) VALUES({string.Join(',', values)})");
        }

        string[] expressions = withNulls ? [.. Expressions, "coalesce(a,b,c,d,e)"] : Expressions;
        while (file.Records < records)
        {
            string[] columns = random.Some(expressions, random.Next(1, 8));
            string sql = $"SELECT {string.Join(",\n       ", columns)}\n  FROM t1";
            string[] filters = random.Some(withNulls ? FiltersOfNulls : Filters, random.Of(0, 0, 1, 1, 2, 3));
            if (filters.Length > 0)
            {
                sql += $"\n WHERE {string.Join(random.Of("\n   AND ", "\n    OR "), filters)}";
            }

            bool sorted = random.Next(3) > 0;
            if (sorted)
            {
                sql += $"\n ORDER BY {string.Join(',', random.Some([.. Enumerable.Range(1, columns.Length)], columns.Length))}";
            }

            // Engines differ in where NULL comes in an order.
            file.Query(new('I', columns.Length), sql, sorted && !withNulls ? SortMode.NoSort : SortMode.RowSort);
        }
    }
}
