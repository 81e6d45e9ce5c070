using System.Text.Json;

namespace Jammi.Inference.Configuration;

/// <summary>
/// One object of a configuration file, read field by field; whatever nobody asked for when it is finished is refused by name, so that no field is
/// silently ignored.
/// </summary>
internal sealed class ConfigSection
{
    readonly Dictionary<string, JsonElement> fields = new(StringComparer.Ordinal);
    readonly HashSet<string> read = new(StringComparer.Ordinal);
    readonly string file;

    public ConfigSection(JsonElement element, string path, string file)
    {
        Path = path;
        this.file = file;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Invalid(path.TrimEnd('.'), "should be a JSON object");
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            fields[property.Name] = property.Value;
        }
    }

    /// <summary>Where the section lies, ending with a dot, for messages.</summary>
    public string Path { get; }

    public JsonElement? Find(string name)
    {
        read.Add(name);
        return fields.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public ConfigSection? Section(string name) => Find(name) is { } value ? new ConfigSection(value, $"{Path}{name}.", file) : null;

    public int Integer(string name, int? otherwise = null)
    {
        if (Find(name) is not { } value)
        {
            return otherwise ?? throw new InferenceException(InferenceError.InvalidModel, $"{file} lacks the field {Path}{name}.");
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= 0 ? number : throw Invalid(name, $"should be a whole number, but is {value.GetRawText()}");
    }

    public double Number(string name, double otherwise) => Find(name) is not { } value ? otherwise
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : throw Invalid(name, $"should be a number, but is {value.GetRawText()}");

    public bool Boolean(string name, bool otherwise = false) => Find(name) is not { } value ? otherwise
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Invalid(name, $"should be true or false, but is {value.GetRawText()}");

    public string Text(string name, string otherwise) => Find(name) is not { } value ? otherwise
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : throw Invalid(name, $"should be a text, but is {value.GetRawText()}");

    /// <summary>A text that must be one of some values.</summary>
    public string Choice(string name, string otherwise, params string[] known)
    {
        string text = Text(name, otherwise);
        return known.Contains(text) ? text : throw NotSupported(name, $"\"{text}\"; supported are {string.Join(", ", known)}");
    }

    /// <summary>One number for both sides, or [height, width].</summary>
    public (int Height, int Width) Sides(string name, int otherwise)
    {
        if (Find(name) is not { } value)
        {
            return (otherwise, otherwise);
        }

        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2 && value[0].TryGetInt32(out int height) && value[1].TryGetInt32(out int width) && height > 0 && width > 0)
        {
            return (height, width);
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int side) && side > 0 ? (side, side)
            : throw Invalid(name, $"should be a size or [height, width], but is {value.GetRawText()}");
    }

    /// <summary>Three numbers, or one for all three.</summary>
    public float[] Triple(string name, float[] otherwise)
    {
        if (Find(name) is not { } value)
        {
            return otherwise;
        }

        if (value.ValueKind == JsonValueKind.Number)
        {
            float one = value.GetSingle();
            return [one, one, one];
        }

        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 3 ? [.. value.EnumerateArray().Select(v => v.GetSingle())]
            : throw Invalid(name, $"should be three numbers, but is {value.GetRawText()}");
    }

    /// <summary>A field that changes nothing about embeddings: training, or a value that the reference overrides.</summary>
    public void Accept(params string[] names) => read.UnionWith(names);

    /// <summary>A field that is only known with a value that means "not used": null, false, or absent.</summary>
    public void RefuseUnlessUnused(string name, string why)
    {
        if (Find(name) is { } value && value.ValueKind != JsonValueKind.False && !(value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0))
        {
            throw NotSupported(name, $"{value.GetRawText()}: {why}");
        }
    }

    /// <summary>Refuses the fields that were not read.</summary>
    public void Finish()
    {
        foreach (string name in fields.Keys)
        {
            if (!read.Contains(name))
            {
                throw NotSupported(name, $"{fields[name].GetRawText()}: the field is not known, and ignoring it could give wrong embeddings");
            }
        }
    }

    public InferenceException NotSupported(string name, string why) => new(InferenceError.NotSupported, $"{file}: {Path}{name} = {why}.");

    InferenceException Invalid(string name, string why) => new(InferenceError.InvalidModel, $"{file}: {Path}{name} {why}.");
}
