using System.Numerics.Tensors;
using Jammi.Data.Functions;

namespace Jammi.Data.Tests.Mission;

/// <summary>Embeddings of other precision or decoding: close to the reference's, and never mixed with them.</summary>
public sealed class EmbeddingPrecisionTests
{
    [Fact]
    public void Eight_bits_find_what_floats_find()
    {
        using var gallery = new SmallGallery(240);
        gallery.RunEmbed();
        Assert.Equal(240L, gallery.Connection.Scalar<long>(Generate("precision => 'int8'")));
        float[][] exact = Vectors(gallery, "fp32");
        float[][] small = Vectors(gallery, "int8");
        double overlap = 0;
        for (int i = 0; i < exact.Length; i++)
        {
            Assert.InRange(TensorPrimitives.Dot<float>(exact[i], small[i]), 0.995f, 1.0001f);
            overlap += Nearest(exact, exact[i]).Intersect(Nearest(small, exact[i])).Count() / 10.0 / exact.Length;
        }

        Assert.InRange(overlap, 0.98, 1);
    }

    /// <summary>The same numbers, rounded once: they lie as near each other as a half has digits, and take half the bytes.</summary>
    [Fact]
    public void Halves_find_what_floats_find()
    {
        using var gallery = new SmallGallery(240);
        gallery.RunEmbed();
        Assert.Equal(240L, gallery.Connection.Scalar<long>(Generate("precision => 'fp16'")));
        float[][] exact = Vectors(gallery, "fp32");
        float[][] halves = Vectors(gallery, "fp16");
        string table = gallery.Connection.Scalar<string>("SELECT embedding_table FROM jammi.embedding_tables WHERE precision = 'fp16'");
        Assert.Equal($"HALF[{exact[0].Length}]", gallery.Connection.Scalar<string>($"SELECT typeof(vector) FROM {table} LIMIT 1"));
        double overlap = 0;
        for (int i = 0; i < exact.Length; i++)
        {
            Assert.Equal(exact[i].Select(x => (float)(Half)x), halves[i]);
            long[] found = Search(gallery, "fp32", exact[i]);
            overlap += found.Intersect(Search(gallery, "fp16", exact[i])).Count() / 10.0 / exact.Length;
        }

        Assert.InRange(overlap, 0.99, 1);
    }

