using System.Diagnostics;
using Jammi.Benchmarks;
using Jammi.Benchmarks.Checkpoints;

namespace Jammi.Cli.Tests;

/// <summary>Embedding in a process of its own: its options, what it remembers of the machine, and the memory that it takes.</summary>
public sealed class EmbedCommandTests : IDisposable
{
    const double AllowedFactor = 1.6;
    const double AllowedBytes = 300e6;

    static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "data", "tiny-gelu");

    readonly string folder = Directory.CreateTempSubdirectory("jammi-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Precision_decoding_and_refreshing_are_options()
    {
        await QueryAsync($"CREATE TABLE pictures AS SELECT file_name, path FROM read_images('{Pictures(3, 64)}/*.jpg')");
        string[] embed = ["embed", "pictures", "tiny-gelu", "path", "file_name", "-d", Database, "-m", Path.GetDirectoryName(Golden)!];
        Assert.Contains("3 embedded, 0 reused, 0 failed", await RunAsync([.. embed, "--precision", "fp16", "--decode", "fast"]), StringComparison.Ordinal);
        Assert.Contains("0 embedded, 3 reused, 0 failed", await RunAsync([.. embed, "--precision", "fp16", "--decode", "fast"]), StringComparison.Ordinal);
        Assert.Contains("3 embedded, 0 reused, 0 failed", await RunAsync([.. embed, "--precision", "fp16", "--decode", "fast", "--refresh"]), StringComparison.Ordinal);
        Assert.Contains("fp16, fast decoding", await QueryAsync("SELECT precision FROM jammi.embedding_tables"), StringComparison.Ordinal);
        (int code, _, string error) = await CommandLine.RunAsync(Surroundings, [.. embed, "--precision", "int4"]);
        Assert.NotEqual(0, code);
        Assert.Contains("int4", error, StringComparison.Ordinal);
    }

    /// <summary>2,000 rows are enough for the batch and the threads to be measured; what is found is kept, and the next process goes by it.</summary>
    [Fact]
    public async Task A_plan_is_measured_once_and_used_by_the_next_process()
    {
        await QueryAsync($"CREATE TABLE pictures AS SELECT i AS id, image FROM range(2000) r(i), read_images('{Pictures(1, 32)}/*.jpg') p");
        string generate = "EXPLAIN ANALYZE SELECT * FROM generate_image_embeddings('pictures', 'tiny-gelu', 'image', 'id', refresh => true)";
        string plans = Path.Combine(folder, "cache", "plans");
        Assert.False(Directory.Exists(plans));
        await QueryAsync(generate);
        string plan = Assert.Single(Directory.GetFiles(plans));
        Assert.Matches("^(8|16|32) [0-9]+ [0-9]+$", File.ReadAllText(plan));

        // A plan that no measurement finds: 2,000 rows are then 2,000 / 13 calls.
        File.WriteAllText(plan, "13 1 1");
        Assert.Contains("model batches 154", await QueryAsync(generate), StringComparison.Ordinal);
        Assert.Equal("13 1 1", File.ReadAllText(Assert.Single(Directory.GetFiles(plans))));
    }

    /// <summary>The child waits at its prompt when the work is done, so that the most memory it held can be asked for while it is there.</summary>
    [Fact]
    public async Task Embedding_takes_little_more_memory_than_the_weights()
    {
        string model = RandomCheckpoint.Middle.WriteInto(folder);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Jammi.Cli.dll"), "-m", folder])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["JAMMI_CACHE"] = Surroundings["JAMMI_CACHE"];
        using Process child = Process.Start(start)!;
        await child.StandardInput.WriteLineAsync($"CREATE TABLE pictures AS SELECT file_name, path FROM read_images('{Pictures(64, 400)}/*.jpg');");
        await child.StandardInput.WriteLineAsync($"SELECT 'embedded ' || embedded AS result FROM generate_image_embeddings('pictures', '{Path.GetFileName(model)}', 'path', 'file_name');");
        await child.StandardInput.WriteLineAsync("SELECT 'the ' || 'end' AS result;");
        await child.StandardInput.FlushAsync();
        string output = string.Empty;
        while (!output.Contains("the end", StringComparison.Ordinal))
        {
            output += await child.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The process ended: {output}");
        }

        Assert.Contains("embedded 64", output, StringComparison.Ordinal);
        child.Refresh();
        long peak = child.PeakWorkingSet64;
        child.StandardInput.Close();
        await child.WaitForExitAsync();
        long weights = Jammi.Inference.ModelInspector.Inspect("middle", model).Towers[0].MemoryBytes;
        Assert.InRange(weights, 60_000_000, 100_000_000);
        Assert.InRange(peak, weights, (weights * AllowedFactor) + AllowedBytes);
    }

    Dictionary<string, string> Surroundings => new() { ["HF_HUB_CACHE"] = folder, ["HF_HUB_OFFLINE"] = "1", ["JAMMI_CACHE"] = Path.Combine(folder, "cache") };

    string Database => Path.Combine(folder, "db.jammi");

    Task<string> QueryAsync(string sql) => RunAsync("query", sql, "-d", Database, "-m", Path.GetDirectoryName(Golden)!);

    async Task<string> RunAsync(params string[] arguments)
    {
        (int code, string output, string error) = await CommandLine.RunAsync(Surroundings, arguments);
        Assert.True(code == 0, error + output);
        return output;
    }

    string Pictures(int count, int size)
    {
        string directory = Directory.CreateDirectory(Path.Combine(folder, "pictures")).FullName;
        IReadOnlyList<byte[]> pictures = Photographs.Make(count, size, size);
        for (int i = 0; i < count; i++)
        {
            File.WriteAllBytes(Path.Combine(directory, $"{i}.jpg"), pictures[i]);
        }

        return directory;
    }
}
