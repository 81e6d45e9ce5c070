using System.Text.Json;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Tests.Execution;

/// <summary>A costly function, as a model's is, is asked as little as the answer allows. The function itself counts what it is given.</summary>
public sealed class CostlyCallTests : IDisposable
{
    readonly Engine engine = Engine.OpenInMemory();
    readonly CountedFunction model = new();
    readonly Session session;

    public CostlyCallTests()
    {
        session = engine.CreateSession(BuiltinFunctions.CreateRegistry().Add(model), [], null, TimeSpan.Zero);
        Rows("CREATE TABLE t(id INTEGER PRIMARY KEY, word TEXT, other TEXT)");
        Rows("INSERT INTO t SELECT range, 'word ' || range % 10, 'other ' || range % 2 FROM range(5000)");
    }

    public void Dispose()
    {
        session.Dispose();
        engine.Dispose();
    }

    [Fact]
    public void A_column_is_asked_once_per_distinct_value()
    {
        Assert.Equal(5000, Rows("SELECT id, length_of(word) FROM t").Count);
        Assert.Equal(10, model.Inputs);
    }

    [Fact]
    public void Two_columns_are_asked_once_per_distinct_pair()
    {
        Assert.Equal(5000, Rows("SELECT length_of(word, other || id % 3) FROM t").Count);
        Assert.Equal(30, model.Inputs);
    }

    [Fact]
    public void Nulls_are_a_value_and_give_null()
    {
        Assert.Equal(["NULL|2500", "7|2500"], Rows("SELECT length_of(CASE WHEN other = 'other 0' THEN other END) v, count(*) FROM t GROUP BY v ORDER BY v NULLS FIRST"));
        Assert.Equal(2, model.Inputs);
    }

    [Theory]
    [InlineData("SELECT id FROM t WHERE length_of(word || id) = 8 AND id % 100 = 7", 50)]
    [InlineData("SELECT id FROM t WHERE length_of(word || id) > 0 AND id < 3", 3)]
    [InlineData("SELECT length_of(word || id) FROM t WHERE id < 3", 3)]
    [InlineData("SELECT * FROM (SELECT id, length_of(word || id) FROM t) WHERE id < 3", 3)]
    [InlineData("SELECT a.id FROM t a JOIN t b ON a.id = b.id AND b.id < 4 WHERE length_of(a.word || a.id) > 0", 4)]
    public void It_is_asked_after_the_cheap_filters(string sql, int inputs)
    {
        Rows(sql);
        Assert.Equal(inputs, model.Inputs);
    }

    [Theory]
    [InlineData("SELECT length_of(word || id) FROM t ORDER BY id DESC LIMIT 5", 5)]
    [InlineData("SELECT length_of(word || id) FROM t LIMIT 5 OFFSET 20", 5)]
    [InlineData("SELECT * FROM (SELECT id, length_of(word || id) AS n FROM t) ORDER BY id LIMIT 5", 5)]
    public void It_is_asked_under_LIMIT(string sql, int inputs)
    {
        Assert.Equal(5, Rows(sql).Count);
        Assert.Equal(inputs, model.Inputs);
    }

    [Theory]
    [InlineData("SELECT id, length_of('a constant') FROM t")]
    [InlineData("SELECT id FROM t WHERE length_of('a constant') = 10")]
    [InlineData("SELECT length_of('a constant') FROM t WHERE length_of('a constant') = 10 ORDER BY length_of('a constant')")]
    [InlineData("SELECT (SELECT count(*) FROM range(3) r WHERE r.range + length_of('a constant') < t.id) FROM t WHERE id < 50")]
    public void Constants_are_asked_once(string sql)
    {
        Rows(sql);
        Assert.Equal(1, model.Inputs);
    }

    [Fact]
    public void A_filter_and_the_select_list_ask_once_together()
    {
        Assert.Equal(5000, Rows("SELECT length_of(word), length_of(word) + 1 FROM t WHERE length_of(word) > 0 ORDER BY length_of(word)").Count);
        Assert.Equal(10, model.Inputs);
    }

    [Fact]
    public void The_next_statement_asks_again()
    {
        Rows("SELECT length_of(word) FROM t");
        Rows("SELECT length_of(word) FROM t");
        Assert.Equal(20, model.Inputs);
    }

    [Fact]
    public void EXPLAIN_asks_nothing_and_shows_calls_rows_and_cost()
    {
        string plan = string.Join('\n', Rows("EXPLAIN SELECT length_of(word) FROM t WHERE id % 100 = 7"));
        Assert.Equal(0, model.Inputs);
        Assert.Contains("{length_of cost 1,000,000 a row}", plan, StringComparison.Ordinal);
        Assert.Matches(@"\(~\d+ rows, cost [\d,]+\)", plan);
    }