    /// <summary>A search of a table of halves gives the ten best by the numbers that it holds, in double precision, whether it is proven or not.</summary>
    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public void A_search_of_halves_ranks_by_the_numbers_that_are_stored(string exact)
    {
        using var gallery = new SmallGallery(240);
        gallery.Connection.Scalar<long>(Generate("precision => 'fp16'"));
        float[][] halves = Vectors(gallery, "fp16");
        foreach (float[] query in halves.Where((_, i) => i % 16 == 0))
        {
            double[] scores = [.. halves.Select(v => Product(v, query) / Math.Sqrt(Product(v, v) * Product(query, query)))];
            double[] expected = [.. scores.OrderDescending().Take(10)];
            string sql = $"SELECT similarity FROM vector_search('figures', @q, 10, exact => {exact})";
            float[] found = [.. gallery.Connection.Column<float>(sql, ("q", query))];
            Assert.Equal(10, found.Length);
            for (int i = 0; i < found.Length; i++)
            {
                Assert.Equal(expected[i], found[i], 2e-6);
            }
        }

        static double Product(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
    }

    [Fact]
    public void Each_way_to_compute_has_a_table_of_its_own()
    {
        using var gallery = new SmallGallery(3);
        gallery.RunEmbed();
        foreach (string options in new[] { "precision => 'fp16'", "precision => 'int8'", "decode => 'fast'", "precision => 'int8', decode => 'fast'" })
        {
            Assert.Equal(3L, gallery.Connection.Scalar<long>(Generate(options)));
            Assert.Equal(0L, gallery.Connection.Scalar<long>(Generate(options)));
        }

        Assert.Equal(["fp16", "fp32", "fp32, fast decoding", "int8", "int8, fast decoding"], gallery.Connection.Column<string>("SELECT precision FROM jammi.embedding_tables ORDER BY precision"));
        Assert.Equal((0, 3, 0, 3), gallery.RunEmbed());
    }

    [Fact]
    public void Texts_have_eight_bits_too()
    {
        using var gallery = new SmallGallery(5);
        Assert.Equal(5L, gallery.Connection.Scalar<long>("SELECT embedded FROM generate_text_embeddings('figures', 'figures-clip', 'title', 'figure_id', precision => 'int8')"));
    }

    [Theory]
    [InlineData("precision => 'int4'", "precision => 'int4' is not known; use 'fp32', 'fp16' or 'int8'.")]
    [InlineData("decode => 'quick'", "decode => 'quick' is not known; use 'exact' or 'fast'.")]
    public void What_is_not_known_is_told_with_what_is(string option, string message)
    {
        using var gallery = new SmallGallery(1);
        Assert.Contains(message, gallery.Connection.Fails(Generate(option)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_analyze_shows_how_busy_each_stage_was()
    {
        using var gallery = new SmallGallery(12);
        string plan = string.Join('\n', gallery.Connection.Column<string>("EXPLAIN ANALYZE " + SmallGallery.Embed));
        foreach (string stage in new[] { "reading", "decoding", "model", "writing" })
        {
            Assert.Contains($"% busy {stage}", plan, StringComparison.Ordinal);
        }

        Assert.Contains("model inputs 12", plan, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repeated_query_is_remembered_and_a_long_one_is_not()
    {
        using var store = new Jammi.Inference.ModelStore(new() { Directories = [TestFiles.Models], Offline = true });
        Jammi.Inference.IEmbeddingModel model = store.Open("figures-clip");
        var cache = new QueryCache(2);
        cache.Add(model, "a", [1]);
        cache.Add(model, "b", [2]);
        Assert.Equal([1f], cache.Find(model, "a")!);
        cache.Add(model, "c", [3]);
        Assert.Null(cache.Find(model, "b"));
        cache.Add(model, new string('x', 5_000), [4]);
        Assert.Null(cache.Find(model, new string('x', 5_000)));
        var none = new QueryCache(0);
        none.Add(model, "a", [1]);
        Assert.Null(none.Find(model, "a"));
    }

    [Theory]
    [InlineData("Query Cache=0")]
    [InlineData("Model Idle Timeout=1")]
    public void The_settings_change_no_vector(string setting)
    {
        const string Query = "SELECT encode_text_query('figures-clip', 'a red circle')";
        using var plain = new JammiConnection($"Data Source=:memory:;Models={TestFiles.Models}");
        plain.Open();
        using var set = new JammiConnection($"Data Source=:memory:;Models={TestFiles.Models};{setting}");
        set.Open();
        Assert.Equal(plain.Scalar<float[]>(Query), set.Scalar<float[]>(Query));
        Assert.Equal(plain.Scalar<float[]>(Query), set.Scalar<float[]>(Query));
    }

    [Fact]
    public void A_provider_that_the_application_lacks_names_its_package()
    {
        using var connection = new JammiConnection($"Data Source=:memory:;Models={TestFiles.Models};Execution Provider=openvino");
        connection.Open();
        JammiException error = connection.Fails("SELECT encode_text_query('figures-clip', 'a red circle')");
        Assert.Contains("Intel.ML.OnnxRuntime.OpenVino", error.Message, StringComparison.Ordinal);
        Assert.Contains("Cuda", Assert.Throws<ArgumentException>(() => new JammiConnection("Data Source=:memory:;Execution Provider=abacus")).Message, StringComparison.Ordinal);
    }

    static string Generate(string options) => $"SELECT embedded FROM generate_image_embeddings('figures', 'figures-clip', 'image', 'figure_id', {options})";

    static float[][] Vectors(SmallGallery gallery, string precision)
    {
        string table = gallery.Connection.Scalar<string>($"SELECT embedding_table FROM jammi.embedding_tables WHERE precision = '{precision}'");
        return [.. gallery.Connection.Column<float[]>($"SELECT vector * 1 FROM {table} ORDER BY figure_id")];
    }

    static long[] Search(SmallGallery gallery, string precision, float[] query)
    {
        string table = gallery.Connection.Scalar<string>($"SELECT embedding_table FROM jammi.embedding_tables WHERE precision = '{precision}'");
        return [.. gallery.Connection.Column<long>($"SELECT figure_id FROM vector_search('figures', @q, 10, embedding_table => '{table}')", ("q", query))];
    }

    static IEnumerable<int> Nearest(float[][] vectors, float[] query) => Enumerable.Range(0, vectors.Length).OrderByDescending(i => TensorPrimitives.Dot<float>(vectors[i], query)).Take(10);
}
