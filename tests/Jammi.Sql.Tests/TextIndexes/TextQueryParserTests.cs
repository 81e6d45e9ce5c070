using CsCheck;
using Jammi.Sql.TextIndexes.Analysis;
using Jammi.Sql.TextIndexes.Search;

namespace Jammi.Sql.Tests.TextIndexes;

/// <summary>What queries mean. Any text is one.</summary>
public class TextQueryParserTests
{
    [Theory]
    [InlineData("red", "red")]
    [InlineData("red circle", "any(red circle)")]
    [InlineData("\"red circle\" blue", "any(red_circle blue)")]
    [InlineData("wi-fi", "wi_fi")]
    [InlineData("circ* \"red ci\"*", "any(circ* red_ci*)")]
    [InlineData("red -blue", "all(red not(blue))")]
    [InlineData("red NOT blue green", "all(any(red green) not(blue))")]
    [InlineData("red - blue", "any(red blue)")]
    [InlineData("a OR b AND c d", "any(a all(b any(c d)))")]
    [InlineData("a AND NOT b", "all(a not(b))")]
    [InlineData("(a OR b) AND (c OR d)", "all(any(a b) any(c d))")]
    [InlineData("NOT -a", "a")]
    [InlineData("-a", "not(a)")]
    [InlineData("and or not", "any(and or not)")]
    [InlineData("ANDROID ORANGE", "any(android orange)")]
    [InlineData("AND a OR", "a")]
    [InlineData("\"open phrase", "open_phrase")]
    [InlineData("(a (b", "any(a b)")]
    [InlineData("a) b", "any(a b)")]
    [InlineData("“smart quotes”", "smart_quotes")]
    [InlineData("!!! * \"\" ()", "any()")]
    [InlineData("", "any()")]
    public void Queries_read_as_they_are_typed(string text, string expected) => Assert.Equal(expected, Write(TextQueryParser.Parse(text, TextAnalysis.Default, all: false)));

    [Theory]
    [InlineData("red circle", "all(red circle)")]
    [InlineData("a b OR c", "any(all(a b) c)")]
    [InlineData("a b -c", "all(all(a b) not(c))")]
    public void Words_side_by_side_may_mean_all_of_them(string text, string expected) => Assert.Equal(expected, Write(TextQueryParser.Parse(text, TextAnalysis.Default, all: true)));

    [Fact]
    public void Any_text_is_a_query() => Gen.OneOf(Gen.String, Gen.String[Gen.Char["ab \"()*-\t“'"], 0, 30]).Sample(text =>
        Assert.NotNull(Write(TextQueryParser.Parse(text, TextAnalysis.Default, all: false))));

    static string Write(TextQuery query) => query switch
    {
        TextQuery.Phrase phrase => string.Join('_', phrase.Terms) + (phrase.EndsInPrefix ? "*" : string.Empty),
        TextQuery.AnyOf any => $"any({string.Join(' ', any.Parts.Select(Write))})",
        TextQuery.AllOf all => $"all({string.Join(' ', all.Parts.Select(Write))})",
        TextQuery.Not not => $"not({Write(not.Part)})",
        _ => throw new InvalidOperationException(),
    };
}
