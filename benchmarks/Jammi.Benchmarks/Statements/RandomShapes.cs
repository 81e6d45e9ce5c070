using Jammi.SqlLogicTest;

namespace Jammi.Benchmarks.Statements;

/// <summary>As random/*: tables of three rows; expressions of signs, casts and conditionals; spelled with a blank around everything.</summary>
static class RandomShapes
{
    const int Columns = 3;

    public static void Expressions(CorpusFile file, Random random, int records)
    {
        while (file.Records < records)
        {
            var items = new RandomExpressions(random, columns: []);
            Query(file, random, items, from: null, filter: false);
        }
    }

    public static void Aggregates(CorpusFile file, Random random, int records)
    {
        Tables(file, random);
        while (file.Records < records)
        {
            (string from, string[] columns) = From(random);
            Query(file, random, new RandomExpressions(random, columns) { Aggregates = true }, from, filter: true);
        }
    }

    public static void Selects(CorpusFile file, Random random, int records)
    {
        Tables(file, random);
        while (file.Records < records)
        {
            (string from, string[] columns) = From(random);
            if (random.OneIn(8))
            {
                int width = from.Contains("cor2", StringComparison.Ordinal) ? 2 * Columns : Columns;
                file.Query(new('I', width), $"SELECT {random.Of("", "ALL ", "DISTINCT ")}* FROM {from}{Where(random, new(random, columns))}", SortMode.RowSort);
            }
            else
            {
                Query(file, random, new RandomExpressions(random, columns), from, filter: true);
            }
        }
    }

    public static void Groups(CorpusFile file, Random random, int records)
    {
        Tables(file, random);
        while (file.Records < records)
        {
            (string from, string[] columns) = From(random);
            string[] keys = random.Some(columns, random.Next(1, 3));
            var values = new RandomExpressions(random, keys);
            string sql = $"SELECT {random.Of("", "ALL ", "DISTINCT ")}{values.Next()} AS col{random.Next(3)} FROM {from}{Where(random, new(random, columns))} GROUP BY {string.Join(", ", keys)}";
            file.Query("I", random.OneIn(2) ? $"{sql} HAVING {values.Condition()}" : sql, SortMode.RowSort);
        }
    }

    static void Tables(CorpusFile file, Random random)
    {
        for (int t = 0; t < 3; t++)
        {
            file.Statement($"CREATE TABLE tab{t}(col0 INTEGER, col1 INTEGER, col2 INTEGER)");
        }

        for (int t = 0; t < 3; t++)
        {
            for (int row = 0; row < 3; row++)
            {
                file.Statement($"INSERT INTO tab{t} VALUES({random.Next(100)},{random.Next(100)},{random.Next(100)})");
            }
        }
    }

    static (string From, string[] Columns) From(Random random)
    {
        string alias = $"cor{random.Next(2)}";
        string table = $"tab{random.Next(3)}";
        return random.Next(5) switch
        {
            0 => (table, [.. Names(null)]),
            1 => ($"{table} AS {alias} CROSS JOIN tab{random.Next(3)} AS cor2", [.. Names(alias), .. Names("cor2")]),
            2 => ($"{table}, tab{random.Next(3)} AS cor2", [.. Names("cor2")]),
            _ => ($"{table} AS {alias}", [.. Names(random.Of(null, alias))]),
        };

        static IEnumerable<string> Names(string? qualifier) => Enumerable.Range(0, Columns).Select(c => qualifier is null ? $"col{c}" : $"{qualifier}.col{c}");
    }

    static void Query(CorpusFile file, Random random, RandomExpressions items, string? from, bool filter)
    {
        int columns = random.Of(1, 1, 1, 2);
        string list = string.Join(", ", Enumerable.Range(0, columns).Select(_ => items.Next() + (random.OneIn(2) ? $" AS col{random.Next(3)}" : string.Empty)));
        string where = filter && from is not null ? Where(random, new(random, items.Columns)) : string.Empty;
        file.Query(new('I', columns), $"SELECT {random.Of("", "", "ALL ", "DISTINCT ")}{list}{(from is null ? null : $" FROM {from}")}{where}", SortMode.RowSort);
    }

    static string Where(Random random, RandomExpressions expressions) => random.OneIn(2) ? $" WHERE {expressions.Condition()}" : string.Empty;
}
