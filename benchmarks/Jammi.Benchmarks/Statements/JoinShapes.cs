using Jammi.SqlLogicTest;

namespace Jammi.Benchmarks.Statements;

/// <summary>As select5: joins in which every table is found by a key of another.</summary>
static class JoinShapes
{
    /// <summary>Comma joins of 4 to 64 tables of ten rows, each join in three orders.</summary>
    public static void ManyTables(CorpusFile file, Random random, int records)
    {
        const int Tables = 64;
        const int Rows = 10;
        for (int t = 1; t <= Tables; t++)
        {
            file.Statement($"CREATE TABLE t{t}(\n  a{t} INTEGER PRIMARY KEY,\n  b{t} INTEGER,\n  x{t} VARCHAR(40)\n)");
            int[] keys = random.Some([.. Enumerable.Range(1, Rows)], Rows);
            for (int row = 1; row <= Rows; row++)
            {
                file.Statement($"INSERT INTO t{t} VALUES({row},{keys[row - 1]},'table t{t} row {row}')");
            }
        }

        int wanted = file.Records + records;
        for (int join = 0; file.Records < wanted; join++)
        {
            int[] tables = random.Some([.. Enumerable.Range(1, Tables)], 4 + (join % 61));
            string columns = string.Join(',', random.Some(tables, tables.Length).Select(t => $"x{t}"));
            for (int order = 0; order < 3; order++)
            {
                string[] joins = [.. tables.Skip(1).Select((t, i) => random.OneIn(2) ? $"a{t}=b{tables[i]}" : $"b{tables[i]}=a{t}"), $"a{tables[0]}={1 + (join % Rows)}"];
                string sql = $"SELECT {columns}\n  FROM {string.Join(',', random.Some(tables, tables.Length).Select(t => $"t{t}"))}\n WHERE {string.Join("\n   AND ", random.Some(joins, joins.Length))}";
                file.Query(new('T', tables.Length), sql, SortMode.ValueSort, $"join-{tables.Length}-{join}");
            }
        }
    }
}
