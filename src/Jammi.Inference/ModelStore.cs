using Jammi.Inference.Images;
using Jammi.Inference.Layouts;

namespace Jammi.Inference;

/// <summary>Where models are looked for.</summary>
public sealed record ModelStoreOptions
{
    /// <summary>Directories whose subdirectories are models, in order of preference.</summary>
    public IReadOnlyList<string> Directories { get; init; } = [];

    /// <summary>Whether only this machine may be asked.</summary>
    public bool Offline { get; init; }

    /// <summary>How sixteen-bit grey pictures become eight-bit.</summary>
    public WideGrayMode WideGray { get; init; }
}

/// <summary>
/// Finds models by path, by name under the models directories, or by Hub id in the Hugging Face cache, and keeps each open once. Thread-safe.
/// </summary>
public sealed class ModelStore : IDisposable
{
    readonly Lock gate = new();
    readonly Dictionary<string, IEmbeddingModel> open = new(StringComparer.Ordinal);
    readonly ModelStoreOptions options;

    /// <summary>Creates a store; nothing is read yet.</summary>
    public ModelStore(ModelStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
    }

    /// <summary>Opens a model, or gives the one that is open already; it belongs to the store. Reads the configuration and the header of the weights only.</summary>
    /// <param name="model">A directory, a name under one of the models directories, or a Hub id <c>owner/name[@revision]</c>.</param>
    /// <exception cref="InferenceException">ModelNotFound, with the places where it was looked for; InvalidModel or NotSupported, with the file and field.</exception>
    public IEmbeddingModel Open(string model)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        string directory = Resolve(model);
        lock (gate)
        {
            if (!open.TryGetValue(directory, out IEmbeddingModel? opened))
            {
                open[directory] = opened = EmbeddingModel.Open(model, directory, wideGray: options.WideGray);
            }

            return opened;
        }
    }

    /// <summary>The models under the models directories: name and directory.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> List() =>
    [
        .. options.Directories.Where(Directory.Exists)
            .SelectMany(d => Directory.EnumerateFiles(d, OpenClipConfig.FileName, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 })
                .Select(f => Path.GetDirectoryName(f)!)
                .Select(m => KeyValuePair.Create(Path.GetRelativePath(d, m).Replace('\\', '/'), m)))
            .OrderBy(m => m.Key, StringComparer.Ordinal),
    ];

    /// <summary>Closes the models.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (IEmbeddingModel model in open.Values)
            {
                model.Dispose();
            }

            open.Clear();
        }
    }

    static string? InHubCache(string id, List<string> looked)
    {
        string[] parts = id.Split('@', 2);
        string[] names = parts[0].Split('/');
        if (names.Length != 2 || names.Any(n => n.Length == 0 || n.StartsWith('.')))
        {
            return null;
        }

        string home = Environment.GetEnvironmentVariable("HF_HOME")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "huggingface");
        string cache = Environment.GetEnvironmentVariable("HF_HUB_CACHE") ?? Path.Combine(home, "hub");
        string repository = Path.Combine(cache, $"models--{names[0]}--{names[1]}");
        string revision = parts.Length == 2 ? parts[1] : "main";
        string reference = Path.Combine(repository, "refs", revision);
        string snapshot = Path.Combine(repository, "snapshots", File.Exists(reference) ? File.ReadAllText(reference).Trim() : revision);
        looked.Add(snapshot);
        return File.Exists(Path.Combine(snapshot, OpenClipConfig.FileName)) ? snapshot : null;
    }

    string Resolve(string model)
    {
        var looked = new List<string>();
        foreach (string candidate in options.Directories.Select(d => Path.Combine(d, model)).Prepend(model))
        {
            string directory = Path.GetFullPath(candidate);
            looked.Add(directory);
            if (File.Exists(Path.Combine(directory, OpenClipConfig.FileName)))
            {
                return directory;
            }

            if (Directory.Exists(directory) && File.Exists(Path.Combine(directory, OpenClipLayout.WeightsFileName)))
            {
                throw new InferenceException(InferenceError.ModelNotFound, $"Model {model}: {directory} has no {OpenClipConfig.FileName}.");
            }
        }

        return InHubCache(model, looked) ?? throw NotFound(model, looked);
    }

    InferenceException NotFound(string model, List<string> looked)
    {
        string[] known = [.. List().Select(m => m.Key)];
        string nearest = known.Length == 0 ? string.Empty : $" The models directories hold {string.Join(", ", known.Take(10))}.";
        string download = model.Contains('/', StringComparison.Ordinal) ? " Downloading from a hub is not available yet: put the model's files into one of these directories." : string.Empty;
        string setting = options.Directories.Count == 0 ? " No models directory is set; the connection string's Models keyword names them." : string.Empty;
        return new(InferenceError.ModelNotFound, $"There is no model {model}. Looked for {OpenClipConfig.FileName} in {string.Join(", ", looked)}.{nearest}{setting}{download}");
    }
}
