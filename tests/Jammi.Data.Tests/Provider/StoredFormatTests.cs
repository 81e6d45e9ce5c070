namespace Jammi.Data.Tests.Provider;

/// <summary>
/// Databases that earlier versions wrote are read and written on. <c>data/format1</c> holds <c>shifts (id, starts TIME, breaks TIME[], price REAL)</c> with an index on starts:
/// two rows, and one that was deleted.
/// </summary>
public sealed class StoredFormatTests : IDisposable
{
    readonly TemporaryDirectory directory = new();

    string Path => directory["my.jammi"];

    public StoredFormatTests()
    {
        string source = System.IO.Path.Combine(AppContext.BaseDirectory, "data", "format1");
        foreach (string file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(source, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Times_of_the_first_format_are_what_they_were()
    {
        using JammiConnection connection = Open();
        Assert.Equal([new TimeSpan(0, 8, 0, 0, 123, 456), new TimeSpan(0, 23, 59, 59, 999, 999)], connection.Column<TimeSpan>("SELECT starts FROM shifts ORDER BY id"));
        Assert.Equal("[12:00:00, 15:30:00.5]", connection.Scalar<string>("SELECT breaks::TEXT FROM shifts WHERE id = 1"));
        Assert.Equal(3, connection.Scalar<int>("SELECT id FROM shifts WHERE starts > TIME '23:59'"));
        Assert.Equal(1, connection.Scalar<int>("SELECT id FROM shifts WHERE starts = @t", ("t", new TimeOnly(8, 0, 0, 123, 456))));
        Assert.Equal(0L, connection.Scalar<long>("SELECT count(*) FROM shifts WHERE starts < TIME '00:01:30'"));
        Assert.Equal(new TimeSpan(0, 23, 59, 59, 999, 999), connection.Scalar<TimeSpan>("SELECT max(starts) FROM shifts"));
    }

    [Fact]
    public void A_REAL_that_was_declared_as_one_stays_one()
    {
        using JammiConnection connection = Open();
        Assert.Equal("REAL", connection.Scalar<string>("SELECT data_type FROM information_schema.columns WHERE column_name = 'price'"));
    }

    [Fact]
    public void New_times_stand_beside_old_ones()
    {
        var fine = new TimeOnly(new TimeOnly(8, 0, 0, 123, 456).Ticks + 1);
        using (JammiConnection connection = Open())
        {
            connection.Run("INSERT INTO shifts VALUES (4, @t, [@t], 2)", ("t", fine));
        }

        using JammiConnection reopened = Open();
        Assert.Equal([1, 4, 3], reopened.Column<int>("SELECT id FROM shifts ORDER BY starts"));
        Assert.Equal([3, 4], reopened.Column<int>("SELECT id FROM shifts WHERE starts > TIME '08:00:00.123456' ORDER BY id"));
        Assert.Equal([fine.ToTimeSpan()], reopened.Scalar<TimeSpan[]>("SELECT breaks FROM shifts WHERE id = 4"));
        Assert.Equal("[12:00:00, 15:30:00.5]", reopened.Scalar<string>("SELECT breaks::TEXT FROM shifts WHERE id = 1"));
    }

    JammiConnection Open()
    {
        var connection = new JammiConnection($"Data Source={Path};Pooling=false");
        connection.Open();
        return connection;
    }
}
