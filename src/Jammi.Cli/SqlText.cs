namespace Jammi.Cli;

/// <summary>Texts as SQL literals.</summary>
static class SqlText
{
    public static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
