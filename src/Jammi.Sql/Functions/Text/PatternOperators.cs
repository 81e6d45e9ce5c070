using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Operators;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Text;

/// <summary>LIKE, ILIKE, SIMILAR TO, GLOB and the regular expression operators.</summary>
internal static class PatternOperators
{
    const string Category = "Text";

    /// <summary>Makes a test from a pattern and, where the operator takes one, an escape character (empty: none).</summary>
    delegate TextTest TestFactory(string pattern, string escape);

    delegate bool TextTest(ReadOnlySpan<byte> text);

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        WithEscape("like", new(Category, "text LIKE pattern [ESCAPE character]", "Whether the whole text matches: % is any text, _ one character. The escape character, \\ unless given, takes the next one as it is.", "'Big red circle' LIKE '%red%'", "true"), Like),
        WithEscape("ilike", new(Category, "text ILIKE pattern [ESCAPE character]", "LIKE without regard to case.", "'Big Red Circle' ILIKE '%red%'", "true"), ILike),
        WithEscape("similar_to", new(Category, "text SIMILAR TO pattern [ESCAPE character]", "Whether the whole text matches an SQL regular expression: % and _ as in LIKE, and | * + ? {m,n} ( ) [ ] as usual.", "'abc' SIMILAR TO '(a|x)%c'", "true"), SimilarTo),
        Plain("glob", new(Category, "text GLOB pattern", "Whether the whole text matches a file pattern: * is any text, ? one character, [a-z] one of a set.", "'fig-001.png' GLOB 'fig-*.png'", "true"), (pattern, _) => Regular(RegularExpressions.FromGlob(pattern), RegexOptions.Singleline)),
        new GenericFunction("~", new(Category, "text ~ pattern, ~ integer", "Whether a regular expression matches somewhere in the text; with one operand, the integer with all bits inverted.", "'fig-001' ~ '[0-9]+$'", "true"), BindTilde),
        Plain("~*", new(Category, "text ~* pattern", "~ without regard to case.", "'FIG-001' ~* '^fig'", "true"), (pattern, _) => Regular(pattern, RegexOptions.IgnoreCase)),
        Plain("!~", new(Category, "text !~ pattern", "Whether a regular expression matches nowhere in the text.", "'fig' !~ '[0-9]'", "true"), (pattern, _) => Not(Regular(pattern, RegexOptions.None))),
        Plain("!~*", new(Category, "text !~* pattern", "!~ without regard to case.", "'FIG' !~* 'x'", "true"), (pattern, _) => Not(Regular(pattern, RegexOptions.IgnoreCase))),
    ];

    static ScalarBinding? BindTilde(IReadOnlyList<Expression> arguments) => arguments is [var operand]
        ? BitOperators.BindComplement(operand)
        : OverloadResolution.Bind([new Overload(SqlType.Boolean, [SqlType.Text, SqlType.Text], Kernel((pattern, _) => Regular(pattern, RegexOptions.None)))], arguments);

    static OverloadedFunction WithEscape(string name, FunctionDocumentation documentation, TestFactory factory) => new(
        name,
        documentation,
        new Overload(SqlType.Boolean, [SqlType.Text, SqlType.Text], Kernel(factory)),
        new Overload(SqlType.Boolean, [SqlType.Text, SqlType.Text, SqlType.Text], Kernel(factory)));

    static OverloadedFunction Plain(string name, FunctionDocumentation documentation, TestFactory factory) =>
        new(name, documentation, new Overload(SqlType.Boolean, [SqlType.Text, SqlType.Text], Kernel(factory)));

    static ScalarKernel Kernel(TestFactory factory) => (arguments, count, _) => Test(arguments, count, factory);

    static IArrowArray Test(ReadOnlySpan<ColumnarValue> arguments, int count, TestFactory factory)
    {
        var texts = new BytesColumn(arguments[0]);
        var patterns = new BytesColumn(arguments[1]);
        NullMask nulls = NullMask.Any(arguments, count);
        byte[] flags = new byte[count];
        TextTest? test = null;
        byte[] built = [];
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsNull(row))
            {
                continue;
            }

            // Patterns are mostly constant; one that changes from row to row is built when it does.
            if (test is null || !patterns[row].SequenceEqual(built))
            {
                built = patterns[row].ToArray();
                string escape = arguments.Length < 3 ? "\\" : Encoding.UTF8.GetString(new BytesColumn(arguments[2])[row]);
                test = factory(Encoding.UTF8.GetString(built), escape);
            }

            flags[row] = test(texts[row]) ? (byte)1 : (byte)0;
        }

        return Columns.Wrap(SqlType.Boolean, count, flags, nulls);
    }

    static TextTest Like(string pattern, string escape) => LikePattern.Parse(Encoding.UTF8.GetBytes(pattern), EscapeOf(escape)).IsMatch;

    static TextTest ILike(string pattern, string escape)
    {
        LikePattern folded = LikePattern.Parse(Encoding.UTF8.GetBytes(pattern.ToLowerInvariant()), EscapeOf(escape.ToLowerInvariant()));
        return text => folded.IsMatch(Lower(text));
    }

    static TextTest SimilarTo(string pattern, string escape) => Regular(RegularExpressions.FromSimilar(pattern, EscapeOf(escape)), RegexOptions.Singleline);

    static TextTest Regular(string pattern, RegexOptions options)
    {
        Regex regex = RegularExpressions.Compile(pattern, options);
        return text => regex.IsMatch(Encoding.UTF8.GetString(text));
    }

    static TextTest Not(TextTest test) => text => !test(text);

    static Rune? EscapeOf(string escape) => escape.Length == 0 ? null
        : Rune.DecodeFromUtf16(escape, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done && consumed == escape.Length ? rune
        : throw new SqlException(SqlErrorCode.InvalidParameter, $"ESCAPE takes one character, not '{escape}'.");

    static byte[] Lower(ReadOnlySpan<byte> text)
    {
        if (!Ascii.IsValid(text))
        {
            return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).ToLower(CultureInfo.InvariantCulture));
        }

        byte[] lower = new byte[text.Length];
        Ascii.ToLower(text, lower, out _);
        return lower;
    }
}
