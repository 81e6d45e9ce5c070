using CsCheck;
using Jammi.Sql;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions;
using Jammi.Sql.Types;

namespace Jammi.Differential.Tests;

/// <summary>A query gives the same rows whatever way it is run: with and without the optimiser, in batches of 3 rows and of 2,048, by one thread or by several, with and without indexes.</summary>
public sealed class PlanVariantTests
{
    const int Iterations = 300;
    const int SmallBatch = 3;

    static readonly FunctionRegistry Functions = BuiltinFunctions.CreateRegistry();

    [Fact]
    public void The_optimizer_changes_no_row() => RandomCase.Gen(forSqlite: false).Sample(
        test => Compare(test, new StatementOptions { Optimize = false }, "not optimised"),
        iter: Iterations,
        threads: 1);

    [Fact]
    public void The_size_of_batches_changes_no_row() => RandomCase.Gen(forSqlite: false).Sample(
        test => Compare(test, new StatementOptions { BatchRows = SmallBatch }, "batches of 3"),
        iter: Iterations,
        threads: 1);

    [Fact]
    public void Threads_change_no_row() => RandomCase.Gen(forSqlite: false).Sample(
        test =>
        {
            Compare(test, new StatementOptions { Threads = 4, PieceRows = 1 }, "four threads");
            Compare(test, new StatementOptions { Threads = 2, PieceRows = 2, BatchRows = SmallBatch, Optimize = false }, "two threads");
        },
        iter: Iterations,
        threads: 1);

    [Fact]
    public void Indexes_change_no_row() => RandomCase.Gen(forSqlite: false).Sample(
        test => Compare(test, new StatementOptions(), "with indexes", RandomTables.Indexes),
        iter: Iterations,
        threads: 1);

    static void Compare(RandomCase test, StatementOptions options, string variant, params string[] between)
    {
        using Engine engine = Engine.OpenInMemory();
        using Session session = engine.CreateSession(Functions, [], null, TimeSpan.FromSeconds(1));
        foreach (string statement in test.Tables.StatementsByRow())
        {
            Rows(session, statement, new StatementOptions());
        }

        string sql = test.Query.For(Dialect.Jammi);
        List<string> expected = Rows(session, sql, new StatementOptions { Threads = 1 });
        foreach (string statement in between)
        {
            Rows(session, statement, new StatementOptions());
        }

        List<string> actual = Rows(session, sql, options);
        Assert.True(expected.SequenceEqual(actual), $"{test}\nas usual:\n{string.Join('\n', expected)}\n{variant}:\n{string.Join('\n', actual)}");
    }

    static List<string> Rows(Session session, string sql, StatementOptions options)
    {
        using StatementResult result = session.Run(sql, Session.Parse(sql)[0], options);
        var rows = new List<object?[]>();
        while (result.Next() is { } batch)
        {
            for (int row = 0; row < batch.Count; row++)
            {
                int index = row;
                rows.Add([.. batch.Columns.Select((column, i) => ColumnFactory.ToObject(result.Schema[i].Type, column, index))]);
            }
        }

        return RowText.Of(rows, sorted: true);
    }
}
