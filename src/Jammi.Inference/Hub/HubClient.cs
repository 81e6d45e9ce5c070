using System.Diagnostics;

namespace Jammi.Inference.Hub;

/// <summary>Brings models of a hub into the cache.</summary>
internal sealed class HubClient(HubSettings settings)
{
    /// <summary>Downloads what a model lacks, and gives its directory.</summary>
    /// <param name="progress">Hears of every file as it grows; on the thread that downloads.</param>
    /// <exception cref="InferenceException">ModelNotFound: there is no such model, or it is of no supported layout. DownloadFailed: it cannot be fetched.</exception>
    public async Task<string> PullAsync(ModelId id, Action<ModelDownload>? progress, CancellationToken cancellation)
    {
        if (settings.Offline)
        {
            throw new InferenceException(InferenceError.ModelNotFound, $"{id} is not in the cache {settings.CacheDirectory}, and downloading is switched off (Offline=true).");
        }

        var http = new HubHttp(settings);
        HubCommit commit = await ListAsync(http, id, cancellation).ConfigureAwait(false);
        IReadOnlyList<HubFile> files = HubFileSelection.Select(commit, id);
        var cache = new HubCache(settings.CacheDirectory, id);
        long total = files.Sum(f => Math.Max(f.Size, 0));
        long before = 0;
        long start = Stopwatch.GetTimestamp();
        long first = -1;
        foreach (HubFile file in files)
        {
            void Report(long done)
            {
                // What earlier calls left does not count for the rate.
                first = first < 0 ? before + done : first;
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                progress?.Invoke(new ModelDownload(id.ToString(), file.Name, before + done, total, seconds > 0 ? (before + done - first) / seconds : 0));
            }

            await new HubDownload(settings, http, cache, id, commit, file).RunAsync(Report, cancellation).ConfigureAwait(false);
            before += Math.Max(file.Size, 0);
        }

        return cache.Publish(commit, files);
    }

    async Task<HubCommit> ListAsync(HubHttp http, ModelId id, CancellationToken cancellation)
    {
        try
        {
            return await http.ListAsync(id, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested && error is HttpRequestException or IOException or OperationCanceledException)
        {
            throw new InferenceException(InferenceError.DownloadFailed, $"{settings.Endpoint} cannot be asked for {id}: {error.Message} Check the network and HF_ENDPOINT, or set Offline=true.", error);
        }
    }
}
