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
        string[] texts = ["A photo of  a Red circle, isn't it?", new string('x', 20), string.Join(' ', Enumerable.Repeat("skyline at night", 60))];
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
            bool isPlain = TextCleaner.TryCleanPlain(text, cleaned, out int length);
            Assert.Equal(!text.Contains('&', StringComparison.Ordinal), isPlain);
            if (isPlain)
            {
                Assert.Equal(TextCleaner.Clean(text), cleaned[..length].ToString());
            }
        });
    }
}
