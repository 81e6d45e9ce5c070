using System.Text;
using System.Text.Json;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Lists;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Json;

/// <summary>Values out of JSON texts. A text that is not JSON is an error, except for json_valid; a place that a text does not have gives NULL.</summary>
internal static class JsonFunctions
{
    const string Category = "JSON";
    const string Sample = """'{"a": {"b": [1, "x"]}}'""";

    static readonly SqlType Text = SqlType.Text;

    /// <summary>Writes what is asked of the value at a place; false for NULL.</summary>
    delegate bool WriteValue(ReadOnlySpan<byte> value, JsonTokenType kind, BytesBuilder output);

    /// <summary>Computes what is asked of the value at a place; null for NULL.</summary>
    delegate long? ComputeValue(ReadOnlySpan<byte> value, JsonTokenType kind);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        Extract("json_extract", "json_extract(json, path)", "The value at a path such as '$.a[0]', a JSON pointer '/a/0', a key or an index (from 0; negative from the end), as JSON.", $"json_extract({Sample}, '$.a.b')", "[1, \"x\"]", WriteJson, "json_extract_path_json"),
        Extract("->", "json -> key, path or index", "json_extract as an operator.", $"{Sample} -> 'a'", "{\"b\": [1, \"x\"]}", WriteJson),
        Extract("json_extract_string", "json_extract_string(json, path)", "json_extract as text: strings without quotes and escapes, null as NULL.", $"json_extract_string({Sample}, '$.a.b[1]')", "x", WriteText, "json_extract_text", "json_value"),
        Extract("->>", "json ->> key, path or index", "json_extract_string as an operator.", $"{Sample} -> 'a' -> 'b' ->> 1", "x", WriteText),
        Path("json_extract_path", "json_extract_path(json, key, ...)", "The value below keys (or indexes of arrays), one within the other, as JSON.", $"json_extract_path({Sample}, 'a', 'b', '0')", "1", WriteJson),
        Path("json_extract_path_text", "json_extract_path_text(json, key, ...)", "json_extract_path as text.", $"json_extract_path_text({Sample}, 'a', 'b', '1')", "x", WriteText),
        OfValue("json_type", "json_type(json [, path])", "The type of the value: OBJECT, ARRAY, VARCHAR, BIGINT, UBIGINT, DOUBLE, BOOLEAN or NULL.", $"json_type({Sample}, '$.a.b')", "ARRAY", (value, kind, o) => AppendName(o, TypeName(value, kind))),
        OfValue("json_typeof", "json_typeof(json [, path])", "The type of the value: object, array, string, number, boolean or null.", "json_typeof('1.5')", "number", (_, kind, o) => AppendName(o, KindName(kind))),
        Number("json_array_length", "json_array_length(json [, path])", "The number of items of an array; 0 for other values.", $"json_array_length({Sample}, '$.a.b')", "2", SqlType.BigInt, Length),
        Number("json_exists", "json_exists(json, path)", "Whether there is a value at the path.", $"json_exists({Sample}, '$.a.c')", "false", SqlType.Boolean, static (_, _) => 1, missing: 0),
        new OverloadedFunction("json_valid", new(Category, "json_valid(text)", "Whether the text is JSON.", "json_valid('{\"a\": 1')", "false"), new Overload(SqlType.Boolean, [Text], Functions.Text.TextKernels.ToFlag((a, row) => IsValid(a.Text(0, row))))),
        new OverloadedFunction(
            "json_keys",
            new(Category, "json_keys(json [, path])", "The keys of an object; an empty list for other values.", "json_keys('{\"a\": 1, \"b\": 2}')", "[a, b]"),
            new Overload(SqlType.List(Text), [Text], Keys) { MayReturnNull = true },
            new Overload(SqlType.List(Text), [Text, Text], Keys) { MayReturnNull = true }),
        OfValue("json", "json(text)", "The JSON text without white space between its parts.", "json('{ \"a\" : [1, 2] }')", "{\"a\":[1,2]}", (value, _, o) => Minify(value, o)),
    ];

    /// <summary>One text that is not JSON, as an error.</summary>
    public static SqlException NotJson(ReadOnlySpan<byte> text, Exception error)
    {
        string shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, 80)]);
        return new(SqlErrorCode.InvalidText, $"\"{shown}\" is not JSON: {error.Message}", error);
    }

    static OverloadedFunction Extract(string name, string syntax, string description, string example, string result, WriteValue write, params string[] synonyms) => new(
        name,
        new(Category, syntax, description, example, result),
        new Overload(Text, [Text, Text], ToText(write)) { MayReturnNull = true },
        new Overload(Text, [Text, SqlType.BigInt], ToText(write)) { MayReturnNull = true })
    {
        Synonyms = synonyms,
    };

    static OverloadedFunction Path(string name, string syntax, string description, string example, string result, WriteValue write) => new(
        name,
        new(Category, syntax, description, example, result),
        new Overload(Text, [Text, Text], ToText(write, keys: true), Variadic: true) { MayReturnNull = true });

    static OverloadedFunction OfValue(string name, string syntax, string description, string example, string result, WriteValue write) => new(
        name,
        new(Category, syntax, description, example, result),
        name == "json" ? [new Overload(Text, [Text], ToText(write))] : [new Overload(Text, [Text], ToText(write)), new Overload(Text, [Text, Text], ToText(write)) { MayReturnNull = true }]);

    static OverloadedFunction Number(string name, string syntax, string description, string example, string result, SqlType type, ComputeValue compute, long? missing = null)
    {
        var withPath = new Overload(type, [Text, Text], ToNumber(type, compute, missing)) { MayReturnNull = missing is null };
        return new(name, new(Category, syntax, description, example, result), missing is null ? [new Overload(type, [Text], ToNumber(type, compute, missing)), withPath] : [withPath]);
    }

    static ScalarKernel ToText(WriteValue write, bool keys = false) => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var texts = new BytesColumn(arguments[0]);
        var paths = new JsonPathColumn(arguments[1..], keys);
        var output = new BytesBuilder(count);
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsValid(row) && !(TryFind(paths.At(row), texts[row], out ReadOnlySpan<byte> value, out JsonTokenType kind) && Write(write, texts[row], value, kind, output)))
            {
                nulls.SetNull(row);
            }

            output.EndRow();
        }

        return output.Build(Text, nulls);
    };

    static ScalarKernel ToNumber(SqlType type, ComputeValue compute, long? missing) => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var texts = new BytesColumn(arguments[0]);
        var paths = new JsonPathColumn(arguments[1..], keys: false);
        byte[] buffer = Columns.Allocate(count, out Span<long> output);
        byte[] flags = new byte[count];
        for (int row = 0; row < count; row++)
        {
            long? result = nulls.IsNull(row) ? null
                : TryFind(paths.At(row), texts[row], out ReadOnlySpan<byte> value, out JsonTokenType kind) ? compute(value, kind)
                : missing;
            output[row] = result.GetValueOrDefault();
            flags[row] = (byte)(output[row] != 0 ? 1 : 0);
            if (result is null)
            {
                nulls.SetNull(row);
            }
        }

        return Columns.Wrap(type, count, type.Kind == SqlTypeKind.Boolean ? flags : buffer, nulls);
    };

    static IArrowArray Keys(ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var texts = new BytesColumn(arguments[0]);
        var paths = new JsonPathColumn(arguments[1..], keys: false);
        var rows = new ListRows(count);
        var keys = new List<object?>();
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsValid(row))
            {
                if (TryFind(paths.At(row), texts[row], out ReadOnlySpan<byte> value, out JsonTokenType kind))
                {
                    int before = keys.Count;
                    AddKeys(value, kind, keys);
                    rows.AddRange(before, keys.Count - before);
                }
                else
                {
                    nulls.SetNull(row);
                }
            }

            rows.EndRow();
        }

        return rows.Build(SqlType.List(Text), nulls, ColumnFactory.FromObjects(Text, [.. keys]));
    }

    static void AddKeys(ReadOnlySpan<byte> value, JsonTokenType kind, List<object?> keys)
    {
        if (kind != JsonTokenType.StartObject)
        {
            return;
        }

        Utf8JsonReader reader = Reader(value);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            keys.Add(reader.GetString());
            reader.Read();
            reader.Skip();
        }
    }

    /// <summary>The value at a path of a text.</summary>
    /// <exception cref="SqlException">The text is not JSON.</exception>
    public static bool TryFind(JsonPath path, ReadOnlySpan<byte> text, out ReadOnlySpan<byte> value, out JsonTokenType kind)
    {
        try
        {
            bool found = path.TryFind(text, out Range place, out kind);
            value = found ? text[place] : default;
            return found;
        }
        catch (JsonException error)
        {
            throw NotJson(text, error);
        }
    }

    /// <summary>A string may hold an escape that is no character: half of a surrogate pair.</summary>
    static bool Write(WriteValue write, ReadOnlySpan<byte> text, ReadOnlySpan<byte> value, JsonTokenType kind, BytesBuilder output)
    {
        try
        {
            return write(value, kind, output);
        }
        catch (InvalidOperationException error)
        {
            throw NotJson(text, error);
        }
    }

    static Utf8JsonReader Reader(ReadOnlySpan<byte> value) => new(value, new JsonReaderOptions { MaxDepth = JsonPath.MaxDepth });

    static bool WriteJson(ReadOnlySpan<byte> value, JsonTokenType kind, BytesBuilder output)
    {
        output.Append(value);
        return true;
    }

    static bool WriteText(ReadOnlySpan<byte> value, JsonTokenType kind, BytesBuilder output)
    {
        if (kind != JsonTokenType.String)
        {
            output.Append(value);
            return kind != JsonTokenType.Null;
        }

        Utf8JsonReader reader = Reader(value);
        reader.Read();
        output.Advance(reader.CopyString(output.GetSpan(value.Length)));
        return true;
    }

    static bool AppendName(BytesBuilder output, string name)
    {
        output.Append(name);
        return true;
    }

    static string TypeName(ReadOnlySpan<byte> value, JsonTokenType kind) => kind switch
    {
        JsonTokenType.StartObject => "OBJECT",
        JsonTokenType.StartArray => "ARRAY",
        JsonTokenType.String => "VARCHAR",
        JsonTokenType.Number => long.TryParse(value, out _) ? (value[0] == '-' ? "BIGINT" : "UBIGINT") : ulong.TryParse(value, out _) ? "UBIGINT" : "DOUBLE",
        JsonTokenType.Null => "NULL",
        _ => "BOOLEAN",
    };

    static string KindName(JsonTokenType kind) => kind switch
    {
        JsonTokenType.StartObject => "object",
        JsonTokenType.StartArray => "array",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.Null => "null",
        _ => "boolean",
    };

    static long? Length(ReadOnlySpan<byte> value, JsonTokenType kind)
    {
        if (kind != JsonTokenType.StartArray)
        {
            return 0;
        }

        Utf8JsonReader reader = Reader(value);
        reader.Read();
        return JsonPath.Length(reader);
    }

    static bool IsValid(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonPath.Root.TryFind(text, out _, out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static bool Minify(ReadOnlySpan<byte> value, BytesBuilder output)
    {
        bool inString = false;
        for (int i = 0; i < value.Length; i++)
        {
            if (inString && value[i] == '\\')
            {
                output.Append(value.Slice(i++, 2));
                continue;
            }

            inString ^= value[i] == '"';
            if (inString || value[i] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                output.Append(value[i]);
            }
        }

        return true;
    }
}
