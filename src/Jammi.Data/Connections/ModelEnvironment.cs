using Jammi.Data.Functions;
using Jammi.Inference;
using Jammi.Sql.Functions;

namespace Jammi.Data;

/// <summary>
/// The models that a connection can name, with the functions bound to them. Connections of the same settings share one for the life of the process,
/// so that a model is loaded once.
/// </summary>
sealed class ModelEnvironment
{
    static readonly Lock Gate = new();
    static readonly Dictionary<string, ModelEnvironment> Shared = new(StringComparer.Ordinal);

    ModelEnvironment(ModelStore models, int rememberedQueries)
    {
        Models = models;
        Functions = MissionFunctions.CreateRegistry(models, new QueryCache(rememberedQueries));
    }

    public ModelStore Models { get; }

    public FunctionRegistry Functions { get; }

    /// <summary>What system tables ask for.</summary>
    public IServiceProvider Services => new StoreProvider(Models);

    public static ModelEnvironment For(JammiConnectionStringBuilder settings)
    {
        string[] directories = [.. settings.ModelDirectories.Select(Path.GetFullPath)];
        string key = $"{settings.Offline}|{(int)settings.WideGray}|{(int)settings.ExecutionProvider}|{settings.ModelIdleTimeout}|{settings.QueryCache}|{string.Join('|', directories)}";
        lock (Gate)
        {
            if (!Shared.TryGetValue(key, out ModelEnvironment? environment))
            {
                var store = new ModelStore(new ModelStoreOptions
                {
                    Directories = directories,
                    Offline = settings.Offline,
                    WideGray = settings.WideGray,
                    Provider = settings.ExecutionProvider,
                    IdleTime = TimeSpan.FromSeconds(settings.ModelIdleTimeout),
                });
                Shared[key] = environment = new ModelEnvironment(store, settings.QueryCache);
            }

            return environment;
        }
    }

    sealed class StoreProvider(ModelStore models) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(ModelStore) ? models : null;
    }
}
