using System.Text.Json;
using System.Text.RegularExpressions;

namespace Jammi.Inference.Text;

/// <summary>One value of a tokenizer file together with the way to it, so that a refusal can name both.</summary>
internal readonly struct JsonSetting
{
    private readonly string _file;
    private readonly string _path;
    private readonly JsonElement? _element;

    private JsonSetting(string file, string path, JsonElement? element)
    {
        _file = file;
        _path = path;
        _element = element;
    }

    /// <summary>False where the file has no such value, or null.</summary>
    public bool IsPresent => _element is { ValueKind: not JsonValueKind.Null };

    public bool IsObject => Kind == JsonValueKind.Object;

    public bool IsArray => Kind == JsonValueKind.Array;

    private JsonValueKind Kind => _element?.ValueKind ?? JsonValueKind.Undefined;

    /// <summary>A member of this object; absent where the object lacks it.</summary>
    public JsonSetting this[string name]
    {
        get
        {
            var element = Require(JsonValueKind.Object, "an object");
            return new JsonSetting(_file, Join(name), element.TryGetProperty(name, out var member) ? member : null);
        }
    }

    public static JsonSetting Root(string file, JsonElement element) => new(file, "", element);

    /// <summary>The members of this object.</summary>
    public IEnumerable<(string Name, JsonSetting Value)> Members()
    {
        foreach (var member in Require(JsonValueKind.Object, "an object").EnumerateObject())
        {
            yield return (member.Name, new JsonSetting(_file, Join(member.Name), member.Value));
        }
    }

    /// <summary>The elements of this array.</summary>
    public IEnumerable<JsonSetting> Items()
    {
        var index = 0;
        foreach (var item in Require(JsonValueKind.Array, "an array").EnumerateArray())
        {
            yield return new JsonSetting(_file, $"{_path}[{index++}]", item);
        }
    }

    /// <summary>The elements of this array, which must have exactly so many.</summary>
    public JsonSetting[] Items(int count)
    {
        var items = Items().ToArray();
        return items.Length == count ? items : throw NotSupported($"an array of {count}");
    }

    public string Text() => Require(JsonValueKind.String, "a string").GetString()!;

    public double Number() => Require(JsonValueKind.Number, "a number").GetDouble();

    public bool Boolean(bool otherwise) => !IsPresent ? otherwise : Kind is JsonValueKind.True or JsonValueKind.False ? _element!.Value.GetBoolean() : throw Invalid("true or false is needed");

    /// <summary>A regular expression; those of tokenizer files are of Oniguruma's kind, of which .NET understands what is in use.</summary>
    public Regex Regex()
    {
        try
        {
            return new Regex(Text(), RegexOptions.CultureInvariant);
        }
        catch (ArgumentException)
        {
            throw NotSupported("a regular expression that .NET understands");
        }
    }

    public int Integer() => Require(JsonValueKind.Number, "an integer").TryGetInt32(out var value) ? value : throw Invalid("an integer is needed");

    public void RequireString(params ReadOnlySpan<string> allowed)
    {
        if (Kind != JsonValueKind.String || !allowed.Contains(Text()))
        {
            throw NotSupported(string.Join(" or ", allowed.ToArray().Select(value => $"\"{value}\"")));
        }
    }

    public void RequireBoolean(bool value)
    {
        if (Kind != (value ? JsonValueKind.True : JsonValueKind.False))
        {
            throw NotSupported(value ? "true" : "false");
        }
    }

    public void RequireAbsent()
    {
        if (IsPresent)
        {
            throw NotSupported("null");
        }
    }

    /// <summary>Refuses an object with members other than these.</summary>
    public void RequireOnly(params ReadOnlySpan<string> names)
    {
        foreach (var (name, value) in Members())
        {
            if (!names.Contains(name))
            {
                throw value.NotSupported("only a file without this setting");
            }
        }
    }

    /// <summary>An error for a value that contradicts the rest of the file.</summary>
    public InferenceException Invalid(string reason) => new(InferenceError.InvalidModel, $"{_file}: {_path} is {Shown()}; {reason}.");

    /// <summary>An error for a value that is sound, but that Jammi does not run.</summary>
    public InferenceException NotSupported(string expected) => new(InferenceError.NotSupported, $"{_file}: {_path} is {Shown()}; supported is {expected}.");

    private JsonElement Require(JsonValueKind kind, string expected) =>
        Kind == kind ? _element!.Value : throw Invalid($"{expected} is needed");

    private string Join(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private string Shown()
    {
        const int MaxLength = 80;
        if (_element is not { } element)
        {
            return "missing";
        }

        var text = element.GetRawText();
        return text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), "...");
    }
}
