namespace Jammi.Inference.Tests;

public sealed class UserCacheTests : IDisposable
{
    static readonly DateTime Now = DateTime.UtcNow;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_unused_for_longest_goes_until_the_rest_fits()
    {
        Keep("a/one", 100, daysAgo: 5);
        Keep("b/two", 100, daysAgo: 9);
        Keep("b/three", 100, daysAgo: 1);
        UserCache.Trim(folder.Path, 300, Now);
        Assert.Equal(["one", "three", "two"], Left());
        UserCache.Trim(folder.Path, 250, Now);
        Assert.Equal(["one", "three"], Left());
        UserCache.Touch(Path.Combine(folder.Path, "a", "one"));
        UserCache.Trim(folder.Path, 150, Now);
        Assert.Equal(["one"], Left());
    }

    [Fact]
    public void What_was_used_within_the_hour_stays_even_if_it_is_too_much()
    {
        Keep("old", 100, daysAgo: 2);
        Keep("new", 1000, daysAgo: 0);
        UserCache.Trim(folder.Path, 10, Now);
        Assert.Equal(["new"], Left());
    }

    void Keep(string name, int bytes, int daysAgo)
    {
        string path = Path.Combine(folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new byte[bytes]);
        File.SetLastWriteTimeUtc(path, Now.AddDays(-daysAgo));
    }

    IEnumerable<string?> Left() => Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
