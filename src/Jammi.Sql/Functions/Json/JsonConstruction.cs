using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Aggregates;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Json;

/// <summary>
/// JSON texts out of values. JSON has no type of its own here, so the result of a JSON function is taken into another as it is, and other texts
/// become strings; json(text) says that a text is JSON.
/// </summary>
internal static class JsonConstruction
{
    const string Category = "JSON";

    static readonly HashSet<string> Producers = ["json", "json_object", "json_array", "to_json", "json_extract", "json_extract_path", "->"];

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new GenericFunction("to_json", new(Category, "to_json(value)", "The value as JSON: numbers, booleans and lists as such, other values as strings. NULL gives NULL.", "to_json([1, 2])", "[1,2]"), BindValue) { Synonyms = ["to_jsonb", "json_quote"] },
        new GenericFunction("json_array", new(Category, "json_array(value, ...)", "A JSON array of the values.", "json_array(1, 'x', NULL)", "[1,\"x\",null]"), BindArray) { Synonyms = ["json_build_array"] },
        new GenericFunction("json_object", new(Category, "json_object(key, value, ...)", "A JSON object of keys and values in turn.", "json_object('a', 1, 'b', json_array(2, 3))", "{\"a\":1,\"b\":[2,3]}"), BindObject) { Synonyms = ["json_build_object"] },
    ];

    public static IReadOnlyList<AggregateFunction> Aggregates { get; } =
    [
        new AggregateDefinition("json_agg", new("Aggregate", "json_agg(x [ORDER BY ...])", "A JSON array of all values, NULLs among them; NULL where there are no rows.", "json_agg(x ORDER BY x) FROM (VALUES (2), (1)) t(x)", "[1,2]"), BindArrayAggregate) { Synonyms = ["jsonb_agg", "json_group_array"], DependsOnOrder = true },
        new AggregateDefinition("json_object_agg", new("Aggregate", "json_object_agg(key, value [ORDER BY ...])", "A JSON object of the keys and values of all rows; NULL where there are no rows.", "json_object_agg(k, v ORDER BY k) FROM (VALUES ('a', 1), ('b', 2)) t(k, v)", "{\"a\":1,\"b\":2}"), BindObjectAggregate) { Synonyms = ["jsonb_object_agg", "json_group_object"], DependsOnOrder = true },
    ];

    /// <summary>Whether an expression's text is known to be JSON.</summary>
    static bool IsJson(Expression expression) => expression is CallExpression call && Producers.Contains(call.Function.Name);

    static SqlType TypeOf(Expression argument) => argument.Type.Kind == SqlTypeKind.Null ? SqlType.Text : argument.Type;

    static ScalarBinding? BindValue(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not [var value])
        {
            return null;
        }

        SqlType type = TypeOf(value);
        bool json = IsJson(value);
        return new(SqlType.Text, [type], (values, count, _) =>
        {
            NullMask nulls = NullMask.Of(values[0], count);
            var output = new BytesBuilder(count);
            Action<BytesBuilder, int> write = JsonWriters.For(type, values[0].Array, json);
            for (int row = 0; row < count; row++)
            {
                if (nulls.IsValid(row))
                {
                    write(output, values[0].IndexOf(row));
                }

                output.EndRow();
            }

            return output.Build(SqlType.Text, nulls);
        });
    }

    static ScalarBinding BindArray(IReadOnlyList<Expression> arguments)
    {
        bool[] json = [.. arguments.Select(IsJson)];
        SqlType[] types = [.. arguments.Select(TypeOf)];
        return new(SqlType.Text, types.ToValueList(), (values, count, _) =>
        {
            Action<BytesBuilder, int>[] writers = Writers(types, values, json);
            var output = new BytesBuilder(count);
            for (int row = 0; row < count; row++)
            {
                output.Append((byte)'[');
                for (int i = 0; i < writers.Length; i++)
                {
                    output.Append(i == 0 ? default : ","u8);
                    writers[i](output, values[i].IndexOf(row));
                }

                output.Append((byte)']');
                output.EndRow();
            }

            return output.Build(SqlType.Text, NullMask.None(count));
        })
        {
            NeverNull = true,
        };
    }

    static ScalarBinding? BindObject(IReadOnlyList<Expression> arguments)
    {
        if (arguments.Count % 2 != 0)
        {
            return null;
        }

        bool[] json = [.. arguments.Select(IsJson)];
        SqlType[] types = [.. arguments.Select((a, i) => i % 2 == 0 ? SqlType.Text : TypeOf(a))];
        return new(SqlType.Text, types.ToValueList(), (values, count, _) =>
        {
            Action<BytesBuilder, int>[] writers = Writers(types, values, json);
            var output = new BytesBuilder(count);
            for (int row = 0; row < count; row++)
            {
                output.Append((byte)'{');
                for (int i = 0; i < writers.Length; i += 2)
                {
                    output.Append(i == 0 ? default : ","u8);
                    AppendKey(values[i].Array, values[i].IndexOf(row), output);
                    writers[i + 1](output, values[i + 1].IndexOf(row));
                }

                output.Append((byte)'}');
                output.EndRow();
            }

            return output.Build(SqlType.Text, NullMask.None(count));
        })
        {
            NeverNull = true,
        };
    }

    static Action<BytesBuilder, int>[] Writers(SqlType[] types, ReadOnlySpan<ColumnarValue> values, bool[] json)
    {
        var writers = new Action<BytesBuilder, int>[types.Length];
        for (int i = 0; i < writers.Length; i++)
        {
            writers[i] = JsonWriters.For(types[i], values[i].Array, json[i]);
        }

        return writers;
    }

    static void AppendKey(IArrowArray keys, int row, BytesBuilder output)
    {
        if (keys.IsNull(row))
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, "A key of a JSON object is NULL; keys are texts.");
        }

        JsonWriters.AppendString(output, new BytesColumn(keys)[row]);
        output.Append((byte)':');
    }

    static AggregateBinding? BindArrayAggregate(IReadOnlyList<Expression> arguments) => arguments is [var value]
        ? new(SqlType.Text, [TypeOf(value)], NullableResult: true, () => new State(IsJson(value), TypeOf(value)))
        : null;

    static AggregateBinding? BindObjectAggregate(IReadOnlyList<Expression> arguments) => arguments is [_, var value]
        ? new(SqlType.Text, [SqlType.Text, TypeOf(value)], NullableResult: true, () => new State(IsJson(value), SqlType.Text, TypeOf(value)))
        : null;

    /// <summary>Collects values, or keys and values, and writes them at the end.</summary>
    sealed class State(bool json, params SqlType[] types) : AggregateState
    {
        readonly CollectedRows collected = new(types);

        public override bool Collects => true;

        public override long Bytes => collected.Bytes;

        public override void EnsureGroups(int count) => collected.Ensure(count);

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context) =>
            collected.Add(groups, arguments, NullMask.None(count), count);

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups) => collected.Merge(((State)other).collected, groups);

        public override IArrowArray Finish(int start, int count)
        {
            bool isObject = types.Length == 2;
            IArrowArray keys = collected.Column(0);
            Action<BytesBuilder, int> write = JsonWriters.For(types[^1], collected.Column(types.Length - 1), json);
            NullMask nulls = NullMask.None(count);
            var output = new BytesBuilder(count);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<int> rows = collected.RowsOf(start + i);
                if (rows.IsEmpty)
                {
                    nulls.SetNull(i);
                    output.EndRow();
                    continue;
                }

                output.Append(isObject ? (byte)'{' : (byte)'[');
                for (int r = 0; r < rows.Length; r++)
                {
                    output.Append(r == 0 ? default : ","u8);
                    if (isObject)
                    {
                        AppendKey(keys, rows[r], output);
                    }

                    write(output, rows[r]);
                }

                output.Append(isObject ? (byte)'}' : (byte)']');
                output.EndRow();
            }

            return output.Build(SqlType.Text, nulls);
        }
    }
}
