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
    readonly ISet<string>? asked;

    /// <param name="path">Where the section lies in the file, ending with a dot; empty for the whole file.</param>
    /// <param name="asked">Receives the path of every field that is asked for, so that a test can hold the documentation against it.</param>
    public ConfigSection(JsonElement element, string path, string file, ISet<string>? asked = null)
    {
        Path = path;
        File = file;
        this.asked = asked;
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

    public string File { get; }

    public JsonElement? Find(string name)
    {
        read.Add(name);
        asked?.Add(Path + name);
        return fields.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public ConfigSection? Section(string name) => Find(name) is { } value ? new ConfigSection(value, $"{Path}{name}.", File, asked) : null;

    /// <summary>Two objects read as one: fields of the second win. Absent objects count as empty.</summary>
    public ConfigSection Overlaid(string name, string overlay)
    {
        ConfigSection section = Section(name) ?? new ConfigSection(JsonDocument.Parse("{}").RootElement, $"{Path}{name}.", File, asked);
        foreach ((string field, JsonElement value) in Section(overlay)?.fields ?? [])
        {
            if (value.ValueKind != JsonValueKind.Null)
            {
                section.fields[field] = value;
            }
        }

        return section;
    }

    public int Integer(string name, int? otherwise = null)
    {
        if (Find(name) is not { } value)
        {
            return otherwise ?? throw Missing(name);
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

    /// <summary>Numbers of layers of each stage, or null where the field is not a list.</summary>
    public int[]? Stages(string name)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.Array } list)
        {
            return null;
        }

        int[] stages = [.. list.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Number && v.TryGetInt32(out int stage) && stage > 0 ? stage : throw Invalid(name, $"should be numbers of blocks, but is {list.GetRawText()}"))];
        return stages.Length == 4 ? stages : throw Invalid(name, $"should be four numbers of blocks, but is {list.GetRawText()}");
    }

    /// <summary>A field that changes nothing about embeddings: training, or a value that the reference overrides.</summary>
    public void Accept(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _ = Find(name);
        }
    }

    /// <summary>A field that is only known with a value that means "not used": null, false, or absent.</summary>
    public void RefuseUnlessUnused(string name, string why)
    {
        if (Find(name) is { } value && value.ValueKind != JsonValueKind.False
            && !(value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0)
            && !(value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any()))
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

    public InferenceException NotSupported(string name, string why) => new(InferenceError.NotSupported, $"{File}: {Path}{name} = {why}.");

    public InferenceException Missing(string name) => new(InferenceError.InvalidModel, $"{File} lacks the field {Path}{name}.");

    public InferenceException Invalid(string name, string why) => new(InferenceError.InvalidModel, $"{File}: {Path}{name} {why}.");
}
