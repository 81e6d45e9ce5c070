using Jammi.SqlLogicTest;

namespace Jammi.Sql.Tests;

/// <summary>The sqllogictest format itself: what is read from files, when a record fails, and what completion writes.</summary>
public sealed class SqlLogicTestFormatTests
{
    [Fact]
    public void Rows_may_be_written_one_value_a_line_or_one_row_a_line()
    {
        ScriptReport report = Run("""
            query IT nosort
            SELECT 1, 'a b'
            ----
            1
            a b

            query IT
            SELECT 1, 'a b'
            ----
            1  a b
            """);
        Assert.Empty(report.Failures);
        Assert.Equal(2, report.Passed);
    }

    [Theory]
    [InlineData("query I nosort\nSELECT 1\n----\n2", "the rows differ")]
    [InlineData("query II nosort\nSELECT 1\n----\n1", "1 columns")]
    [InlineData("query T nosort\nSELECT 1\n----\n1", "types I; T were expected")]
    [InlineData("query I nosort\nSELECT 1 UNION ALL SELECT 2\n----\n2\n1", "the rows differ")]
    [InlineData("query I\nSELECT nothing\n----\n1", "42703")]
    [InlineData("query I\nSELECT 1", "no expected rows yet")]
    [InlineData("statement ok\nSELECT 1 +", "42601")]
    [InlineData("statement error\nSELECT 1", "an error was expected")]
    [InlineData("statement error 23505\nSELECT nothing", "another error")]
    [InlineData("query error 42703\nSELECT 1", "an error was expected")]
    [InlineData("statement count 2\nCREATE TABLE t AS SELECT 1 AS a", "were expected")]
    public void A_wrong_outcome_is_reported_with_its_place_and_its_SQL(string text, string problem)
    {
        ScriptReport report = Run(text);
        Failure failure = Assert.Single(report.Failures);
        Assert.Equal(1, failure.Line);
        Assert.Contains(problem, failure.Problem, StringComparison.Ordinal);
        Assert.StartsWith("test.slt:1: ", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(text.Split('\n')[1], failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Classic_files_may_forget_statement_ok_after_a_condition()
    {
        ScriptReport report = JammiScripts.Run(ScriptParser.Parse("test.test", ["statement ok", "CREATE TABLE t(a INTEGER)", "", "skipif mssql", "DROP TABLE t", "", "statement error", "SELECT a FROM t"]), new RunOptions());
        Assert.Empty(report.Failures);
        Assert.Equal(3, report.Passed);
        Assert.Throws<ScriptException>(() => ScriptParser.Parse("test.slt", ["skipif mssql", "DROP TABLE t"]));
    }

    [Fact]
    public void Errors_are_expected_on_the_line_or_below_it_as_text_or_as_a_pattern()
    {
        ScriptReport report = Run("""
            statement error
            SELECT nothing

            statement error 42703: column "nothing" does not exist
            SELECT nothing

            query error
            SELECT nothing
            ----
            nothing

            statement error
            SELECT nothing
            ----
            <REGEX>:column .*exist
            """);
        Assert.Equal((4, 0), (report.Passed, report.Failures.Count));
    }

    [Fact]
    public void Results_are_sorted_by_row_or_by_value_before_they_are_compared()
    {
        ScriptReport report = Run("""
            query II rowsort
            SELECT * FROM (VALUES (2, 1), (1, 9)) AS t
            ----
            1  9
            2  1

            query II valuesort
            SELECT * FROM (VALUES (2, 1), (1, 9)) AS t
            ----
            1
            1
            2
            9

            control sortmode rowsort

            query I
            SELECT * FROM (VALUES (2), (1)) AS t
            ----
            1
            2
            """);
        Assert.Empty(report.Failures);
    }

    [Fact]
    public void A_hash_stands_for_many_values()
    {
        // printf '1\n2\n3\n' | md5sum
        ScriptReport report = Run("""
            query I rowsort
            SELECT * FROM (VALUES (2), (1), (3)) AS t
            ----
            3 values hashing to c0710d6b4f15dfa88f600b0e6b624077

            query I rowsort
            SELECT * FROM (VALUES (2), (1), (3)) AS t
            ----
            3 values hashing to 00000000000000000000000000000000
            """);
        Assert.Equal(6, Assert.Single(report.Failures).Line);
    }

    [Fact]
    public void Queries_with_one_label_must_give_the_same_rows()
    {
        ScriptReport report = Run("""
            query I rowsort same
            SELECT 1
            ----
            1

            query I rowsort same
            SELECT 2
            ----
            2
            """);
        Assert.Contains("label same", Assert.Single(report.Failures).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Conditions_leave_records_out_and_halt_ends_the_file()
    {
        ScriptReport report = Run("""
            skipif jammi
            statement ok
            not for us

            onlyif mysql # nor this
            statement ok
            not for us

            onlyif jammi
            statement ok
            SELECT 1

            skipif mysql
            halt

            statement ok
            never reached
            """);
        Assert.Equal((1, 2, 0), (report.Passed, report.LeftOut, report.Failures.Count));
    }

    [Fact]
    public void A_missing_feature_skips_the_file_and_says_so()
    {
        ScriptReport report = Run("require icu\n\nstatement ok\nnever reached");
        Assert.Equal("line 1 requires icu", report.Skipped);
        Assert.Empty(report.Failures);
    }

    [Fact]
    public void Connections_share_the_database_and_parameters_belong_to_the_next_record()
    {
        ScriptReport report = Run("""
            statement ok
            CREATE TABLE t (a INTEGER)

            connection other
            statement ok
            INSERT INTO t VALUES (7)

            parameter x 3 + 4
            parameter y NULL
            query I
            SELECT a FROM t WHERE a = @x AND $y IS NULL
            ----
            7

            parameter 1 6
            parameter 2 'six'
            query IT
            SELECT ? + 1, ?
            ----
            7  six

            statement error
            SELECT @x
            """);
        Assert.Empty(report.Failures);
    }

    [Fact]
    public void The_classic_style_writes_values_by_the_letter_of_their_type()
    {
        ScriptReport report = Run(
            """
            query IRTIIT nosort
            SELECT 2.9, 1, '', true, NULL, 'é' || chr(10)
            ----
            2
            1.000
            (empty)
            1
            NULL
            @@@

            query RRR nosort
            SELECT 0.0625, 0.1875, -1e0/3
            ----
            0.062
            0.188
            -0.333
            """,
            "test.test");
        Assert.Empty(report.Failures);
    }

    [Fact]
    public void Completion_writes_the_rows_below_the_queries_and_leaves_the_rest()
    {
        string text = """
            # A comment.
            query IT
            SELECT 1, 'a' UNION ALL SELECT 2, '' ORDER BY 1

            statement ok
            SELECT 1

            query I
            SELECT 3
            ----
            wrong
            wrong again
            """;
        Script script = ScriptParser.Parse("test.slt", text.Split('\n'));
        ScriptReport report = JammiScripts.Run(script, new RunOptions { Complete = true });
        Assert.Equal(
            """
            # A comment.
            query IT
            SELECT 1, 'a' UNION ALL SELECT 2, '' ORDER BY 1
            ----
            1	a
            2	(empty)

            statement ok
            SELECT 1

            query I
            SELECT 3
            ----
            3
            """,
            string.Join('\n', ScriptCompletion.Rewrite(script, report)));
    }

    [Theory]
    [InlineData("nonsense", "test.slt:1: there is no record \"nonsense\"")]
    [InlineData("\n\nquery", "test.slt:3: the types of the columns is expected after \"query\"")]
    [InlineData("statement maybe\nSELECT 1", "test.slt:1: a statement is ok, error or count, not \"maybe\"")]
    [InlineData("statement ok\n\nSELECT 1", "test.slt:2: SQL is expected here")]
    public void A_file_that_is_not_in_the_format_is_refused_with_the_line(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ScriptException>(() => ScriptParser.Parse("test.slt", text.Split('\n'))).Message);

    static ScriptReport Run(string text, string path = "test.slt") => JammiScripts.Run(ScriptParser.Parse(path, text.Split('\n')), new RunOptions());
}
