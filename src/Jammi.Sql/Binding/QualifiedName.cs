using System.Text;

namespace Jammi.Sql.Binding;

/// <summary>Reads a dotted name given as text, as in <c>vector_search('main."My table"', ...)</c>.</summary>
internal static class QualifiedName
{
    /// <summary>Splits at dots outside double quotes; quotes are removed, doubled quotes inside them are one quote.</summary>
    public static IReadOnlyList<string> Parse(string text, SourcePosition position)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"')
            {
                part.Append('"');
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == '.' && !quoted)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(c);
            }
        }

        parts.Add(part.ToString());
        if (quoted || parts.Exists(p => p.Length == 0))
        {
            throw new SqlException(SqlErrorCode.UndefinedTable, $"'{text}' is not a table's name: write table or schema.table.", position);
        }

        return parts;
    }
}
