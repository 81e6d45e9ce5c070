using System.Text;
using Jammi.Sql.TextIndexes.Analysis;

namespace Jammi.Sql.Tests.TextIndexes;

/// <summary>How texts become terms.</summary>
public class AnalysisTests
{
    [Theory]
    [InlineData("The red circle.", "the|red|circle")]
    [InlineData("don't — it's O’Reilly's 'quoted'", "don't|it's|o'reilly's|quoted")]
    [InlineData("3.14 and 1,000,000; 2nd v2.0 10%", "3.14|and|1,000,000|2nd|v2.0|10")]
    [InlineData("example.com foo_bar __x__ wi-fi a:b", "example.com|foo_bar|x|wi|fi|a|b")]
    [InlineData("end.Next .5 1. a,b", "end.next|5|1|a|b")]
    [InlineData("日本語テキスト ひら", "日|本|語|テキスト|ひ|ら")]
    [InlineData("ภาษาไทย Ελλάδα ПРИВЕТ", "ภาษาไทย|ελλάδα|привет")]
    [InlineData("ΟΔΟΣ οδος", "οδοσ|οδοσ")]
    [InlineData("ﬁne Ｆｕｌｌ１２ e\u0301t\u00E9", "fine|full12|été")]
    [InlineData("🙂 … !!! ***", "")]
    [InlineData("𝒳y 𠀀𠀁", "xy|𠀀|𠀁")]
    public void Words_are_those_of_Unicode_in_small_letters(string text, string expected) => Assert.Equal(expected, string.Join('|', Terms(text, TextAnalysis.Default)));

    [Fact]
    public void Accents_go_where_asked() => Assert.Equal(["cafe", "naive", "angstrom", "ø"], Terms("Café naïve Ångström ø", new TextAnalysis(FoldAccents: true)));

    [Fact]
    public void English_words_are_stemmed_where_asked() => Assert.Equal(["circl", "circl", "run", "happi"], Terms("circles CIRCLING running happiness", new TextAnalysis(Stemming.English)));

    [Fact]
    public void Words_without_end_are_cut_alike()
    {
        string term = Assert.Single(Terms(new string('a', 5000), TextAnalysis.Default));
        Assert.Equal(term, Assert.Single(Terms(new string('a', 6000), TextAnalysis.Default)));
        Assert.True(term.Length < 256);
    }

    [Fact]
    public void Places_are_those_of_the_words_in_the_text()
    {
        const string Text = "Ein (rotes) Dreieck, ﬁn";
        var tokens = new TextTokens(TextAnalysis.Default);
        tokens.Read(Encoding.UTF8.GetBytes(Text));
        var words = new List<string>();
        while (tokens.Next())
        {
            words.Add(Text[tokens.Start..tokens.End]);
        }

        Assert.Equal(["Ein", "rotes", "Dreieck", "ﬁn"], words);
    }

    /// <summary>From the stemmer's definition and its vocabulary: each rule and exception once.</summary>
    [Theory]
    [InlineData("consign consigned consigning consignment consist consisted consistency consistent consistently consisting consists consolation consolations consolatory", "consign consign consign consign consist consist consist consist consist consist consist consol consol consolatori")]
    [InlineData("knack knackeries knavish knaves knees kneeling knell knightly knit knives knocked knotty", "knack knackeri knavish knave knee kneel knell knight knit knive knock knotti")]
    [InlineData("caresses ponies ties cries gas this kiwis gaps", "caress poni tie cri gas this kiwi gap")]
    [InlineData("agreed feed plastered bled motoring sing luxuriated hopping hoped tanned falling hissing fizzed failing filing", "agre feed plaster bled motor sing luxuri hop hope tan fall hiss fizz fail file")]
    [InlineData("happy cry by say enjoyed youth yes", "happi cri by say enjoy youth yes")]
    [InlineData("relational conditional rational valency hesitancy digitizer conformably radically differently vilely analogously vietnamization predication operator feudalism decisiveness hopefulness callousness formality sensitivity sensibility geology", "relat condit ration valenc hesit digit conform radic differ vile analog vietnam predic oper feudal decis hope callous formal sensit sensibl geolog")]
    [InlineData("triplicate formative formalize electricity electrical hopeful goodness", "triplic format formal electr electr hope good")]
    [InlineData("revival allowance inference airliner gyroscopic adjustable defensible irritant replacement adjustment dependent adoption communism activate angularity homologous effective bowdlerize", "reviv allow infer airlin gyroscop adjust defens irrit replac adjust depend adopt communism activ angular homolog effect bowdler")]
    [InlineData("probate rate cease controll roll generate general generically communal arsenic", "probat rate ceas control roll generat general generic communal arsenic")]
    [InlineData("skis skies dying news sky innings proceeds exceeding succeed 'twas dog's dogs'", "ski sky die news sky inning proceed exceed succeed twas dog dog")]
    public void Stems_are_those_of_Snowball(string words, string stems) =>
        Assert.Equal(stems.Split(' '), words.Split(' ').Select(Stem));

    static string Stem(string word)
    {
        char[] buffer = new char[word.Length + 1];
        word.CopyTo(buffer);
        return new(buffer, 0, EnglishStemmer.Stem(buffer, word.Length));
    }

    static List<string> Terms(string text, TextAnalysis analysis)
    {
        var tokens = new TextTokens(analysis);
        tokens.Read(Encoding.UTF8.GetBytes(text));
        var terms = new List<string>();
        while (tokens.Next())
        {
            terms.Add(tokens.Term.ToString());
        }

        return terms;
    }
}
