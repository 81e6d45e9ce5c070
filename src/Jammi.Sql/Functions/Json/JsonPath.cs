using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Jammi.Sql.Functions.Json;

/// <summary>
/// A place in a JSON text: <c>$.a.b[0]</c>, <c>$."odd key"[-1]</c>, a JSON pointer <c>/a/0</c>, or a bare key. Found by reading the text once, without
/// building a tree; of keys that occur twice in an object the last counts, as in PostgreSQL.
/// </summary>
internal sealed class JsonPath
{
    /// <summary>Deeper nesting than this is refused.</summary>
    public const int MaxDepth = 1000;

    readonly Step[] steps;

    JsonPath(params Step[] steps) => this.steps = steps;

    /// <summary>The whole text.</summary>
    public static JsonPath Root { get; } = new();

    /// <summary>A key, an index, or either (from a pointer).</summary>
    readonly record struct Step(byte[]? Key, int? Index);

    public static JsonPath Item(long index) => new(new Step(null, (int)Math.Clamp(index, int.MinValue, int.MaxValue)));

    public static JsonPath Keys(IEnumerable<string> keys) => new([.. keys.Select(Either)]);

    /// <exception cref="SqlException">The path does not read as one.</exception>
    public static JsonPath Parse(string path) => path switch
    {
        ['$', ..] => new(ParseSteps(path)),
        ['/', .. var pointer] => new([.. pointer.Split('/').Select(k => Either(k.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))]),
        _ => new(new Step(Encoding.UTF8.GetBytes(path), null)),
    };

    /// <summary>Where in <paramref name="json"/> the value is, and what it is; false where there is none.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public bool TryFind(ReadOnlySpan<byte> json, out Range place, out JsonTokenType kind)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        bool found = TryFind(ref reader, 0, out place, out kind);
        reader.Read();
        return found;
    }

    bool TryFind(ref Utf8JsonReader reader, int step, out Range place, out JsonTokenType kind)
    {
        bool found = false;
        place = default;
        kind = reader.TokenType;
        if (step == steps.Length)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            place = start..(int)reader.BytesConsumed;
            return true;
        }

        if (kind == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                bool wanted = steps[step].Key is { } key && reader.ValueTextEquals(key);
                reader.Read();
                if (wanted)
                {
                    found = TryFind(ref reader, step + 1, out place, out kind);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        else if (kind == JsonTokenType.StartArray)
        {
            int wanted = steps[step].Index ?? int.MaxValue;
            wanted = wanted < 0 ? wanted + Length(reader) : wanted;
            for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                if (i == wanted)
                {
                    found = TryFind(ref reader, step + 1, out place, out kind);
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        return found;
    }

    /// <summary>The number of items of the array at which a reader stands; the reader itself is not moved.</summary>
    public static int Length(Utf8JsonReader reader)
    {
        int count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            count++;
        }

        return count;
    }

    static Step Either(string key) => new(Encoding.UTF8.GetBytes(key), int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index) ? index : null);

    static Step[] ParseSteps(string path)
    {
        var steps = new List<Step>();
        int at = 1;
        while (at < path.Length)
        {
            steps.Add(path[at] switch
            {
                '.' => ParseKey(path, ref at),
                '[' => ParseIndex(path, ref at),
                _ => throw Error(path, at),
            });
        }

        return [.. steps];
    }

    static Step ParseKey(string path, ref int at)
    {
        int start = ++at;
        if (start < path.Length && path[start] == '"')
        {
            int end = path.IndexOf('"', start + 1);
            if (end < 0)
            {
                throw Error(path, start);
            }

            at = end + 1;
            return new(Encoding.UTF8.GetBytes(path[(start + 1)..end]), null);
        }

        while (at < path.Length && path[at] is not ('.' or '['))
        {
            at++;
        }

        string key = path[start..at];
        return key.Length > 0 && key != "*" ? new(Encoding.UTF8.GetBytes(key), null) : throw Error(path, start);
    }

    static Step ParseIndex(string path, ref int at)
    {
        int end = path.IndexOf(']', at);
        string inside = end < 0 ? string.Empty : path[(at + 1)..end].Trim();
        if (inside is ['"' or '\'', .. var quoted, '"' or '\''])
        {
            at = end + 1;
            return new(Encoding.UTF8.GetBytes(quoted), null);
        }

        // SQLite and DuckDB write the last item as [#-1].
        inside = inside.StartsWith("#-", StringComparison.Ordinal) ? inside[1..] : inside;
        if (!int.TryParse(inside, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index))
        {
            throw Error(path, at);
        }

        at = end + 1;
        return new(null, index);
    }

    static SqlException Error(string path, int at) => path.AsSpan(at).Contains('*')
        ? new(SqlErrorCode.NotSupported, $"The JSON path '{path}' names many values: paths with * are not supported.")
        : new(SqlErrorCode.InvalidParameter, $"The JSON path '{path}' is wrong at character {at + 1}; write it like '$.key[0].\"other key\"'.");
}
