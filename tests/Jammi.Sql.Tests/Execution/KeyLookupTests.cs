using CsCheck;
using Jammi.Sql.Binding;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Tests.Functions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Tests.Execution;

/// <summary>Rows found by their key are those that reading the whole table finds, whatever happened to the table before.</summary>
public sealed class KeyLookupTests : IDisposable
{
    readonly Engine engine = Engine.OpenInMemory();
    readonly Session session;

    public KeyLookupTests() => session = engine.CreateSession(FunctionHarness.Registry, SystemTables.BuiltIn, null, TimeSpan.Zero);

    public void Dispose()
    {
        session.Dispose();
        engine.Dispose();
    }

    [Fact]
    public void Lookups_agree_with_a_dictionary_through_inserts_deletes_updates_savepoints_and_rollbacks()
    {
        Gen<(int Action, int Key, int Count)> step = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 120], Gen.Int[1, 60]);
        step.List[1, 40].Sample(Check, iter: 40, threads: 1);
    }

    [Theory]
    [InlineData("BIGINT", "{0}")]
    [InlineData("SMALLINT", "{0}")]
    [InlineData("TEXT", "'k{0}'")]
    [InlineData("UUID", "'00000000-0000-0000-0000-{0:000000000000}'")]
    [InlineData("DATE", "DATE '2000-01-01' + {0}")]
    [InlineData("DECIMAL(9, 2)", "{0}.5")]
    [InlineData("DOUBLE", "{0}.5")]
    public void Keys_of_any_type_and_order_are_found_and_kept_unique(string type, string literal)
    {
        string Key(int number) => string.Format(System.Globalization.CultureInfo.InvariantCulture, literal, number);
        Run($"CREATE TABLE t(k {type} PRIMARY KEY, n INTEGER)");
        int[] numbers = [.. Enumerable.Range(0, 100).Select(i => i * 37 % 101)];
        Run($"INSERT INTO t VALUES {string.Join(", ", numbers.Select(n => $"({Key(n)}, {n})"))}");
        for (int round = 0; round < 6; round++)
        {
            int number = numbers[round * 7];
            Assert.Equal([$"{number}"], Rows($"SELECT n FROM t WHERE k = {Key(number)}"));
            Assert.Empty(Rows($"SELECT n FROM t WHERE k = {Key(200)}"));
            Assert.Equal(SqlErrorCode.UniqueViolation, Assert.Throws<SqlException>(() => Run($"INSERT INTO t VALUES ({Key(number)}, 0)")).Code);
        }
    }

    [Fact]
    public void A_key_of_two_columns_is_found_by_both_in_any_order_and_beside_other_filters()
    {
        Run("CREATE TABLE t(a INTEGER, b TEXT, n INTEGER, PRIMARY KEY (a, b))");
        Run("INSERT INTO t SELECT range % 10, 'b' || (range / 10), range FROM range(100)");
        for (int round = 0; round < 6; round++)
        {
            Assert.Equal(["57"], Rows("SELECT n FROM t WHERE b = 'b5' AND 7 = a"));
            Assert.Empty(Rows("SELECT n FROM t WHERE b = 'b5' AND 7 = a AND n < 50"));
            Assert.Equal(10, Rows("SELECT n FROM t WHERE a = 7").Count);
        }
    }

    [Fact]
    public void Rows_without_a_key_are_found_by_nothing()
    {
        Run("CREATE TABLE t(k INTEGER UNIQUE, n INTEGER)");
        Run("INSERT INTO t SELECT CASE WHEN range % 2 = 0 THEN range END, range FROM range(60)");
        for (int round = 0; round < 6; round++)
        {
            Assert.Empty(Rows("SELECT n FROM t WHERE k = NULL"));
            Assert.Equal(["58"], Rows("SELECT n FROM t WHERE k IN (NULL, 58, 59, 58)"));
            Run("INSERT INTO t VALUES (NULL, -1)");
        }
    }

    [Theory]
    [InlineData("k = 300::BIGINT", "")]
    [InlineData("k = 7::BIGINT", "7")]
    [InlineData("k = '7'", "7")]
    [InlineData("k = 7.0", "7")]
    [InlineData("k = 7.4", "")]
    [InlineData("k IN (7, 300, 9)", "7,9")]
    public void Values_of_other_types_find_what_they_equal(string condition, string expected)
    {
        Run("CREATE TABLE t(k TINYINT PRIMARY KEY)");
        Run("INSERT INTO t SELECT range FROM range(100)");
        for (int round = 0; round < 6; round++)
        {
            Assert.Equal(expected, string.Join(',', Rows($"SELECT k FROM t WHERE {condition}")));
        }
    }

    [Fact]
    public void Blocks_that_cannot_have_the_key_are_not_read_and_the_plan_says_how_rows_are_found()
    {
        Run("CREATE TABLE t(k INTEGER PRIMARY KEY, n INTEGER)");
        Run("INSERT INTO t SELECT range, range FROM range(100)");
        Assert.Contains("by key (k)", string.Join('\n', Rows("EXPLAIN SELECT n FROM t WHERE k = 5")), StringComparison.Ordinal);
        Assert.DoesNotContain("by key", string.Join('\n', Rows("EXPLAIN SELECT n FROM t WHERE k > 5")), StringComparison.Ordinal);
    }

    static void Check(List<(int Action, int Key, int Count)> steps)
    {
        using var test = new KeyLookupTests();
        test.Run("CREATE TABLE t(k INTEGER PRIMARY KEY, n INTEGER)");
        var expected = new SortedDictionary<int, int>();
        SortedDictionary<int, int>? atBegin = null;
        SortedDictionary<int, int>? atSavepoint = null;
        foreach ((int action, int key, int count) in steps)
        {
            switch (action)
            {
                case 0:
                    (int K, int N)[] rows = [.. Enumerable.Range(0, count).Select(i => (K: ((key * 3) + (i * 17)) % 211, N: i)).DistinctBy(r => r.K)];
                    test.Run($"INSERT INTO t VALUES {string.Join(", ", rows.Select(r => $"({r.K}, {r.N})"))} ON CONFLICT DO NOTHING");
                    foreach ((int k, int n) in rows)
                    {
                        expected.TryAdd(k, n);
                    }

                    break;
                case 1:
                    test.Run($"INSERT INTO t VALUES ({key}, {count}) ON CONFLICT (k) DO UPDATE SET n = excluded.n");
                    expected[key] = count;
                    break;
                case 2:
                    test.Run($"DELETE FROM t WHERE k IN ({key}, {key + 1}, {key + 40})");
                    expected.Remove(key);
                    expected.Remove(key + 1);
                    expected.Remove(key + 40);
                    break;
                case 3:
                    test.Run($"UPDATE t SET n = {count} WHERE k = {key}");
                    if (expected.ContainsKey(key))
                    {
                        expected[key] = count;
                    }

                    break;
                case 4 when expected.ContainsKey(key) && !expected.ContainsKey(key + 1_000):
                    test.Run($"UPDATE t SET k = k + 1000 WHERE k = {key}");
                    expected[key + 1_000] = expected[key];
                    expected.Remove(key);
                    break;
                case 5 when atBegin is null:
                    test.Run("BEGIN");
                    atBegin = new(expected);
                    break;
                case 6 when atBegin is not null:
                    test.Run(count % 2 == 0 ? "ROLLBACK" : "COMMIT");
                    expected = count % 2 == 0 ? atBegin : expected;
                    (atBegin, atSavepoint) = (null, null);
                    break;
                case 7 when atBegin is not null:
                    test.Run("SAVEPOINT s");
                    atSavepoint = new(expected);
                    break;
                case 8 when atSavepoint is not null:
                    test.Run("ROLLBACK TO s");
                    expected = new(atSavepoint);
                    break;
                default:
                    break;
            }

            // Often enough for the index to be made.
            for (int probe = key; probe < key + 5; probe++)
            {
                string found = string.Join(',', test.Rows($"SELECT n FROM t WHERE k = {probe}"));
                Assert.Equal(expected.TryGetValue(probe, out int n) ? $"{n}" : string.Empty, found);
                if (expected.ContainsKey(probe))
                {
                    Assert.Equal(SqlErrorCode.UniqueViolation, Assert.Throws<SqlException>(() => test.Run($"INSERT INTO t VALUES ({probe}, 0)")).Code);
                }
            }

            Assert.Equal(expected.Select(e => $"{e.Key}|{e.Value}"), test.Rows("SELECT k, n FROM t ORDER BY k"));
        }
    }

    void Run(string sql)
    {
        foreach (Statement statement in Session.Parse(sql))
        {
            session.Run(sql, statement, new StatementOptions()).Dispose();
        }
    }

    List<string> Rows(string query)
    {
        using StatementResult result = session.Run(query, Assert.Single(Session.Parse(query)), new StatementOptions());
        var rows = new List<string>();
        while (result.Next() is { } batch)
        {
            for (int row = 0; row < batch.Count; row++)
            {
                rows.Add(string.Join('|', Enumerable.Range(0, batch.Columns.Length).Select(c => CastKernels.CellText(result.Schema[c].Type, batch.Columns[c], row))));
            }
        }

        return rows;
    }
}