    [Fact]
    public void EXPLAIN_as_json_has_nodes_rows_and_cost_of_all_below()
    {
        using JsonDocument plan = Json("EXPLAIN (FORMAT json) SELECT length_of(word) FROM t ORDER BY id LIMIT 5");
        JsonElement root = plan.RootElement;
        Assert.StartsWith("Project", root.GetProperty("node").GetString(), StringComparison.Ordinal);
        Assert.Equal("length_of cost 1,000,000 a row", root.GetProperty("calls")[0].GetString());
        Assert.Equal(5, root.GetProperty("expected_rows").GetDouble());
        JsonElement top = root.GetProperty("inputs")[0];
        Assert.True(root.GetProperty("expected_cost").GetDouble() >= top.GetProperty("expected_cost").GetDouble() + 5_000_000);
        Assert.True(top.GetProperty("expected_cost").GetDouble() > top.GetProperty("inputs")[0].GetProperty("expected_cost").GetDouble());
        Assert.False(root.TryGetProperty("rows", out _));
    }

    [Fact]
    public void ANALYZE_as_json_adds_rows_time_memory_and_inputs_of_costly_calls()
    {
        using JsonDocument plan = Json("EXPLAIN (ANALYZE, FORMAT json) SELECT length_of(word), count(*) FROM t GROUP BY 1");
        JsonElement group = Assert.Single(Nodes(plan.RootElement), n => n.GetProperty("node").GetString()!.StartsWith("Group", StringComparison.Ordinal));
        Assert.True(group.GetProperty("rows").GetInt64() is 1);
        Assert.True(group.GetProperty("milliseconds").GetDouble() >= 0);
        Assert.True(group.GetProperty("bytes_in_memory").GetInt64() > 0);
        Assert.Equal(10, Nodes(plan.RootElement).Sum(n => n.TryGetProperty("length_of_inputs", out JsonElement inputs) ? inputs.GetInt64() : 0));
        Assert.Equal(10, model.Inputs);
    }

    [Fact]
    public void ANALYZE_as_json_tells_of_blocks_skipped()
    {
        Rows("INSERT INTO t SELECT range, 'word', 'other' FROM range(100000, 105000)");
        using JsonDocument plan = Json("EXPLAIN (ANALYZE, FORMAT json) SELECT word FROM t WHERE id > 104000");
        Assert.Contains(Nodes(plan.RootElement), n => n.TryGetProperty("blocks_skipped", out JsonElement skipped) && skipped.GetInt64() > 0);
    }

    static IEnumerable<JsonElement> Nodes(JsonElement node) => node.GetProperty("inputs").EnumerateArray().SelectMany(Nodes).Prepend(node);

    JsonDocument Json(string sql) => JsonDocument.Parse(string.Join('\n', Rows(sql)));

    List<string> Rows(string sql)
    {
        using StatementResult result = session.Run(sql, Assert.Single(Session.Parse(sql)), new StatementOptions());
        var rows = new List<string>();
        while (result.Next() is { } batch)
        {
            for (int row = 0; row < batch.Count; row++)
            {
                rows.Add(string.Join('|', Enumerable.Range(0, batch.Columns.Length).Select(c => batch.Columns[c].IsNull(row) ? "NULL" : CastKernels.CellText(result.Schema[c].Type, batch.Columns[c], row))));
            }
        }

        return rows;
    }

    /// <summary>The length of its arguments' texts together, at the price of a model.</summary>
    sealed class CountedFunction : ScalarFunction
    {
        public int Inputs { get; private set; }

        public override string Name => "length_of";

        public override FunctionDocumentation Documentation { get; } = new("Test", "length_of(text, ...)", "Counts what it is given.", "length_of('a')", null);

        public override FunctionTraits Traits { get; } = new(Volatility.Stable, CostPerRow: 1_000_000, PreferredBatchRows: 64, Memoize: true);

        public override ScalarBinding? Bind(IReadOnlyList<Expression> arguments) => new(SqlType.BigInt, arguments.Select(_ => SqlType.Text).ToValueList(), (values, count, _) =>
        {
            Inputs += count;
            object?[] lengths = new object?[count];
            for (int row = 0; row < count; row++)
            {
                long? length = 0;
                foreach (ColumnarValue value in values)
                {
                    length += (ColumnFactory.ToObject(SqlType.Text, value.Array, value.IndexOf(row)) as string)?.Length;
                }

                lengths[row] = length;
            }

            return ColumnFactory.FromObjects(SqlType.BigInt, lengths);
        })
        {
            MayReturnNull = true,
        };
    }
}
