using System.Security.Cryptography;
using Jammi.Inference.Hub;
using Jammi.Inference.Layouts;

namespace Jammi.Inference.Tests.Hub;

/// <summary>Models of a hub, against a server on this machine that can cut, lie, refuse and redirect.</summary>
public sealed class HubTests : IDisposable
{
    const string Weights = OpenClipLayout.WeightsFileName;

    static readonly string Golden = Path.Combine(TestData.Root, "golden", "models", "tiny-gelu");

    readonly TemporaryFolder cache = new();

    public void Dispose() => cache.Dispose();

    [Fact]
    public void A_model_is_downloaded_once_and_then_found_in_the_cache()
    {
        using TestHub hub = Hub();
        hub.Add("open_clip_pytorch_model.bin", new byte[5000]);
        hub.Add("README.md", [1, 2, 3]);
        using (ModelStore store = Store(hub))
        {
            float[] embedding = new float[32];
            store.Open(TestHub.Repository).EmbedTexts(["a photo of a cat"], embedding);
            using EmbeddingModel golden = EmbeddingModel.Open("golden", Golden);
            float[] expected = new float[32];
            golden.EmbedTexts(["a photo of a cat"], expected);
            Assert.Equal(expected, embedding);
        }

        int requests = hub.Requests.Count;
        using (ModelStore store = Store(hub))
        {
            store.Open(TestHub.Repository);
            Assert.Equal(TestHub.Repository, Assert.Single(store.List()).Key);
        }

        Assert.Equal(requests, hub.Requests.Count);
        Assert.Equal(0, hub.Downloads("open_clip_pytorch_model.bin"));
        Assert.Equal(0, hub.Downloads("README.md"));

        // The layout of the Hugging Face libraries, so that they find it too.
        string snapshot = Path.Combine(cache.Path, "models--owner--model", "snapshots", TestHub.Commit);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Golden, Weights)), File.ReadAllBytes(Path.Combine(snapshot, Weights)));
        Assert.Equal(TestHub.Commit, File.ReadAllText(Path.Combine(cache.Path, "models--owner--model", "refs", "main")));
        string blob = Path.Combine(cache.Path, "models--owner--model", "blobs", Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Golden, Weights)))));
        Assert.True(File.Exists(blob));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(blob)!, "*.incomplete"));
    }

    [Fact]
    public void Opening_a_model_that_has_to_be_downloaded_first_can_be_cancelled()
    {
        using TestHub hub = Hub();
        using ModelStore store = Store(hub);
        using var cancellation = new CancellationTokenSource();
        store.Downloading += _ => cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => store.Open(TestHub.Repository, cancellation: cancellation.Token));
        Assert.NotNull(store.Open(TestHub.Repository));
    }

    [Fact]
    public async Task A_download_that_is_cut_continues_where_it_stopped()
    {
        using TestHub hub = Hub();
        hub.CutAfter = 100_000;
        hub.Cuts = 3;
        using ModelStore store = Store(hub);
        await store.PullAsync(TestHub.Repository);
        (string Path, long From, string? Token)[] attempts = [.. hub.Requests.Where(r => r.Path.EndsWith(Weights, StringComparison.Ordinal))];
        Assert.Equal(4, attempts.Length);
        for (int i = 1; i < attempts.Length; i++)
        {
            Assert.True(attempts[i].From > attempts[i - 1].From);
        }

        Assert.Empty(store.Verify(TestHub.Repository));
    }

    [Fact]
    public async Task A_download_that_failed_is_continued_by_the_next_call()
    {
        using TestHub hub = Hub();
        hub.CutAfter = 50_000;
        hub.Cuts = 2;
        using ModelStore impatient = new(new ModelStoreOptions(), Settings(hub) with { Attempts = 1 });
        InferenceException error = await Assert.ThrowsAsync<InferenceException>(() => impatient.PullAsync(TestHub.Repository));
        Assert.Equal(InferenceError.DownloadFailed, error.Error);
        Assert.Contains(Weights, error.Message, StringComparison.Ordinal);
        Assert.Contains("continue where it stopped", error.Message, StringComparison.Ordinal);
        hub.Cuts = 0;
        using ModelStore store = Store(hub);
        await store.PullAsync(TestHub.Repository);
        Assert.True(hub.Requests.Last(r => r.Path.EndsWith(Weights, StringComparison.Ordinal)).From > 0);
        Assert.Empty(store.Verify(TestHub.Repository));
    }

    [Fact]
    public async Task A_server_that_cannot_continue_is_read_from_the_beginning()
    {
        using TestHub hub = Hub();
        hub.CutAfter = 100_000;
        hub.Cuts = 1;
        hub.IgnoresRanges = true;
        using ModelStore store = Store(hub);
        await store.PullAsync(TestHub.Repository);
        Assert.Empty(store.Verify(TestHub.Repository));
    }

    [Theory]
    [InlineData(Weights, "SHA-256")]
    [InlineData(OpenClipConfig.FileName, "git hash")]
    public async Task A_content_with_another_hash_is_refused_and_deleted(string file, string kind)
    {
        using TestHub hub = Hub();
        hub.Damaged.Add(file);
        using ModelStore store = Store(hub);
        InferenceException error = await Assert.ThrowsAsync<InferenceException>(() => store.PullAsync(TestHub.Repository));
        Assert.Equal(InferenceError.DownloadFailed, error.Error);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(kind, error.Message, StringComparison.Ordinal);
        hub.Damaged.Clear();
        await store.PullAsync(TestHub.Repository);
        Assert.Empty(store.Verify(TestHub.Repository));
    }

    [Fact]
    public async Task A_closed_repository_asks_for_a_token_and_takes_it()
    {
        using TestHub hub = Hub();
        hub.RequiredToken = "secret";
        using ModelStore anonymous = Store(hub);
        InferenceException without = await Assert.ThrowsAsync<InferenceException>(() => anonymous.PullAsync(TestHub.Repository));
        Assert.Contains("Set HF_TOKEN", without.Message, StringComparison.Ordinal);
        using ModelStore wrong = new(new ModelStoreOptions(), Settings(hub) with { Token = "guess" });
        InferenceException refused = await Assert.ThrowsAsync<InferenceException>(() => wrong.PullAsync(TestHub.Repository));
        Assert.Contains("refuses the token", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("guess", refused.Message, StringComparison.Ordinal);
        using ModelStore known = new(new ModelStoreOptions(), Settings(hub) with { Token = "secret" });
        await known.PullAsync(TestHub.Repository);
    }

    [Fact]
    public async Task A_redirect_to_another_port_is_followed_without_the_token()
    {
        using var hub = new TestHub(withStorage: true);
        Fill(hub);
        using ModelStore store = new(new ModelStoreOptions(), Settings(hub) with { Token = "secret" });
        await store.PullAsync(TestHub.Repository);
        Assert.All(hub.Requests, request => Assert.Equal("Bearer secret", request.Token));
        Assert.NotEmpty(hub.StorageRequests);
        Assert.All(hub.StorageRequests, request => Assert.Null(request.Token));
    }

    [Fact]
    public async Task A_repository_without_the_weights_names_the_nearest_files()
    {
        using TestHub hub = Hub();
        hub.Remove(Weights);
        hub.Add("open_clip_pytorch_model.bin", [1]);
        hub.Add("README.md", [1]);
        using ModelStore store = Store(hub);
        InferenceException error = await Assert.ThrowsAsync<InferenceException>(() => store.PullAsync(TestHub.Repository));
        Assert.Equal(InferenceError.ModelNotFound, error.Error);
        Assert.Contains($"has no {Weights}", error.Message, StringComparison.Ordinal);
        Assert.Contains("nearest names it has are", error.Message, StringComparison.Ordinal);
        Assert.Contains("open_clip_pytorch_model.bin", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_listed_but_gone_names_the_nearest_files()
    {
        using TestHub hub = Hub();
        hub.Lost.Add(Weights);
        using ModelStore store = Store(hub);
        InferenceException error = await Assert.ThrowsAsync<InferenceException>(() => store.PullAsync(TestHub.Repository));
        Assert.Equal(InferenceError.ModelNotFound, error.Error);
        Assert.Contains("(404)", error.Message, StringComparison.Ordinal);
        Assert.Contains(OpenClipConfig.FileName, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("owner/other", "no model owner/other with a revision main")]
    [InlineData("owner/model@v9", "no model owner/model with a revision v9")]
    public async Task An_unknown_repository_or_revision_is_named(string model, string expected)
    {
        using TestHub hub = Hub();
        using ModelStore store = Store(hub);
        InferenceException error = await Assert.ThrowsAsync<InferenceException>(() => store.PullAsync(model));
        Assert.Equal(InferenceError.ModelNotFound, error.Error);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData(TestHub.Commit)]
    public void A_revision_is_pinned(string revision)
    {
        using TestHub hub = Hub();
        using ModelStore store = Store(hub);
        store.Open($"{TestHub.Repository}@{revision}");
        Assert.Contains(hub.Requests, r => r.Path.EndsWith("/revision/" + revision, StringComparison.Ordinal));

        // Pinned is found again without a network; the newest is another question.
        using ModelStore offline = new(new ModelStoreOptions(), Settings(hub) with { Offline = true });
        offline.Open($"{TestHub.Repository}@{revision}");
        Assert.Throws<InferenceException>(() => offline.Open(TestHub.Repository));
    }

    [Fact]
    public void Offline_asks_nobody_and_says_so()
    {
        using TestHub hub = Hub();
        using ModelStore store = new(new ModelStoreOptions(), Settings(hub) with { Offline = true });
        InferenceException error = Assert.Throws<InferenceException>(() => store.Open(TestHub.Repository));
        Assert.Equal(InferenceError.ModelNotFound, error.Error);
        Assert.Contains("Offline=true", error.Message, StringComparison.Ordinal);
        Assert.Contains("models--owner--model", error.Message, StringComparison.Ordinal);
        Assert.Empty(hub.Requests);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        string address;
        using (TestHub hub = Hub())
        {
            address = hub.Address;
        }

        using ModelStore store = new(new ModelStoreOptions(), new HubSettings { Endpoint = address, CacheDirectory = cache.Path, RetryDelay = TimeSpan.Zero });
        InferenceException error = await Assert.ThrowsAsync<InferenceException>(() => store.PullAsync(TestHub.Repository));
        Assert.Equal(InferenceError.DownloadFailed, error.Error);
        Assert.Contains(address, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_downloads_at_once_fetch_every_content_once()
    {
        using TestHub hub = Hub();
        ModelStore[] stores = [.. Enumerable.Range(0, 4).Select(_ => Store(hub))];
        string[] directories = await Task.WhenAll(stores.Select(s => Task.Run(() => s.PullAsync(TestHub.Repository))));
        Assert.Single(directories.Distinct());
        Assert.Equal(1, hub.Downloads(Weights));
        Assert.Empty(stores[0].Verify(TestHub.Repository));
        Assert.Single(Directory.GetDirectories(Path.GetDirectoryName(directories[0])!));
    }

    [Fact]
    public async Task A_disk_without_room_is_noticed_before_the_download()
    {
        using TestHub hub = Hub();
        using ModelStore store = new(new ModelStoreOptions(), Settings(hub) with { AvailableBytes = _ => 100_000 });
        InferenceException error = await Assert.ThrowsAsync<InferenceException>(() => store.PullAsync(TestHub.Repository));
        Assert.Equal(InferenceError.DownloadFailed, error.Error);
        Assert.Contains("has 0.1 MB left", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, hub.Downloads(Weights));
    }

    [Fact]
    public async Task A_disk_that_fills_up_is_told_and_the_rest_comes_later()
    {
        using TestHub hub = Hub();
        using ModelStore full = new(new ModelStoreOptions(), Settings(hub) with { OpenPartial = path => new FullDisk(path, 60_000) });
        InferenceException error = await Assert.ThrowsAsync<InferenceException>(() => full.PullAsync(TestHub.Repository));
        Assert.Equal(InferenceError.DownloadFailed, error.Error);
        Assert.Contains("The disk is full", error.Message, StringComparison.Ordinal);
        using ModelStore store = Store(hub);
        await store.PullAsync(TestHub.Repository);
        Assert.True(hub.Requests.Last(r => r.Path.EndsWith(Weights, StringComparison.Ordinal)).From > 0);
        Assert.Empty(store.Verify(TestHub.Repository));
    }

    [Fact]
    public async Task Progress_grows_to_the_total()
    {
        using TestHub hub = Hub();
        using ModelStore store = Store(hub);
        var reports = new List<ModelDownload>();
        store.Downloading += reports.Add;
        await store.PullAsync(TestHub.Repository);
        Assert.Equal(reports.Select(r => r.Done).Order(), reports.Select(r => r.Done));
        Assert.Equal(reports[^1].Total, reports[^1].Done);
        Assert.Contains(reports, r => r.File == Weights);
        Assert.All(reports, r => Assert.Equal(TestHub.Repository, r.Model));
    }

    [Fact]
    public async Task A_download_can_be_stopped()
    {
        using TestHub hub = Hub();
        using var stop = new CancellationTokenSource();
        using ModelStore store = Store(hub);
        store.Downloading += _ => stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.PullAsync(TestHub.Repository, stop.Token));
    }

    [Fact]
    public async Task A_content_that_changed_on_the_disk_is_found_by_verify()
    {
        using TestHub hub = Hub();
        using ModelStore store = Store(hub);
        string directory = await store.PullAsync(TestHub.Repository);
        string weights = new FileInfo(Path.Combine(directory, Weights)).ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        byte[] content = File.ReadAllBytes(weights);
        content[^1] ^= 1;
        File.WriteAllBytes(weights, content);
        Assert.Contains("it has changed", Assert.Single(store.Verify(TestHub.Repository)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_without_its_weights_is_completed()
    {
        using TestHub hub = Hub();
        string snapshot = Path.Combine("models--owner--model", "snapshots", TestHub.Commit);
        cache.Write(Path.Combine("models--owner--model", "refs", "main"), TestHub.Commit);
        cache.Write(Path.Combine(snapshot, OpenClipConfig.FileName), File.ReadAllText(Path.Combine(Golden, OpenClipConfig.FileName)));
        using ModelStore store = Store(hub);
        Assert.Equal(32, store.Open(TestHub.Repository).Dimensions);
        Assert.True(File.Exists(Path.Combine(cache.Path, snapshot, Weights)));
    }

    [Theory]
    [InlineData("../evil/model")]
    [InlineData("owner/..")]
    [InlineData("owner/model@../../x")]
    [InlineData("a b/c")]
    public void A_name_that_leads_out_of_the_cache_is_no_id(string text) => Assert.Null(ModelId.TryParse(text));

    internal static void Fill(TestHub hub)
    {
        foreach (string name in new[] { OpenClipConfig.FileName, Weights, "tokenizer.json" })
        {
            hub.Add(name, File.ReadAllBytes(Path.Combine(Golden, name)));
        }
    }

    static TestHub Hub()
    {
        var hub = new TestHub();
        Fill(hub);
        return hub;
    }

    ModelStore Store(TestHub hub) => new(new ModelStoreOptions(), Settings(hub));

    HubSettings Settings(TestHub hub) => new() { Endpoint = hub.Address, CacheDirectory = cache.Path, RetryDelay = TimeSpan.Zero };

    /// <summary>A file on a disk that has room for so many bytes.</summary>
    sealed class FullDisk(string path, long room) : FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int fits = (int)Math.Min(buffer.Length, room - Position);
            await base.WriteAsync(buffer[..fits], cancellationToken);
            if (fits < buffer.Length)
            {
                const int NoSpace = 28;
                throw new IOException("No space left on device", NoSpace);
            }
        }
    }
}
