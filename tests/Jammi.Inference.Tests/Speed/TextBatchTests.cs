using System.Globalization;
using System.Text;
using CsCheck;
using Jammi.Inference.Tests.Text;
using Jammi.Inference.Text;

namespace Jammi.Inference.Tests.Speed;

public sealed class TextBatchTests
{
    [Fact]
    public void Texts_of_any_lengths_together_embed_as_each_alone()
    {
        using EmbeddingModel model = EmbeddingModel.Open("figures-clip", TestData.FiguresModel);
        string[] texts = [.. Enumerable.Range(0, 41).Select(i => string.Join(' ', Enumerable.Repeat("red circle", 1 + ((i * 7) % 11))))];
        float[] together = new float[texts.Length * model.Dimensions];
        model.EmbedTexts(texts, together);
        float[] alone = new float[model.Dimensions];
        for (int i = 0; i < texts.Length; i++)
        {
            model.EmbedTexts([texts[i]], alone);
            GoldenModelTests.AssertClose(alone, together.AsSpan(i * model.Dimensions, model.Dimensions));
        }
    }

    [Fact]
    public void No_texts_are_no_work()
    {
        using EmbeddingModel model = EmbeddingModel.Open("figures-clip", TestData.FiguresModel);
        model.EmbedTexts([], []);
        Assert.False(model.IsTextLoaded);
    }

    [Fact]
    public void The_tokenizer_allocates_nothing_for_words_it_has_seen()
    {
        ITextTokenizer tokenizer = TokenizerData.Standard;
        long[] ids = new long[tokenizer.ContextLength];
        string[] texts = ["A photo of  a Red circle, isn't it?", new string('x', 20), string.Join(' ', Enumerable.Repeat("skyline at night", 60)), "Ein Bär überquert die Straße", "夕日の海に浮かぶ小さな船と白い鳥、そして遠くに見える山々の静かな風景を描いた絵"];
        foreach (string text in texts)
        {
            tokenizer.Encode(text, ids);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            foreach (string text in texts)
            {
                tokenizer.Encode(text, ids);
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Plain_text_is_cleaned_as_any_other()
    {
        Gen.Char[' ', '~'].Array[0, 40].Select(c => new string(c)).Sample(text =>
        {
            Span<char> cleaned = stackalloc char[40];
            bool isSound = TextCleaner.TryCleanSound(text, cleaned, out int length);
            Assert.Equal(!text.Contains('&', StringComparison.Ordinal), isSound);
            if (isSound)
            {
                Assert.Equal(TextCleaner.Clean(text), cleaned[..length].ToString());
            }
        });
    }

    [Theory]
    [InlineData("Ein Bär überquert die Straße", true)]
    [InlineData("ΟΔΟΣ ΣΤΗ ΓΕΦΥΡΑ ΤΗΣ", true)]
    [InlineData("Закат над МОРЕМ", true)]
    [InlineData("夕日の海", true)]
    [InlineData("a cat \U0001F431 on a mat", true)]
    [InlineData("été\u00A0chaud", true)]
    [InlineData("Ã©tÃ©", false)]
    [InlineData("“quoted”", false)]
    [InlineData("e\u0301te\u0301", false)]
    [InlineData("İstanbul", false)]
    [InlineData("half \uD83D a pair", false)]
    public void Text_that_needs_no_repair_takes_the_short_way(string text, bool isSound)
    {
        Span<char> cleaned = stackalloc char[64];
        Assert.Equal(isSound, TextCleaner.TryCleanSound(text, cleaned, out int length));
        if (isSound)
        {
            Assert.Equal(TextCleaner.Clean(text), cleaned[..length].ToString());
        }
    }

    [Fact]
    public void Characters_that_are_always_composed_are_so_behind_any_other()
    {
        for (int c = 0; c < char.MaxValue; c++)
        {
            if (!char.IsSurrogate((char)c) && ComposedText.IsAlwaysComposed((char)c))
            {
                Assert.True(CharUnicodeInfo.GetUnicodeCategory((char)c) is not (UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark) && (c == 0xFE0F || !IsNonSpacing((char)c)), $"U+{c:X4} is a mark");
                foreach (string before in new[] { "", "e", "\u0391", "\u0415", "\u304B", "\uAC00", "\u0627" })
                {
                    Assert.True((before + (char)c).IsNormalized(NormalizationForm.FormC), $"U+{c:X4}");
                }
            }
        }

        for (int c = 0x1F000; c <= 0x1FBFF; c++)
        {
            string pair = char.ConvertFromUtf32(c);
            Assert.True(ComposedText.IsAlwaysComposed(pair[0]) && ComposedText.IsAlwaysComposed(pair[1]));
            Assert.True(pair.IsNormalized(NormalizationForm.FormC));
        }

        static bool IsNonSpacing(char c) => CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark;
    }

    [Fact]
    public void The_short_way_of_cleaning_gives_what_the_long_one_does()
    {
        const string Alphabet = "aB \t\n\r&;.'’éÉÃ©â€™œßẞΣσςЯяıİ中あ가\u0301\u00A0\u0085\u200B\u2028\uFEFF\uFFFE\uD83D\uDC31";
        Gen.Int[0, Alphabet.Length - 1].Select(i => Alphabet[i]).Array[0, 12].Select(c => new string(c)).Sample(text =>
        {
            Span<char> cleaned = stackalloc char[12];
            if (TextCleaner.TryCleanSound(text, cleaned, out int length))
            {
                Assert.Equal(TextCleaner.Clean(text), cleaned[..length].ToString());
            }
        }, iter: 20_000);
    }
}
