using System.Data.Common;
using CsCheck;

namespace Jammi.Differential.Tests;

/// <summary>Random queries over random tables give the rows that SQLite and DuckDB give.</summary>
public sealed class DifferentialTests
{
    const int Iterations = 300;

    [Fact]
    public void Queries_give_the_rows_that_SQLite_gives() => RandomCase.Gen(forSqlite: true).Sample(
        test =>
        {
            using DbConnection oracle = Engines.OpenSqlite();
            oracle.Run("PRAGMA case_sensitive_like = ON");
            Compare(test, oracle, Dialect.Sqlite);
        },
        iter: Iterations,
        threads: 1);

    [Fact]
    public void Queries_give_the_rows_that_DuckDB_gives() => RandomCase.Gen(forSqlite: false).Sample(
        test =>
        {
            using DbConnection oracle = Engines.OpenDuckDb();
            Compare(test, oracle, Dialect.DuckDb);
        },
        iter: Iterations,
        threads: 1);

    static void Compare(RandomCase test, DbConnection oracle, Dialect dialect)
    {
        using DbConnection jammi = Engines.OpenJammi();
        foreach (string statement in test.Tables.Statements())
        {
            jammi.Run(statement);
            oracle.Run(statement);
        }

        List<string> expected = RowText.Of(oracle.Rows(test.Query.For(dialect)), sorted: true);
        List<string> actual = RowText.Of(jammi.Rows(test.Query.For(Dialect.Jammi)), sorted: true);
        Assert.True(expected.SequenceEqual(actual), $"{test}\n{dialect}:\n{string.Join('\n', expected)}\nJammi:\n{string.Join('\n', actual)}");
    }
}
