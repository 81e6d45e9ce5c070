using Jammi.Sql.Functions.Json;
using Jammi.Sql.Functions.Lists;
using Jammi.Sql.Functions.Text;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables;

/// <summary>The parts of texts and JSON texts as rows.</summary>
internal static class ListRowsTables
{
    static readonly TableFunctionParameter[] Split = [new("text", SqlType.Text), new("separator", SqlType.Text)];
    static readonly TableFunctionParameter[] Json = [new("json", SqlType.Text), new("path", SqlType.Text, Optional: true)];

    public static IReadOnlyList<TableFunction> All { get; } =
    [
        new ListRowsTable("string_to_table", new("Table", "string_to_table(text, separator)", "The parts of a text between separators, a row each.", "SELECT max(string_to_table) FROM string_to_table('a,c,b', ',')", "c"), Split, ("string_to_table", Scalar(ListsAndText.All, "string_to_array"))),
        new ListRowsTable("regexp_split_to_table", new("Table", "regexp_split_to_table(text, pattern)", "The parts of a text between matches of a pattern, a row each.", "SELECT max(regexp_split_to_table) FROM regexp_split_to_table('a, c;b', '[,;] *')", "c"), Split, ("regexp_split_to_table", Scalar(RegexFunctions.All, "regexp_split_to_array"))),
        new ListRowsTable("json_array_elements", new("Table", "json_array_elements(json [, path])", "The items of a JSON array (or the values of an object) as JSON, a row each.", "SELECT max(value) FROM json_array_elements('[{\"a\": 1}, {\"a\": 2}]')", "{\"a\": 2}"), Json, ("value", Scalar(JsonItems.All, "json_items"))),
        new ListRowsTable("json_array_elements_text", new("Table", "json_array_elements_text(json [, path])", "The items of a JSON array (or the values of an object) as text, a row each.", "SELECT max(value) FROM json_array_elements_text('[\"a\", \"b\"]')", "b"), Json, ("value", Scalar(JsonItems.All, "json_items_text"))),
        new ListRowsTable("json_object_keys", new("Table", "json_object_keys(json [, path])", "The keys of a JSON object, a row each.", "SELECT max(key) FROM json_object_keys('{\"a\": 1, \"b\": 2}')", "b"), Json, ("key", Scalar(JsonFunctions.All, "json_keys"))),
        new ListRowsTable("json_each", new("Table", "json_each(json [, path])", "The keys and values of a JSON object (or the items of an array, without keys), the values as JSON, a row each.", "SELECT max(key || value) FROM json_each('{\"a\": 1, \"b\": [2]}')", "b[2]"), Json, ("key", Scalar(JsonFunctions.All, "json_keys")), ("value", Scalar(JsonItems.All, "json_items"))),
        new ListRowsTable("json_each_text", new("Table", "json_each_text(json [, path])", "json_each with the values as text.", "SELECT max(key || value) FROM json_each_text('{\"a\": \"x\"}')", "ax"), Json, ("key", Scalar(JsonFunctions.All, "json_keys")), ("value", Scalar(JsonItems.All, "json_items_text"))),
    ];

    static ScalarFunction Scalar(IReadOnlyList<ScalarFunction> functions, string name) => functions.Single(f => f.Name == name);
}
