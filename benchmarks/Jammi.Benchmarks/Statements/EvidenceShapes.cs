using Jammi.SqlLogicTest;

namespace Jammi.Benchmarks.Statements;

/// <summary>As evidence/*: small tables made, filled, changed, read and dropped again.</summary>
static class EvidenceShapes
{
    public static void Language(CorpusFile file, Random random, int records)
    {
        for (int t = 0; file.Records < records; t++)
        {
            string table = $"t{t}";
            file.Statement($"CREATE TABLE {table}( x INTEGER, y VARCHAR(8) )");
            file.Statement($"INSERT INTO {table} VALUES(1,'true')");
            file.Statement($"INSERT INTO {table}(y, x) VALUES('false', {random.Next(10)})");
            file.Statement($"INSERT INTO {table} VALUES({random.Next(10)},NULL), (2, 'wide')");
            file.Statement($"CREATE INDEX {table}i1 ON {table}(x)");
            file.Query("I", $"SELECT count(*) FROM {table} WHERE y IS NULL");
            file.Query("I", $"SELECT 1 IN ({random.Next(3)},{random.Next(3)},3)");
            file.Query("I", $"SELECT x FROM {table} WHERE x NOT IN (SELECT x FROM {table} WHERE y='true') ORDER BY 1");
            file.Query("I", $"SELECT sum(DISTINCT x) FROM {table}");
            file.Query("R", $"SELECT avg(x) FROM {table}");
            file.Query("T", $"SELECT group_concat(y, ':') FROM {table}");
            file.Query("IT", $"SELECT x, y FROM {table} ORDER BY 1, 2", SortMode.RowSort);
            file.Statement($"UPDATE {table} SET x=x+{random.Next(1, 5)} WHERE x>{random.Next(4)}");
            file.Query("I", $"SELECT max(x) FROM {table}");
            file.Statement($"DELETE FROM {table} WHERE x={random.Next(8)}");
            file.Query("I", $"SELECT count(x) FROM {table}");
            file.Statement($"CREATE VIEW v{t} AS SELECT x FROM {table} WHERE x>0");
            file.Query("I", $"SELECT x FROM v{t} ORDER BY x DESC");
            file.Statement($"DROP VIEW v{t}");
            file.Statement($"DROP TABLE {table}");
        }
    }
}
