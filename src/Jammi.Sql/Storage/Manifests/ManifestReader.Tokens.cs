using System.Text.Json;

namespace Jammi.Sql.Storage.Manifests;

/// <summary>What documents are made of: fields, lists, numbers, texts, and complaints about those that are missing.</summary>
internal static partial class ManifestReader
{
    delegate T ReadValue<T>(ref Utf8JsonReader json);

    static Utf8JsonReader Start(ReadOnlySpan<byte> document)
    {
        var json = new Utf8JsonReader(document);
        Advance(ref json, JsonTokenType.StartObject);
        return json;
    }

    /// <summary>Goes to the name of an object's next field; false at the object's end.</summary>
    static bool NextField(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    static void SkipValue(ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }

    static void Advance(ref Utf8JsonReader json, JsonTokenType expected)
    {
        if (!json.Read() || json.TokenType != expected)
        {
            throw new FormatException($"{expected} is missing at byte {json.TokenStartIndex}");
        }
    }

    static long Number(ref Utf8JsonReader json) => json.Read() ? json.GetInt64() : 0;

    static long? OptionalNumber(ref Utf8JsonReader json) => json.Read() && json.TokenType != JsonTokenType.Null ? json.GetInt64() : null;

    static bool Truth(ref Utf8JsonReader json) => json.Read() && json.GetBoolean();

    static string Text(ref Utf8JsonReader json) => OptionalText(ref json) ?? throw new FormatException("a text is null");

    static string? OptionalText(ref Utf8JsonReader json) => json.Read() ? json.GetString() : null;

    static byte[]? OptionalBytes(ref Utf8JsonReader json) => json.Read() && json.TokenType != JsonTokenType.Null ? json.GetBytesFromBase64() : null;

    static string[] Texts(ref Utf8JsonReader json) => Array(ref json, static (ref Utf8JsonReader j) => j.GetString() ?? throw new FormatException("a text is null"));

    static T[] List<T>(ref Utf8JsonReader json, ReadValue<T> read)
        where T : class
    {
        Advance(ref json, JsonTokenType.StartArray);
        var items = new List<T>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ObjectHere(ref json, read) ?? throw new FormatException("an object is null"));
        }

        return [.. items];
    }

    static T[] Array<T>(ref Utf8JsonReader json, ReadValue<T> readHere)
    {
        Advance(ref json, JsonTokenType.StartArray);
        var items = new List<T>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            items.Add(readHere(ref json));
        }

        return [.. items];
    }

    static T? Object<T>(ref Utf8JsonReader json, ReadValue<T> read)
        where T : class
    {
        json.Read();
        return ObjectHere(ref json, read);
    }

    /// <summary>The object, or null, that the reader stands at.</summary>
    static T? ObjectHere<T>(ref Utf8JsonReader json, ReadValue<T> read)
        where T : class => json.TokenType switch
        {
            JsonTokenType.StartObject => read(ref json),
            JsonTokenType.Null => null,
            _ => throw new FormatException($"an object is missing at byte {json.TokenStartIndex}"),
        };

    static object Named(string text, Type names) =>
        Enum.TryParse(names, text, ignoreCase: false, out object? value) && Enum.IsDefined(names, value) ? value : throw new FormatException($"{text} is no {names.Name}");

    static T Required<T>(T? value, string field)
        where T : class => value ?? throw Missing(field);

    static long Required(long? value, string field) => value ?? throw Missing(field);

    static bool Required(bool? value, string field) => value ?? throw Missing(field);

    static FormatException Missing(string field) => new($"{field} is missing");
}
