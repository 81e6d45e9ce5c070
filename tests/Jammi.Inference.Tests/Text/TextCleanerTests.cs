using System.Text;
using Jammi.Inference.Text;

namespace Jammi.Inference.Tests.Text;

/// <summary>Compares with Python, whose functions the reference's cleaning is made of.</summary>
public class TextCleanerTests
{
    [Theory]
    [InlineData("unescape", 300)]
    [InlineData("lower", 200)]
    [InlineData("white space", 80)]
    public void Text_functions_agree_with_Python(string function, int count)
    {
        var cases = TokenizerData.ReadJson(Path.Combine(TokenizerData.Folder, "python-text.json")).EnumerateArray()
            .Where(item => item[0].GetString() == function)
            .ToArray();
        Assert.Equal(count, cases.Length);
        Func<string, string> actual = function switch
        {
            "unescape" => HtmlReferences.Unescape,
            "lower" => PythonText.ToLower,
            _ => PythonText.CollapseWhiteSpace,
        };
        Assert.All(cases, item => Assert.Equal(item[2].GetString()!, actual(item[1].GetString()!)));
    }

    [Theory]
    [InlineData("Grüße aus München", 1252)]
    [InlineData("l’été à l’œuvre — déjà vu…", 1252)]
    [InlineData("“quoted” and €50", 1252)]
    [InlineData("Привет, мир", 1252)]
    [InlineData("Привет, мир", 1251)]
    [InlineData("Zażółć gęślą jaźń", 1250)]
    [InlineData("Καλημέρα κόσμε", 1253)]
    [InlineData("日本語のテキスト", 1252)]
    [InlineData("a party 🎉 photo", 1252)]
    [InlineData("smörgåsbord", 10000)]
    public void Reads_UTF8_that_was_taken_for_another_encoding(string text, int codePage)
    {
        var encoding = codePage == 1252 ? SingleByteEncoding.Windows1252 : SingleByteEncoding.Candidates[codePage switch
        {
            1251 => 2,
            1250 => 3,
            1253 => 4,
            _ => 8,
        }];
        var garbled = string.Concat(Encoding.UTF8.GetBytes(text).Select(encoding.ToChar));
        Assert.NotEqual(text, garbled);
        Assert.Equal(text, MojibakeRepair.Repair(garbled));
    }

    [Fact]
    public void Reads_text_that_was_garbled_twice()
    {
        var once = string.Concat(Encoding.UTF8.GetBytes("naïve café").Select(SingleByteEncoding.Windows1252.ToChar));
        var twice = string.Concat(Encoding.UTF8.GetBytes(once).Select(SingleByteEncoding.Windows1252.ToChar));
        Assert.Equal("naïve café", MojibakeRepair.Repair(twice));
    }

    [Theory]
    [InlineData("Ce garçon a mangé une crêpe à l'Île-de-France.")]
    [InlineData("¿Qué pasa, señor? ¡Año nuevo!")]
    [InlineData("ÀÉÎÕÜ ÇA VA, ÊTRE OU NE PAS ÊTRE")]
    [InlineData("Größe 50 °C, ½ Straße, 20 €")]
    [InlineData("Łódź, Gdańsk, Wrocław")]
    [InlineData("İstanbul'da güneşli bir gün")]
    [InlineData("ГОСТ и ВСЕ остальные")]
    [InlineData("ΑΒΓ και ΟΞΕΙΑ")]
    [InlineData("© 2024 Example™ — all rights reserved®")]
    [InlineData("( ͡° ͜ʖ ͡°) and (╯°□°)╯︵ ┻━┻")]
    [InlineData("日本語と한국어と中文 😊")]
    public void Leaves_sound_text_alone(string text) => Assert.Equal(text, MojibakeRepair.Repair(text));

    [Theory]
    [InlineData("caf\u00C3\u00A9 \u4F60\u597D", "café 你好")]
    [InlineData("\u00C3\u00A0 la carte", "à la carte")]
    [InlineData("clouds: \u00E2\u0098\uFFFD", "clouds: \uFFFD")]
    [InlineData("\u00ED\u00A0\u00BD\u00ED\u00B8\u008A", "😊")]
    [InlineData("\u0093quoted\u0094 \u0081", "\"quoted\" \u0081")]
    public void Repairs_what_is_only_partly_garbled(string text, string expected) => Assert.Equal(expected, TextRepair.Repair(text));

    [Theory]
    [InlineData("&EACUTE;T&Eacute;", "ÉTÉ")]
    [InlineData("&SZLIG; &copy &#59;", "SS &copy &#59;")]
    [InlineData("&amp;amp;amp;", "&")]
    [InlineData("a &amp; b\n<b> &amp; c\nd &amp; e", "a & b\n<b> &amp; c\nd &amp; e")]
    public void Repair_resolves_only_strict_references_and_none_after_a_tag(string text, string expected) =>
        Assert.Equal(expected, TextRepair.Repair(text));

    [Theory]
    [InlineData("e\u0301\uFFFEe\u0301", "é\uFFFEé")]
    [InlineData("a\r\nb\rc\u2028d", "a\nb\nc\nd")]
    [InlineData("\u001B[1;31mred\u001B[0m \u001B[x", "red ")]
    public void Repair_takes_characters_that_are_no_text(string text, string expected) => Assert.Equal(expected, TextRepair.Repair(text));

    /// <summary>Not in a theory: attributes are stored as UTF-8, which has no unpaired surrogates.</summary>
    [Fact]
    public void Repair_replaces_unpaired_surrogates()
    {
        Assert.Equal("a\uFFFDb", TextRepair.Repair("a\uD800b"));
        Assert.Equal("\uFFFD\uFFFD", TextRepair.Repair("\uDE0A\uD83D"));
        Assert.Equal("\uFFFD😊\uFFFD", TextRepair.Repair("\uD83D\uD83D\uDE0A\uDE0A"));
    }
}
