using Jammi.Inference.Hub;
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

    /// <summary>What ONNX Runtime computes on.</summary>
    public ExecutionProvider Provider { get; init; }

    /// <summary>
    /// How long a tower may be unused before its memory is given back; zero for ever, and for a minute after bulk work. When the machine is short of memory, ten
    /// seconds are enough.
    /// </summary>
    public TimeSpan IdleTime { get; init; }
}

/// <summary>
/// Finds models by path, by name under the models directories, or by Hub id in the Hugging Face cache or on the Hub itself, and keeps each open once.
/// Thread-safe.
/// </summary>
public sealed class ModelStore : IDisposable
{
    /// <summary>Bulk work has sessions of its own, which would take memory twice when it is done.</summary>
    static readonly TimeSpan BulkIdleTime = TimeSpan.FromMinutes(1);

    readonly Lock gate = new();
    readonly Dictionary<(string Directory, ModelUse Use), IEmbeddingModel> open = [];
    readonly ModelStoreOptions options;
    readonly ModelResolver resolver;
    readonly SessionReclaimer reclaimer;

    /// <summary>Creates a store; nothing is read yet.</summary>
    public ModelStore(ModelStoreOptions options)
        : this(options, HubSettings.FromEnvironment(offline: options?.Offline ?? false))
    {
    }

    internal ModelStore(ModelStoreOptions options, HubSettings hub)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        resolver = new ModelResolver(options.Directories, hub);
        reclaimer = new SessionReclaimer();
    }

    /// <summary>Hears how far downloads are; raised on the thread that downloads.</summary>
    public event Action<ModelDownload>? Downloading;

    /// <summary>
    /// Opens a model, or gives the one that is open already; it belongs to the store. Reads the configuration and the header of the weights only. A model of a
    /// hub that is not on this machine is downloaded first, unless the store is offline.
    /// </summary>
    /// <param name="model">A directory, a name under one of the models directories, or a Hub id <c>owner/name[@revision]</c>.</param>
    /// <param name="use">What for; single queries when null.</param>
    /// <param name="cancellation">Stops a download; what is there already is kept and continued next time.</param>
    /// <exception cref="InferenceException">
    /// ModelNotFound, with the places where it was looked for; DownloadFailed; InvalidModel or NotSupported, with the file and the field or tensor.
    /// </exception>
    public IEmbeddingModel Open(string model, ModelUse? use = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        use ??= ModelUse.Query;

        // Off this thread, because its synchronisation context may be waiting for it.
        string directory = resolver.Find(model) ?? Task.Run(() => PullAsync(model, cancellation), CancellationToken.None).GetAwaiter().GetResult();
        lock (gate)
        {
            if (!open.TryGetValue((directory, use), out IEmbeddingModel? opened))
            {
                EmbeddingModel created = EmbeddingModel.Open(model, directory, new ModelSettings { Use = use, WideGray = options.WideGray, Provider = options.Provider });
                reclaimer.Watch(created.Towers, use.Bulk && options.IdleTime == TimeSpan.Zero ? BulkIdleTime : options.IdleTime);
                open[(directory, use)] = opened = created;
            }

            return opened;
        }
    }

    /// <summary>Downloads a model of a hub, or what is missing of it, and gives its directory. A model that is on this machine otherwise is left as it is.</summary>
    /// <param name="model">As in <see cref="Open"/>.</param>
    /// <param name="cancellation">Stops the download; what is there already is kept and continued next time.</param>
    /// <exception cref="InferenceException">ModelNotFound or DownloadFailed.</exception>
    public async Task<string> PullAsync(string model, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        return resolver.FindLocal(model) ?? await resolver.PullAsync(model, report => Downloading?.Invoke(report), cancellation).ConfigureAwait(false);
    }

    /// <summary>The models under the models directories and in the cache of downloads: name and directory.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> List() => resolver.List();

    /// <summary>Describes a model that is on this machine, without loading its weights.</summary>
    /// <exception cref="InferenceException">ModelNotFound: it is not on this machine.</exception>
    public ModelReport Inspect(string model)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        return ModelInspector.Inspect(model, resolver.Find(model) ?? throw resolver.NotFound(model));
    }

    /// <summary>Checks a model that is on this machine: contents against the hashes they were downloaded under, tensors against the configuration, and both towers by running them.</summary>
    /// <returns>What is wrong; empty for a sound model.</returns>
    /// <exception cref="InferenceException">ModelNotFound: it is not on this machine.</exception>
    public IReadOnlyList<string> Verify(string model, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        return ModelVerifier.Verify(model, resolver.Find(model) ?? throw resolver.NotFound(model), cancellation);
    }

    /// <summary>Closes the models.</summary>
    public void Dispose()
    {
        reclaimer.Dispose();
        lock (gate)
        {
            foreach (IEmbeddingModel model in open.Values)
            {
                model.Dispose();
            }

            open.Clear();
        }
    }
}
