using System.Data.Common;

namespace Jammi.Data.Tests.Provider;

public class ConnectionStringBuilderTests
{
    [Fact]
    public void Properties_read_and_write_their_keywords()
    {
        var builder = new JammiConnectionStringBuilder { DataSource = "a;b.jammi", Models = "m1|m2", Offline = true, Mode = JammiOpenMode.ReadOnly, CommandTimeout = 5, LockTimeout = 6, Pooling = false, Threads = 3, MemoryLimit = 1 << 20, MultipleActiveResultSets = false };
        var copy = new JammiConnectionStringBuilder(builder.ConnectionString);
        Assert.Equal("a;b.jammi", copy.DataSource);
        Assert.Equal("m1|m2", copy.Models);
        Assert.True(copy.Offline);
        Assert.Equal(JammiOpenMode.ReadOnly, copy.Mode);
        Assert.Equal((5, 6), (copy.CommandTimeout, copy.LockTimeout));
        Assert.False(copy.Pooling);
        Assert.False(copy.MultipleActiveResultSets);
        Assert.Equal((3, 1 << 20), (copy.Threads, copy.MemoryLimit));
        Assert.True(builder.EquivalentTo(copy));
    }

    [Fact]
    public void Settings_of_models_read_and_write_their_keywords()
    {
        var builder = new JammiConnectionStringBuilder { ExecutionProvider = Jammi.Inference.ExecutionProvider.OpenVino, ModelIdleTimeout = 60, QueryCache = 0 };
        var copy = new JammiConnectionStringBuilder(builder.ConnectionString);
        Assert.Equal((Jammi.Inference.ExecutionProvider.OpenVino, 60, 0), (copy.ExecutionProvider, copy.ModelIdleTimeout, copy.QueryCache));
        var standard = new JammiConnectionStringBuilder();
        Assert.Equal((Jammi.Inference.ExecutionProvider.Cpu, 0, 256), (standard.ExecutionProvider, standard.ModelIdleTimeout, standard.QueryCache));
        Assert.Contains("texts", Assert.Throws<ArgumentException>(() => new JammiConnectionStringBuilder("Query Cache=many")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1000", 1000)]
    [InlineData("64 MB", 64 << 20)]
    [InlineData("64MiB", 64 << 20)]
    [InlineData("2g", 2L << 30)]
    [InlineData("5 KB ", 5 << 10)]
    public void The_memory_limit_takes_units(string text, long bytes) => Assert.Equal(bytes, new JammiConnectionStringBuilder($"Memory Limit={text}").MemoryLimit);

    [Theory]
    [InlineData("Memory Limit=much")]
    [InlineData("Memory Limit=-1")]
    [InlineData("Memory Limit=9999999999 TB")]
    [InlineData("Threads=-1")]
    [InlineData("Threads=all")]
    public void Amounts_that_are_none_are_refused(string text) => Assert.Contains("is not a", Assert.Throws<ArgumentException>(() => new JammiConnectionStringBuilder(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Data Source=x")]
    [InlineData("datasource=x")]
    [InlineData("DATA SOURCE = x ;")]
    [InlineData("Filename=x")]
    [InlineData("Path=\"x\"")]
    public void The_data_source_has_synonyms(string text) => Assert.Equal("x", new JammiConnectionStringBuilder(text).DataSource);

    [Theory]
    [InlineData("Multiple Active Result Sets=false", false)]
    [InlineData("multipleactiveresultsets=0", false)]
    [InlineData("MultipleActiveResultSets=True", true)]
    [InlineData("Data Source=x", true)]
    public void Several_results_at_once_are_switched_by_the_keyword_of_SqlClient(string text, bool several) => Assert.Equal(several, new JammiConnectionStringBuilder(text).MultipleActiveResultSets);

    [Fact]
    public void Keywords_that_are_not_set_have_their_defaults()
    {
        var builder = new JammiConnectionStringBuilder();
        Assert.Equal((string.Empty, string.Empty, false, JammiOpenMode.ReadWriteCreate, 0, 30, true), (builder.DataSource, builder.Models, builder.Offline, builder.Mode, builder.CommandTimeout, builder.LockTimeout, builder.Pooling));
        Assert.Equal(string.Empty, builder.ConnectionString);
    }

    [Fact]
    public void The_untyped_builder_knows_the_same_keywords()
    {
        DbConnectionStringBuilder builder = JammiProviderFactory.Instance.CreateConnectionStringBuilder();
        builder["Data Source"] = ":memory:";
        Assert.True(builder.ContainsKey("datasource"));
        Assert.True(builder.TryGetValue("Data Source", out object? value));
        Assert.Equal(":memory:", value);
        Assert.Throws<ArgumentException>(() => builder["nonsense"] = 1);
        Assert.False(builder.ContainsKey("nonsense"));
        Assert.True(builder.Remove("DataSource"));
        Assert.Equal(string.Empty, builder.ConnectionString);
    }
}
