namespace Jammi.Data.Tests.Provider;

/// <summary>Connection strings that are read without the framework say what the framework reads in them.</summary>
public class PlainConnectionStringTests
{
    [Theory]
    [InlineData("Data Source=/tmp/a b.jammi; models = m1|m2 ;Offline=true")]
    [InlineData("DATASOURCE=x;Path=y")]
    [InlineData(" ; Data Source = C:\\data\\x.jammi ;; Mode=ReadOnly;")]
    [InlineData("Data Source=:memory:;Threads=3;Memory Limit=64 MB;Pooling=no")]
    public void Plain_strings_mean_the_same(string text)
    {
        Assert.NotNull(PlainConnectionString.TryRead(text));
        JammiConnectionStringBuilder quick = JammiConnectionStringBuilder.Shared(text);
        var usual = new JammiConnectionStringBuilder(text);
        Assert.Equal(
            (usual.DataSource, usual.Models, usual.Offline, usual.Mode, usual.Threads, usual.MemoryLimit, usual.Pooling),
            (quick.DataSource, quick.Models, quick.Offline, quick.Mode, quick.Threads, quick.MemoryLimit, quick.Pooling));
    }

    [Theory]
    [InlineData("Data Source='a;b'")]
    [InlineData("Data Source=\"x\"")]
    [InlineData("Data Source=a=b")]
    [InlineData("Data Source=")]
    [InlineData("Data Source")]
    [InlineData("Data Source=x;=y")]
    public void Others_are_left_to_the_framework(string text) => Assert.Null(PlainConnectionString.TryRead(text));

    [Theory]
    [InlineData("Data Sauce=x")]
    [InlineData("Data Source=x;Threads=many")]
    public void What_is_unknown_or_invalid_is_refused(string text) => Assert.Throws<ArgumentException>(() => JammiConnectionStringBuilder.Shared(text));
}
