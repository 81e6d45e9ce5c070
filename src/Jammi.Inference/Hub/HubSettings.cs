namespace Jammi.Inference.Hub;

/// <summary>Where the hub is, who asks, and where downloads are kept; by default as the Hugging Face libraries have it.</summary>
internal sealed record HubSettings
{
    /// <summary>Without a slash at the end.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Sent to the endpoint, and to nothing that it redirects to.</summary>
    public string? Token { get; init; }

    /// <summary>The directory of <c>models--owner--name</c>.</summary>
    public required string CacheDirectory { get; init; }

    public bool Offline { get; init; }

    /// <summary>How often a file is tried before its download counts as failed.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Wait before the second attempt; doubles with each further one.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the server may stay silent.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes that can be written to a directory.</summary>
    public Func<string, long> AvailableBytes { get; init; } = static directory => new DriveInfo(directory).AvailableFreeSpace;

    /// <summary>Opens a partial download for writing at its end.</summary>
    public Func<string, Stream> OpenPartial { get; init; } =
        static path => new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 });

    /// <summary>Reads <c>HF_ENDPOINT</c>, <c>HF_TOKEN</c>, <c>HF_HUB_CACHE</c>, <c>HF_HOME</c> and <c>HF_HUB_OFFLINE</c>.</summary>
    public static HubSettings FromEnvironment(bool offline)
    {
        string home = Variable("HF_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".cache", "huggingface");
        return new HubSettings
        {
            Endpoint = (Variable("HF_ENDPOINT") ?? "https://huggingface.co").TrimEnd('/'),
            Token = Variable("HF_TOKEN"),
            CacheDirectory = Path.GetFullPath(Variable("HF_HUB_CACHE") ?? Path.Combine(home, "hub")),
            Offline = offline || Variable("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "TRUE" or "YES" or "ON",
        };
    }

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
