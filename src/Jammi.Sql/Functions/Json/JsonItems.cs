using System.Text.Json;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Lists;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Json;

/// <summary>The items of JSON arrays, and the values of objects, as lists.</summary>
internal static class JsonItems
{
    static readonly SqlType Texts = SqlType.List(SqlType.Text);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        Items("json_items", "json_items(json [, path])", "The items of a JSON array, or the values of an object, as a list of JSON texts; an empty list for other values.", "json_items('[1, {\"a\": 2}]')[2]", "{\"a\": 2}", text: false),
        Items("json_items_text", "json_items_text(json [, path])", "The items of a JSON array, or the values of an object, as a list of texts: strings without quotes, null as NULL.", "json_items_text('[\"x\", null]')", "[x, NULL]", text: true),
    ];

    static OverloadedFunction Items(string name, string syntax, string description, string example, string result, bool text) => new(
        name,
        new("JSON", syntax, description, example, result),
        new Overload(Texts, [SqlType.Text], (arguments, count, _) => Collect(arguments, count, text)) { MayReturnNull = true },
        new Overload(Texts, [SqlType.Text, SqlType.Text], (arguments, count, _) => Collect(arguments, count, text)) { MayReturnNull = true });

    static IArrowArray Collect(ReadOnlySpan<ColumnarValue> arguments, int count, bool text)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var texts = new BytesColumn(arguments[0]);
        var paths = new JsonPathColumn(arguments[1..], keys: false);
        var rows = new ListRows(count);
        var items = new List<object?>();
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsValid(row))
            {
                int before = items.Count;
                if (!JsonFunctions.TryFind(paths.At(row), texts[row], out ReadOnlySpan<byte> value, out _))
                {
                    nulls.SetNull(row);
                }

                Append(value, text, items);
                rows.AddRange(before, items.Count - before);
            }

            rows.EndRow();
        }

        return rows.Build(Texts, nulls, ColumnFactory.FromObjects(SqlType.Text, [.. items]));
    }

    static void Append(ReadOnlySpan<byte> value, bool text, List<object?> items)
    {
        if (value.IsEmpty || value[0] is not ((byte)'[' or (byte)'{'))
        {
            return;
        }

        var reader = new Utf8JsonReader(value, new JsonReaderOptions { MaxDepth = JsonPath.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                reader.Read();
            }

            int start = (int)reader.TokenStartIndex;
            bool isString = text && reader.TokenType == JsonTokenType.String;
            bool isNull = text && reader.TokenType == JsonTokenType.Null;
            items.Add(isString ? Unescaped(reader, value) : null);
            reader.Skip();
            if (!isString && !isNull)
            {
                items[^1] = System.Text.Encoding.UTF8.GetString(value[start..(int)reader.BytesConsumed]);
            }
        }
    }

    static string Unescaped(Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw JsonFunctions.NotJson(text, error);
        }
    }
}
