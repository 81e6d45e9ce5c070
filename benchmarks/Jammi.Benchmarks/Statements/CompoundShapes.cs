using Jammi.SqlLogicTest;

namespace Jammi.Benchmarks.Statements;

/// <summary>As select4: set operations over up to nine tables, and filtered products of up to eight, each in four orders.</summary>
sealed class CompoundShapes
{
    const int Tables = 9;
    const int Rows = 60;
    const string Columns = "abcde";

    readonly CorpusFile file;
    readonly Random random;

    /// <summary>By table, row and column; conditions ask for numbers that are there.</summary>
    readonly int[][][] values;

    CompoundShapes(CorpusFile file, Random random)
    {
        this.file = file;
        this.random = random;
        values = [.. Enumerable.Range(0, Tables).Select(_ => (int[][])[.. Enumerable.Range(0, Rows).Select(_ => (int[])[.. Columns.Select(_ => random.Next(1_000))])])];
    }

    public static void Write(CorpusFile file, Random random, int records)
    {
        var shapes = new CompoundShapes(file, random);
        shapes.Fill();
        for (int query = 0; file.Records < records; query++)
        {
            if (random.OneIn(3))
            {
                shapes.Product(query);
            }
            else
            {
                shapes.Compound();
            }
        }
    }

    void Fill()
    {
        for (int t = 1; t <= Tables; t++)
        {
            file.Statement($"CREATE TABLE t{t}(\n  {string.Join(",\n  ", Columns.Select(c => $"{c}{t} INTEGER"))},\n  x{t} VARCHAR(30)\n)");
        }

        for (int row = 0; row < Rows; row++)
        {
            for (int t = 1; t <= Tables; t++)
            {
                file.Statement($"INSERT INTO t{t} VALUES({string.Join(',', values[t - 1][row])},'table tn{t} row {row + 1}')");
            }
        }
    }

    void Compound()
    {
        int[] tables = AnyTables(random.Next(2, Tables + 1));
        string sql = Part(tables[0], negated: false);
        for (int i = 1; i < tables.Length; i++)
        {
            // Engines differ in how tightly INTERSECT binds: it comes first.
            string operation = i == 1 && random.OneIn(6) ? "INTERSECT" : random.Of("UNION", "UNION ALL", "EXCEPT", "EXCEPT");
            sql += $"\n{operation}\n{Part(tables[i], negated: operation is "INTERSECT" or "EXCEPT")}";
        }

        file.Query("T", sql, SortMode.ValueSort);
    }

    string Part(int t, bool negated)
    {
        string[] tests = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(3) switch
        {
            0 => List(t, most: 14),
            1 => Any(t),
            _ => Row(t),
        })];
        string filter = negated ? $"NOT ({string.Join("\n           OR ", tests)})" : string.Join("\n      OR ", tests);
        return $"  SELECT {Column(t)} FROM t{t}\n   WHERE {filter}";
    }

    void Product(int query)
    {
        int[] tables = AnyTables(random.Next(2, Tables));
        var filters = new List<string>();
        for (int i = 0; i < tables.Length; i++)
        {
            int t = tables[i];
            filters.Add(random.Next(6) switch
            {
                0 when i > 0 => $"{Column(tables[i - 1])}={Column(t)}",
                1 or 2 => Equal(t),
                3 => Any(t),
                _ => List(t, most: 5),
            });
        }

        string types = string.Empty;
        var columns = new List<string>();
        foreach (int t in random.Some(tables, tables.Length))
        {
            bool text = random.OneIn(5);
            types += text ? 'T' : 'I';
            columns.Add(text ? $"x{t}" : random.Of("", "", $"{Column(t)}+", $"{random.Next(1_000)}*") + Column(t));
        }

        for (int order = 0; order < 4; order++)
        {
            string from = string.Join(", ", random.Some(tables, tables.Length).Select(t => $"t{t}"));
            file.Query(types, $"SELECT {string.Join(", ", columns)}\n  FROM {from}\n WHERE {string.Join("\n   AND ", random.Some(filters, filters.Count))}", SortMode.RowSort, $"join{query}");
        }
    }

    int[] AnyTables(int count) => random.Some([.. Enumerable.Range(1, Tables)], count);

    string Column(int t) => $"{Columns[random.Next(Columns.Length)]}{t}";

    string List(int t, int most)
    {
        int column = random.Next(Columns.Length);
        return $"{Columns[column]}{t} in ({string.Join(',', Enumerable.Range(0, random.Next(3, most + 1)).Select(_ => Value(t, column)))})";
    }

    string Any(int t) => $"({string.Join(" OR ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Equal(t)))})";

    string Equal(int t)
    {
        int column = random.Next(Columns.Length);
        return random.OneIn(2) ? $"{Columns[column]}{t}={Value(t, column)}" : $"{Value(t, column)}={Columns[column]}{t}";
    }

    /// <summary>Up to all columns of one row.</summary>
    string Row(int t)
    {
        int[] row = values[t - 1][random.Next(Rows)];
        return $"({string.Join(" AND ", random.Some([.. Enumerable.Range(0, Columns.Length)], random.Next(2, 6)).Select(c => $"{Columns[c]}{t}={row[c]}"))})";
    }

    int Value(int t, int column) => values[t - 1][random.Next(Rows)][column];
}
