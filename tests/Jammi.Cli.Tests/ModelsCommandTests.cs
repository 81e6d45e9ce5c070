using Jammi.Inference.Tests.Hub;

namespace Jammi.Cli.Tests;

/// <summary><c>jammi models</c> as a person runs it.</summary>
public sealed class ModelsCommandTests : IDisposable
{
    static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "data", "tiny-gelu");

    readonly string folder = Directory.CreateTempSubdirectory("jammi-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Inspect_tells_towers_sizes_and_preprocessing()
    {
        (int code, string output, _) = await CommandLine.RunAsync(Offline(), "models", "inspect", "tiny-gelu", "-m", Path.GetDirectoryName(Golden)!);
        Assert.Equal(0, code);
        Assert.Contains("dimensions     32", output, StringComparison.Ordinal);
        Assert.Contains("vision transformer, 2 layers of width 64, 1 heads, patches of 8x8, GELU", output, StringComparison.Ordinal);
        Assert.Contains("text transformer, 2 layers of width 32, 4 heads, GELU, causal", output, StringComparison.Ordinal);
        Assert.Contains("million parameters", output, StringComparison.Ordinal);
        Assert.Contains("pictures       32x32, shortest, bicubic", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_tells_what_is_not_supported()
    {
        File.WriteAllText(Path.Combine(folder, "open_clip_config.json"), """{ "model_cfg": { "embed_dim": 32, "vision_cfg": { "timm_model_name": "vit" }, "text_cfg": {} } }""");
        File.Copy(Path.Combine(Golden, "open_clip_model.safetensors"), Path.Combine(folder, "open_clip_model.safetensors"));
        (int code, string output, _) = await CommandLine.RunAsync(Offline(), "models", "inspect", folder);
        Assert.Equal(1, code);
        Assert.Contains("not supported", output, StringComparison.Ordinal);
        Assert.Contains("model_cfg.vision_cfg.timm_model_name", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_and_verify_know_the_models_of_a_directory()
    {
        (int code, string output, _) = await CommandLine.RunAsync(Offline(), "models", "list", "-m", Path.GetDirectoryName(Golden)!);
        Assert.Equal(0, code);
        Assert.Contains("tiny-gelu", output, StringComparison.Ordinal);
        (code, output, _) = await CommandLine.RunAsync(Offline(), "models", "verify", Golden);
        Assert.Equal(0, code);
        Assert.Contains("is sound", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_nowhere_is_an_error_that_says_where_it_was_looked_for()
    {
        (int code, _, string error) = await CommandLine.RunAsync(Offline(), "models", "verify", "owner/nothing", "--offline");
        Assert.Equal(1, code);
        Assert.Contains("owner/nothing", error, StringComparison.Ordinal);
        Assert.Contains("models--owner--nothing", error.ReplaceLineEndings(string.Empty), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_processes_that_pull_at_once_fetch_every_file_once()
    {
        using var hub = new TestHub();
        string[] files = ["open_clip_config.json", "open_clip_model.safetensors", "tokenizer.json"];
        foreach (string name in files)
        {
            hub.Add(name, File.ReadAllBytes(Path.Combine(Golden, name)));
        }

        var environment = new Dictionary<string, string> { ["HF_ENDPOINT"] = hub.Address, ["HF_HUB_CACHE"] = folder };
        var runs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => CommandLine.RunAsync(environment, "models", "pull", TestHub.Repository)));
        Assert.All(runs, run => Assert.Equal(0, run.ExitCode));
        Assert.All(runs, run => Assert.Contains(TestHub.Commit, run.Output.ReplaceLineEndings(string.Empty), StringComparison.Ordinal));
        Assert.All(files, name => Assert.Equal(1, hub.Downloads(name)));
        (int code, string output, _) = await CommandLine.RunAsync(environment, "models", "verify", TestHub.Repository);
        Assert.Equal(0, code);
        Assert.Contains("is sound", output, StringComparison.Ordinal);
    }

    Dictionary<string, string> Offline() => new() { ["HF_HUB_CACHE"] = folder, ["HF_HUB_OFFLINE"] = "1" };
}
