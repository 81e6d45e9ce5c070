using System.Diagnostics;
using System.Globalization;
using Jammi.Crash.Writer;
using Jammi.Sql.Storage;

namespace Jammi.Crash.Tests;

public sealed class KillTests : IDisposable
{
    const int Kills = 60;

    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("jammi-kill-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void A_killed_writer_leaves_the_last_acknowledged_commit_or_the_one_after_it()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        string path = Path.Combine(directory.FullName, "k.jammi");
        long version = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            long acknowledged = Math.Max(version, RunAndKill(path, random));
            using Database database = Database.Open(path, new DatabaseOptions());
            using ISnapshot snapshot = database.OpenSnapshot();
            version = snapshot.Version;
            Assert.True(version == acknowledged || version == acknowledged + 1, $"Commit {acknowledged} was acknowledged, and the database is at {version} (seed {seed}, kill {kill}).");
            Check(snapshot, version);
            Assert.Empty(database.Verify());
        }

        Assert.True(version > Kills, $"Only {version} commits were made: the writer was killed before it did anything.");
    }

    internal static void Check(ISnapshot snapshot, long version)
    {
        if (version == 0)
        {
            Assert.Empty(snapshot.Catalog.Tables);
            return;
        }

        Assert.Equal(Workload.Expected("a", version), Workload.Read(snapshot, "a"));
        Assert.Equal(Workload.Expected("b", version), Workload.Read(snapshot, "b"));
        Assert.Equal(Workload.ExpectsTableC(version), snapshot.Catalog.FindTable("main", "c") is not null);
        Assert.Equal(Workload.Expected("a", version).Count, Workload.Table(snapshot, "a").RowCount);
    }

    internal static Process StartWriter(string path, bool standardError = false)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return Process.Start(new ProcessStartInfo(host, [Path.Combine(AppContext.BaseDirectory, "Jammi.Crash.Writer.dll"), path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = standardError,
        })!;
    }

    /// <summary>Starts the writer, kills it after some lines and some moments, and returns the last commit it acknowledged (0: none).</summary>
    static long RunAndKill(string path, Random random)
    {
        using Process writer = StartWriter(path);
        long last = 0;
        int lines = random.Next(40);
        for (int i = 0; i < lines; i++)
        {
            Acknowledge(writer.StandardOutput.ReadLine());
        }

        long moment = Stopwatch.GetTimestamp() + random.NextInt64(Stopwatch.Frequency / 250);
        while (Stopwatch.GetTimestamp() < moment)
        {
            Thread.SpinWait(20);
        }

        writer.Kill();
        while (writer.StandardOutput.ReadLine() is { } line)
        {
            Acknowledge(line);
        }

        writer.WaitForExit();
        return last;

        void Acknowledge(string? line)
        {
            Assert.NotNull(line);
            if (line.EndsWith(';'))
            {
                last = long.Parse(line.AsSpan(0, line.Length - 1), CultureInfo.InvariantCulture);
            }
        }
    }
}
