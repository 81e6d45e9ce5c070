using System.Text;
using System.Text.RegularExpressions;
using Jammi.Sql.Execution;
using Jammi.Sql.Functions.Kernels;

namespace Jammi.Sql.Functions.Text;

/// <summary>The regular expressions of a column of patterns and, perhaps, one of flags; compiled as they change.</summary>
internal ref struct RegexColumn(ColumnarValue patterns, ColumnarValue? flags)
{
    readonly BytesColumn patterns = new(patterns);
    readonly BytesColumn flags = flags is { } value ? new(value) : default;
    readonly bool hasFlags = flags is not null;
    byte[]? lastPattern;
    byte[] lastFlags = [];
    Regex? regex;

    /// <summary>Whether the flags of the last row asked for every match (g).</summary>
    public bool Global { get; private set; }

    public Regex At(int row)
    {
        ReadOnlySpan<byte> pattern = patterns[row];
        ReadOnlySpan<byte> letters = hasFlags ? flags[row] : default;
        if (lastPattern is null || !pattern.SequenceEqual(lastPattern) || !letters.SequenceEqual(lastFlags))
        {
            lastPattern = pattern.ToArray();
            lastFlags = letters.ToArray();
            RegexOptions options = Options(Encoding.UTF8.GetString(letters), out bool global, out bool literal);
            string text = Encoding.UTF8.GetString(pattern);
            regex = RegularExpressions.Compile(literal ? Regex.Escape(text) : text, options);
            Global = global;
        }

        return regex!;
    }

    static RegexOptions Options(string letters, out bool global, out bool literal)
    {
        global = false;
        literal = false;
        RegexOptions options = RegexOptions.None;
        foreach (char letter in letters)
        {
            switch (letter)
            {
                case 'g':
                    global = true;
                    break;
                case 'i':
                    options |= RegexOptions.IgnoreCase;
                    break;
                case 'c':
                    options &= ~RegexOptions.IgnoreCase;
                    break;
                case 'm' or 'n':
                    options |= RegexOptions.Multiline;
                    break;
                case 's':
                    options |= RegexOptions.Singleline;
                    break;
                case 'x':
                    options |= RegexOptions.IgnorePatternWhitespace;
                    break;
                case 'l':
                    literal = true;
                    break;
                default:
                    throw new SqlException(SqlErrorCode.InvalidParameter, $"'{letter}' is not a flag of regular expressions; those are g (every match), i (any case), c (exact case), m (^ and $ at lines), s (. matches line ends), x (blanks are ignored), l (literal text).");
            }
        }

        return options;
    }
}
