using Jammi.SqlLogicTest;

namespace Jammi.Benchmarks.Statements;

/// <summary>As index/*: the same rows in five tables with other indexes, and each query run against all of them.</summary>
static class IndexShapes
{
    const int Tables = 5;
    const string Definition = "pk INTEGER PRIMARY KEY, col0 INTEGER, col1 FLOAT, col2 TEXT, col3 INTEGER, col4 FLOAT, col5 TEXT";

    public static void Ranges(CorpusFile file, Random random, int records) =>
        EachTable(file, random, records, () => (random.OneIn(2) ? "pk" : "pk, col0", Filter(random, 3), null));

    public static void Ordered(CorpusFile file, Random random, int records) =>
        EachTable(file, random, records, () => ("pk, col0", Filter(random, 1), $"{random.Of("col0", "col3", "1", "2")} {random.Of("DESC", "ASC")}, 1"));

    public static void Lists(CorpusFile file, Random random, int records) =>
        EachTable(file, random, records, () => ("pk", random.Next(3) switch
        {
            0 => $"col{random.Of(0, 3)} IN (SELECT col{random.Of(0, 3)} FROM tab0 WHERE {Filter(random, 1)})",
            1 => $"col{random.Of(0, 3)} IN ({Numbers(random)}) OR {Filter(random, 1)}",
            _ => $"col{random.Of(0, 3)} IN ({Numbers(random)})",
        }, null));

    /// <summary>Rows deleted, looked for, put back and changed.</summary>
    public static void Deletes(CorpusFile file, Random random, int records)
    {
        Fill(file, random);
        while (file.Records < records)
        {
            int table = random.Next(1, Tables);
            string filter = Filter(random, 1);
            file.Statement($"DELETE FROM tab{table} WHERE {filter}");
            file.Query("I", $"SELECT pk FROM tab{table} WHERE NOT ({filter})", SortMode.RowSort);
            file.Statement($"UPDATE tab{table} SET col0 = col0 + {random.Next(3)}, col4 = {random.Next(100)}.{random.Next(100)} WHERE pk = {random.Next(10)}");
            file.Query("II", $"SELECT pk, col0 FROM tab{table} WHERE col4 > {random.Next(1000)}", SortMode.RowSort);
            file.Statement($"DELETE FROM tab{table}");
            file.Statement($"INSERT INTO tab{table} SELECT * FROM tab0");
            file.Query("I", $"SELECT count(*) FROM tab{table}");
        }
    }

    /// <summary>Views made, read and dropped.</summary>
    public static void Views(CorpusFile file, Random random, int records)
    {
        Fill(file, random);
        for (int view = 0; file.Records < records; view++)
        {
            for (int table = 0; table < Tables; table++)
            {
                file.Statement($"CREATE VIEW view_{table}_{view} AS SELECT pk, col0 FROM tab{table} WHERE {Filter(random, 2)}");
                file.Query("II", $"SELECT * FROM view_{table}_{view}", SortMode.RowSort);
                file.Statement($"DROP VIEW view_{table}_{view}");
            }
        }
    }

    static void EachTable(CorpusFile file, Random random, int records, Func<(string Columns, string Filter, string? Order)> next)
    {
        Fill(file, random);
        for (int label = 0; file.Records < records; label++)
        {
            (string columns, string filter, string? order) = next();
            for (int table = 0; table < Tables; table++)
            {
                file.Query(
                    columns == "pk" ? "I" : "II",
                    $"SELECT {columns} FROM tab{table} WHERE {filter}{(order is null ? null : $" ORDER BY {order}")}",
                    order is null ? SortMode.RowSort : SortMode.NoSort,
                    $"label-{label}");
            }
        }
    }

    static void Fill(CorpusFile file, Random random)
    {
        file.Statement($"CREATE TABLE tab0({Definition})");
        for (int row = 0; row < 10; row++)
        {
            file.Statement($"INSERT INTO tab0 VALUES({row},{random.Next(1000)},{random.Next(1000)}.{random.Next(1, 99)},'{Letters()}',{random.Next(1000)},{random.Next(1000)}.{random.Next(1, 99)},'{Letters()}')");
        }

        for (int table = 1; table < Tables; table++)
        {
            file.Statement($"CREATE TABLE tab{table}({Definition})");
            for (int index = 0; index < table; index++)
            {
                file.Statement($"CREATE {(index == 2 ? "UNIQUE " : null)}INDEX idx_tab{table}_{index} ON tab{table} (col{index}{random.Of("", " DESC")}{random.Of("", ",col3", ",col4 DESC")})");
            }

            file.Statement($"INSERT INTO tab{table} SELECT * FROM tab0");
        }

        string Letters() => string.Concat(Enumerable.Range(0, 5).Select(_ => (char)random.Next('a', 'z' + 1)));
    }

    static string Filter(Random random, int depth)
    {
        string result = Test();
        for (int more = random.Next(depth + 1); more > 0; more--)
        {
            result += $" {random.Of("AND", "OR")} {(depth > 1 && random.OneIn(2) ? $"({Filter(random, depth - 1)})" : Test())}";
        }

        return result;

        string Test() => random.Next(8) switch
        {
            0 => $"col{random.Of(0, 3)} BETWEEN {random.Next(500)} AND {random.Next(500, 1000)}",
            1 => $"(col{random.Of(0, 3)} IN ({Numbers(random)}))",
            2 => $"col{random.Of(1, 4)} {random.Of("<", "<=", ">", ">=")} {random.Next(1000)}.{random.Next(1, 99)}",
            3 => $"(col{random.Of(0, 1, 3, 4)} IS NULL)",
            4 => $"(((col{random.Of(0, 3)} {random.Of("<", ">=")} {random.Next(1000)})))",
            _ => $"col{random.Of(0, 3)} {random.Of("<", "<=", ">", ">=", "=")} {random.Next(1000)}",
        };
    }

    static string Numbers(Random random) => string.Join(',', Enumerable.Range(0, random.Next(2, 7)).Select(_ => random.Next(1000)));
}
