using Jammi.Inference.Hub;
using Jammi.Inference.Layouts;

namespace Jammi.Inference;

/// <summary>From a model's name to its directory: a path, a name under the models directories, the Hugging Face cache, the hub.</summary>
internal sealed class ModelResolver(IReadOnlyList<string> directories, HubSettings hub)
{
    const string CachePrefix = "models--";

    /// <summary>The directory of a model on this machine, or null if it may be downloaded.</summary>
    /// <exception cref="InferenceException">ModelNotFound: it is not on this machine and is no id of a hub, or the store is offline.</exception>
    public string? Find(string model)
    {
        if (FindLocal(model) is { } local)
        {
            return local;
        }

        ModelId? id = ModelId.TryParse(model);
        return id is not null && Complete(new HubCache(hub.CacheDirectory, id).SnapshotPath) is { } cached ? cached
            : id is not null && !hub.Offline ? null
            : throw NotFound(model);
    }

    /// <summary>A path or a name under the models directories.</summary>
    public string? FindLocal(string model) => Candidates(model).FirstOrDefault(directory => ModelLayouts.Find(directory) is not null);

    /// <summary>Downloads what a model lacks.</summary>
    public Task<string> PullAsync(string model, Action<ModelDownload> progress, CancellationToken cancellation) =>
        ModelId.TryParse(model) is { } id ? new HubClient(hub).PullAsync(id, progress, cancellation) : throw NotFound(model);

    public IReadOnlyList<KeyValuePair<string, string>> List() => [.. ListDirectories().Concat(ListCache()).OrderBy(m => m.Key, StringComparer.Ordinal)];

    public InferenceException NotFound(string model)
    {
        List<string> looked = [.. Candidates(model)];
        string hint = string.Empty;
        if (ModelId.TryParse(model) is { } id)
        {
            looked.Add(new HubCache(hub.CacheDirectory, id).SnapshotPath);
            hint = hub.Offline ? " Downloading is switched off (Offline=true)." : " It can be downloaded: jammi models pull.";
        }

        string[] known = [.. List().Select(m => m.Key)];
        string nearest = known.Length == 0 ? string.Empty : $" Known here are {string.Join(", ", known.Take(10))}.";
        string setting = directories.Count == 0 ? " No models directory is set; the connection string's Models keyword names them." : string.Empty;
        return new(InferenceError.ModelNotFound, $"There is no model {model}. Looked in {string.Join(", ", looked)}: {ModelLayouts.Expected}.{nearest}{setting}{hint}");
    }

    /// <summary>Where the name may be meant, the likeliest first.</summary>
    IEnumerable<string> Candidates(string model) => directories.Select(d => Path.Combine(d, model)).Prepend(model).Select(Path.GetFullPath);

    /// <summary>A snapshot that lacks its weights, as other tools leave them, is no model yet.</summary>
    static string? Complete(string snapshot) => ModelLayouts.Find(snapshot) is { } layout && layout.IsComplete(snapshot) ? snapshot : null;

    IEnumerable<KeyValuePair<string, string>> ListDirectories() => directories.Where(Directory.Exists)
        .SelectMany(root => Directory.EnumerateDirectories(root, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 })
            .Where(d => ModelLayouts.Find(d) is not null)
            .Select(d => KeyValuePair.Create(Path.GetRelativePath(root, d).Replace('\\', '/'), d)))
        // The parts of a sentence-transformers model have configurations of their own.
        .Where(m => ModelLayouts.Find(Path.GetDirectoryName(m.Value)!) is null);

    IEnumerable<KeyValuePair<string, string>> ListCache()
    {
        if (!Directory.Exists(hub.CacheDirectory))
        {
            yield break;
        }

        foreach (string repository in Directory.EnumerateDirectories(hub.CacheDirectory, CachePrefix + "*"))
        {
            string[] names = Path.GetFileName(repository)[CachePrefix.Length..].Split("--", 2);
            string references = Path.Combine(repository, "refs");
            if (names.Length != 2 || !Directory.Exists(references))
            {
                continue;
            }

            foreach (string reference in Directory.EnumerateFiles(references, "*", SearchOption.AllDirectories))
            {
                string revision = Path.GetRelativePath(references, reference).Replace('\\', '/');
                if (ModelId.TryParse($"{names[0]}/{names[1]}@{revision}") is { } id && Complete(new HubCache(hub.CacheDirectory, id).SnapshotPath) is { } snapshot)
                {
                    yield return KeyValuePair.Create(id.ToString(), snapshot);
                }
            }
        }
    }
}
