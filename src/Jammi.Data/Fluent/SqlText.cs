namespace Jammi.Data;

/// <summary>Names and texts as SQL writes them.</summary>
static class SqlText
{
    /// <summary>A text literal.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A name in quotes, so that any spelling is one.</summary>
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A name of parts separated by dots, each in quotes.</summary>
    public static string QualifiedName(string name) => string.Join('.', name.Split('.').Select(Name));
}
