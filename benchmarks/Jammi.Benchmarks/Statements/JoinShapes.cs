using Jammi.SqlLogicTest;

namespace Jammi.Benchmarks.Statements;

/// <summary>As select4 and select5: set operations over several tables, and joins in which every table is found by a key of another.</summary>
static class JoinShapes
{
    /// <summary>Nine tables of ten to thirty rows; compounds of filters and joins of a few tables.</summary>
    public static void Compounds(CorpusFile file, Random random, int records)
    {
        const int Tables = 9;
        for (int t = 1; t <= Tables; t++)
        {
            file.Statement($"CREATE TABLE t{t}(\n  a{t} INTEGER,\n  b{t} INTEGER,\n  c{t} INTEGER,\n  d{t} INTEGER,\n  e{t} INTEGER,\n  x{t} VARCHAR(30)\n)");
            for (int row = 1; row <= 20; row++)
            {
                string name = random.Of("one", "two", "three", "four", "five", "six", "seven", "eight");
                file.Statement($"INSERT INTO t{t}(e{t},c{t},b{t},d{t},a{t},x{t}) VALUES({Value()},{Value()},{Value()},{Value()},{Value()},'table tn{t} row {row} {name}')");
            }
        }

        while (file.Records < records)
        {
            if (random.OneIn(3))
            {
                int[] tables = random.Some([.. Enumerable.Range(1, Tables)], random.Next(2, 5));
                IEnumerable<string> columns = tables.Select(t => $"{random.Of('a', 'b', 'x')}{t}");
                IEnumerable<string> joins = tables.Skip(1).Select((t, i) => $"{random.Of('a', 'b', 'c')}{tables[i]}={random.Of('c', 'd', 'e')}{t}");
                string sql = $"SELECT {string.Join(',', columns)}\n  FROM {string.Join(", ", tables.Select(t => $"t{t}"))}\n WHERE {string.Join("\n   AND ", [.. joins, Filter(tables[0])])}";
                file.Query(new('T', tables.Length), sql, SortMode.RowSort);
            }
            else
            {
                string sql = string.Join($"\n{random.Of("UNION", "UNION ALL", "EXCEPT", "INTERSECT")}\n", Enumerable.Range(0, random.Next(2, 6)).Select(_ => Part(random.Next(1, Tables + 1))));
                file.Query("I", sql, SortMode.ValueSort);
            }
        }

        int Value() => random.Next(1, 1000);

        string Part(int t) => $"SELECT {random.Of('a', 'b', 'c', 'd', 'e')}{t} FROM t{t}\n WHERE {Filter(t)}";

        string Filter(int t) => random.Next(3) switch
        {
            0 => $"{random.Of('a', 'b', 'c', 'd')}{t} in ({string.Join(',', Enumerable.Range(0, random.Next(2, 8)).Select(_ => Value()))})",
            1 => $"({Value()}={random.Of('a', 'b', 'e')}{t} OR {random.Of('a', 'd')}{t}={Value()})",
            _ => $"NOT ({random.Of('a', 'b')}{t}>{Value()} AND {Value()}<{random.Of('c', 'd')}{t})",
        };
    }

    /// <summary>Comma joins of 4 to 64 tables of ten rows.</summary>
    public static void ManyTables(CorpusFile file, Random random, int records)
    {
        const int Tables = 64;
        for (int t = 1; t <= Tables; t++)
        {
            file.Statement($"CREATE TABLE t{t}(a{t} INTEGER PRIMARY KEY, b{t} INTEGER, x{t} VARCHAR(40))");
            for (int row = 1; row <= 10; row++)
            {
                file.Statement($"INSERT INTO t{t} VALUES({row},{random.Next(1, 11)},'table t{t} row {row}')");
            }
        }

        int wanted = file.Records + records;
        while (file.Records < wanted)
        {
            int[] tables = random.Some([.. Enumerable.Range(1, Tables)], 4 + (file.Records % 61));
            string[] joins = [.. tables.Skip(1).Select((t, i) => random.OneIn(2) ? $"a{t}=b{tables[i]}" : $"b{tables[i]}=a{t}"), $"a{tables[0]}={random.Next(1, 11)}"];
            string sql = $"SELECT {string.Join(',', random.Some(tables, tables.Length).Select(t => $"x{t}"))}\n  FROM {string.Join(',', random.Some(tables, tables.Length).Select(t => $"t{t}"))}\n WHERE {string.Join("\n   AND ", random.Some(joins, joins.Length))}";
            file.Query(new('T', tables.Length), sql, SortMode.ValueSort);
        }
    }
}
