using System.Text.Json;
using CsCheck;
using Jammi.Sql.Types;
using static Jammi.Sql.Tests.Functions.FunctionHarness;

namespace Jammi.Sql.Tests.Functions;

public class JsonTests
{
    [Theory]
    [InlineData("$.a", "1")]
    [InlineData("a", "1")]
    [InlineData("/a", "1")]
    [InlineData("$.b[0]", "true")]
    [InlineData("$.b[-1]", "\"x\\n\"")]
    [InlineData("$.b[#-2]", "null")]
    [InlineData("/b/2", "\"x\\n\"")]
    [InlineData("$.\"odd key\".c", "{ \"d\" : [ ] }")]
    [InlineData("$[\"odd key\"]", "{\"c\": { \"d\" : [ ] }}")]
    [InlineData("$", "{\"a\": 1, \"b\": [true, null, \"x\\n\"], \"odd key\": {\"c\": { \"d\" : [ ] }}, \"a\": 1}")]
    [InlineData("$.b[3]", null)]
    [InlineData("$.b.c", null)]
    [InlineData("$.a.b", null)]
    [InlineData("$.B", null)]
    public void A_path_finds_a_value(string path, string? expected) =>
        Assert.Equal(expected, Call("json_extract", "{\"a\": 1, \"b\": [true, null, \"x\\n\"], \"odd key\": {\"c\": { \"d\" : [ ] }}, \"a\": 1}", path));

    [Fact]
    public void Text_is_without_quotes_and_null_is_null()
    {
        Argument json = Column(SqlType.Text, """{"k": "a\"\u00e9\ud83d\ude00"}""", """{"k": null}""", """{"k": [1, 2]}""", """{"k": 1.50}""", "{}", null);
        Argument key = Constant(SqlType.Text, "k");
        Assert.Equal(["a\"é😀", null, "[1, 2]", "1.50", null, null], Run("->>", json, key));
        Assert.Equal(["\"a\\\"\\u00e9\\ud83d\\ude00\"", "null", "[1, 2]", "1.50", null, null], Run("->", json, key));
        Assert.Equal(["x", null, null], Run("->>", Constant(SqlType.Text, "[\"x\"]"), Column(SqlType.BigInt, 0L, 1L, -2L)));
    }

    [Fact]
    public void Of_equal_keys_the_last_counts()
    {
        Assert.Equal("2", Call("json_extract", """{"a": 1, "a": 2}""", "a"));
        Assert.Null(Call("json_extract", """{"a": {"b": 1}, "a": 2}""", "$.a.b"));
    }

