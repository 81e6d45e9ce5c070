namespace Jammi.Inference.Hub;

/// <summary>A model of a hub: <c>owner/name</c>, with the branch, tag or commit after an <c>@</c>.</summary>
internal sealed record ModelId(string Owner, string Name, string Revision)
{
    const string DefaultRevision = "main";

    /// <summary>Reads an id, or gives null for a text that is none.</summary>
    public static ModelId? TryParse(string text)
    {
        string[] parts = text.Split('@', 2);
        string[] names = parts[0].Split('/');
        return names.Length == 2 && names.All(IsName) && (parts.Length == 1 || IsRevision(parts[1])) ? new(names[0], names[1], parts.Length == 2 ? parts[1] : DefaultRevision) : null;
    }

    public string Repository => $"{Owner}/{Name}";

    public override string ToString() => Revision == DefaultRevision ? Repository : $"{Repository}@{Revision}";

    static bool IsName(string part) => part.Length > 0 && part[0] != '.' && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>A revision is part of a path in the cache, so it must not lead out of it.</summary>
    static bool IsRevision(string part) =>
        part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') && !part.Split('/').Any(p => p.Length == 0 || p.StartsWith('.'));
}
