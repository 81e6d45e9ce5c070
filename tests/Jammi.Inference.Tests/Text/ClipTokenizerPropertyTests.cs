using System.Text;
using CsCheck;
using Jammi.Inference.Text;

namespace Jammi.Inference.Tests.Text;

public class ClipTokenizerPropertyTests
{
    private const int Start = 49406;
    private const int End = 49407;

    /// <summary>What the steps of cleaning and splitting look for.</summary>
    private static readonly string[] Pieces =
        ["&amp", "&#x1F600;", "<end_of_text>", "'ſ", "Ã©", "â€™", "\r\n", "\x1B[0m", "😊", "\uFFFE", "e\u0301", "ΑΣ", "word", "𝒳"];

    /// <summary>Strings of any code units, unpaired surrogates too.</summary>
    private static readonly Gen<string> AnyText = Gen.OneOf(
            Gen.Char['\0', '\uFFFF'].Select(c => c.ToString()),
            Gen.Char['\x80', '\u017F'].Select(c => c.ToString()),
            Gen.Char[' ', '~'].Select(c => c.ToString()),
            Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]))
        .Array[0, 60].Select(string.Concat);

    [Fact]
    public void Every_text_gives_a_whole_row()
    {
        var tokenizer = TokenizerData.Standard;
        AnyText.Sample(text =>
        {
            var ids = TokenizerData.Encode(tokenizer, text);
            Assert.InRange(ids.Length, 2, tokenizer.ContextLength);
            Assert.Equal(Start, ids[0]);
            Assert.Equal(End, ids[^1]);
            Assert.All(ids, id => Assert.InRange(id, 0, End));
        });
    }

    [Fact]
    public void A_short_row_is_the_beginning_of_a_long_one()
    {
        var longer = TextTokenizerFactory.Open(TokenizerData.Folder, 300, TokenizerData.StandardVocabularySize);
        var shorter = TextTokenizerFactory.Open(TokenizerData.Folder, 9, TokenizerData.StandardVocabularySize);
        AnyText.Sample(text =>
        {
            var whole = TokenizerData.Encode(longer, text);
            var cut = TokenizerData.Encode(shorter, text);
            Assert.Equal(Math.Min(whole.Length, 9), cut.Length);
            Assert.Equal(whole[..(cut.Length - 1)], cut[..^1]);
        });
    }

    [Fact]
    public void Tokens_spell_the_cleaned_text()
    {
        const int RowLength = 2000;
        var tokens = MergeTableReader.Read(Path.Combine(TokenizerData.Folder, MergeTableReader.FileName), TokenizerData.StandardVocabularySize)
            .Ids.ToDictionary(item => (long)item.Value, item => item.Key);
        var tokenizer = TextTokenizerFactory.Open(TokenizerData.Folder, RowLength, TokenizerData.StandardVocabularySize);
        AnyText.Sample(text =>
        {
            var spelt = string.Concat(TokenizerData.Encode(tokenizer, text)[1..^1].Select(id => Spell(tokens[id])));
            var expected = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(TextCleaner.Clean(text).Replace(" ", "", StringComparison.Ordinal)));
            Assert.Equal(expected, spelt);
        });
    }

    [Fact]
    public void Threads_share_a_tokenizer()
    {
        var shared = TextTokenizerFactory.Open(TokenizerData.Folder, 77, TokenizerData.StandardVocabularySize);
        Parallel.For(0, 4 * TokenizerData.Cases.Count, i =>
        {
            var item = TokenizerData.Cases[i % TokenizerData.Cases.Count];
            Assert.Equal(item.Ids, TokenizerData.Encode(shared, item.Text));
        });
    }

    [Fact]
    public void A_very_long_word_is_cut()
    {
        var ids = TokenizerData.Encode(TokenizerData.Standard, new string('x', 200_000));
        Assert.Equal(77, ids.Length);
        Assert.Equal(End, ids[^1]);
    }

    [Fact]
    public void Refuses_a_row_of_another_length() =>
        Assert.Throws<ArgumentException>(() => TokenizerData.Standard.Encode("text", new long[76]));

    /// <summary>The bytes that a token's symbols stand for, as Latin-1 characters.</summary>
    private static string Spell(string token)
    {
        if (token is WordScanner.StartOfText or WordScanner.EndOfText)
        {
            return token;
        }

        var symbols = token.EndsWith(ClipVocabulary.EndOfWord, StringComparison.Ordinal) && token.Length > 4 ? token[..^4] : token;
        return string.Concat(symbols.Select(ByteOf));
    }

    private static char ByteOf(char symbol) => symbol switch
    {
        < '\u0100' => symbol,
        <= '\u0120' => (char)(symbol - 0x100),
        <= '\u0142' => (char)(symbol - 0x121 + 0x7F),
        _ => '\xAD',
    };
}