    [Theory]
    [InlineData("{\"a\": 1")]
    [InlineData("{\"a\": 1} x")]
    [InlineData("{a: 1}")]
    [InlineData("")]
    [InlineData("[1,]")]
    public void What_is_not_json_is_an_error_or_not_valid(string text)
    {
        Assert.Equal(false, Call("json_valid", text));
        SqlException error = Throws(() => Call("json_extract", text, "$.a"));
        Assert.Equal(SqlErrorCode.InvalidText, error.Code);
        Assert.Contains("is not JSON", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_surrogate_is_an_error() =>
        Assert.Contains("is not JSON", Throws(() => Call("->>", """{"a": "\ud800"}""", "a")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("$.a[*]", "paths with *")]
    [InlineData("$.a[x]", "wrong at character 4")]
    [InlineData("$a", "wrong at character 2")]
    [InlineData("$..a", "wrong at character 3")]
    public void A_wrong_path_is_an_error_that_shows_where(string path, string message) =>
        Assert.Contains(message, Throws(() => Call("json_extract", "{}", path)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("json_type('{}')", "OBJECT")]
    [InlineData("json_type('[1, -2, 2.5, \"x\", null, true]', '$[1]')", "BIGINT")]
    [InlineData("json_type('[1, -2, 2.5, \"x\", null, true]', '$[2]')", "DOUBLE")]
    [InlineData("json_type('[1, -2, 2.5, \"x\", null, true]', '$[4]')", "NULL")]
    [InlineData("json_typeof('true')", "boolean")]
    [InlineData("json_array_length('[1, [2, 3], {\"a\": [4]}]')", "3")]
    [InlineData("json_array_length('{\"a\": []}')", "0")]
    [InlineData("json_array_length('{\"a\": []}', '$.b')", "NULL")]
    [InlineData("json_keys('{\"a\": {\"x\": 1, \"y\": 2}}', 'a')", "[x, y]")]
    [InlineData("json_keys('[1]')", "[]")]
    [InlineData("json_exists('{\"a\": null}', '$.a')", "true")]
    [InlineData("json('{ \"a b\" : \" \\\" \" }')", "{\"a b\":\" \\\" \"}")]
    [InlineData("json_extract_path_text('{\"a\": [{\"b\": \"c\"}]}', 'a', '0', 'b')", "c")]
    [InlineData("'{\"a\": {\"b\": 5}}' -> 'a' ->> 'b' = '5'", "true")]
    [InlineData("('{\"a\": 2}' ->> 'a')::INTEGER + 1", "3")]
    public void Values_are_asked_about(string expression, string expected) => Assert.Equal(expected, SqlText.Value(expression));

    [Theory]
    [InlineData("json_object('a', 1, 'b', NULL, 'c', 'x\"y')", "{\"a\":1,\"b\":null,\"c\":\"x\\\"y\"}")]
    [InlineData("json_array()", "[]")]
    [InlineData("json_array(1.50, true, DATE '2024-02-29', TIMESTAMP '2024-02-29 01:02:03.5', 'NaN'::DOUBLE, [1, 2], INTERVAL '1 day')", "[1.50,true,\"2024-02-29\",\"2024-02-29T01:02:03.5\",\"NaN\",[1,2],\"1 day\"]")]
    [InlineData("json_array(json_object('a', '{}'), json('{}'), '{}')", "[{\"a\":\"{}\"},{},\"{}\"]")]
    [InlineData("to_json(['a', NULL])", "[\"a\",null]")]
    [InlineData("to_json(NULL)", "NULL")]
    [InlineData("to_json(chr(1) || chr(9) || 'é')", "\"\\u0001\\té\"")]
    [InlineData("json_agg(x ORDER BY x DESC) FROM (VALUES (1), (NULL), (3)) t(x)", "[null,3,1]")]
    [InlineData("json_agg(x) FROM (VALUES (1)) t(x) WHERE false", "NULL")]
    [InlineData("json_agg(json_object('x', x)) FROM (VALUES (1), (2)) t(x)", "[{\"x\":1},{\"x\":2}]")]
    [InlineData("json_object_agg(k, v ORDER BY k) FROM (VALUES ('b', 1), ('a', 2)) t(k, v)", "{\"a\":2,\"b\":1}")]
    public void Json_is_made_of_values(string expression, string expected) => Assert.Equal(expected, SqlText.Value(expression));

    [Theory]
    [InlineData("array_to_string(json_items('{\"a\": \"x\", \"b\": [1]}'), ' ')", "\"x\" [1]")]
    [InlineData("array_to_string(json_items_text('[\"x\", null, 1.0, {}]'), ' ', '-')", "x - 1.0 {}")]
    [InlineData("json_items('1')", "[]")]
    [InlineData("json_items('{}', 'a')", "NULL")]
    [InlineData("string_agg(key || '=' || value, ',') FROM json_each_text('{\"a\": \"x\", \"b\": null, \"c\": [1]}')", "a=x,c=[1]")]
    [InlineData("sum((value ->> 'n')::INTEGER) FROM (VALUES ('[{\"n\": 1}, {\"n\": 2}]'), (NULL), ('[{\"n\": 4}]')) t(j), LATERAL json_array_elements(j)", "7")]
    [InlineData("count(*) FROM json_object_keys('{\"a\": {\"x\": 1, \"y\": 2}}', '$.a')", "2")]
    [InlineData("string_agg(s, '+') FROM string_to_table('a,b', ',') AS t(s)", "a+b")]
    public void Json_and_texts_become_rows(string expression, string expected) => Assert.Equal(expected, SqlText.Value(expression));

    [Fact]
    public void A_key_that_is_null_is_an_error() =>
        Assert.Contains("NULL", SqlText.Error("json_object(NULL::TEXT, 1)").Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_written_is_read_back() => Gen.String.Sample(text =>
    {
        if (text.Any(char.IsSurrogate))
        {
            return;
        }

        string json = (string)Call("to_json", text)!;
        Assert.Equal(text, JsonSerializer.Deserialize<string>(json));
        Assert.Equal(text, Call("->>", $"[{json}]", 0));
    });
}
