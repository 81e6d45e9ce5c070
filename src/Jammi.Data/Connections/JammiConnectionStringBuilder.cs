using System.Collections;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Jammi.Inference;
using Jammi.Inference.Images;
using Jammi.Sql;

namespace Jammi.Data;

/// <summary>Typed access to the keywords of a connection string. Unknown keywords are refused with an <see cref="ArgumentException"/> that names the known ones.</summary>
public sealed class JammiConnectionStringBuilder : DbConnectionStringBuilder
{
    const string DataSourceKeyword = "Data Source";
    const string ModelsKeyword = "Models";
    const string OfflineKeyword = "Offline";
    const string WideGrayKeyword = "Wide Gray";
    const string ExecutionProviderKeyword = "Execution Provider";
    const string ModelIdleTimeoutKeyword = "Model Idle Timeout";
    const string QueryCacheKeyword = "Query Cache";
    const string ModeKeyword = "Mode";
    const string CommandTimeoutKeyword = "Command Timeout";
    const string LockTimeoutKeyword = "Lock Timeout";
    const string PoolingKeyword = "Pooling";
    const string ThreadsKeyword = "Threads";
    const string MemoryLimitKeyword = "Memory Limit";
    const string MultipleActiveResultSetsKeyword = "Multiple Active Result Sets";

    const int MostThreads = 1024;

    static readonly RecentlyUsed<string, JammiConnectionStringBuilder> Parsed = new(capacity: 64);

    static readonly Dictionary<string, string> Keywords = new(StringComparer.OrdinalIgnoreCase)
    {
        [DataSourceKeyword] = DataSourceKeyword,
        ["DataSource"] = DataSourceKeyword,
        ["Filename"] = DataSourceKeyword,
        ["Path"] = DataSourceKeyword,
        [ModelsKeyword] = ModelsKeyword,
        ["Model Path"] = ModelsKeyword,
        [OfflineKeyword] = OfflineKeyword,
        [WideGrayKeyword] = WideGrayKeyword,
        ["WideGray"] = WideGrayKeyword,
        [ExecutionProviderKeyword] = ExecutionProviderKeyword,
        ["ExecutionProvider"] = ExecutionProviderKeyword,
        [ModelIdleTimeoutKeyword] = ModelIdleTimeoutKeyword,
        ["ModelIdleTimeout"] = ModelIdleTimeoutKeyword,
        [QueryCacheKeyword] = QueryCacheKeyword,
        ["QueryCache"] = QueryCacheKeyword,
        [ModeKeyword] = ModeKeyword,
        [CommandTimeoutKeyword] = CommandTimeoutKeyword,
        ["CommandTimeout"] = CommandTimeoutKeyword,
        ["Default Timeout"] = CommandTimeoutKeyword,
        [LockTimeoutKeyword] = LockTimeoutKeyword,
        ["LockTimeout"] = LockTimeoutKeyword,
        [PoolingKeyword] = PoolingKeyword,
        [ThreadsKeyword] = ThreadsKeyword,
        ["Max Threads"] = ThreadsKeyword,
        [MemoryLimitKeyword] = MemoryLimitKeyword,
        ["MemoryLimit"] = MemoryLimitKeyword,
        [MultipleActiveResultSetsKeyword] = MultipleActiveResultSetsKeyword,
        ["MultipleActiveResultSets"] = MultipleActiveResultSetsKeyword,
    };

    /// <summary>Of a builder that is only read: the texts by keyword, which the base class does not hold then.</summary>
    readonly Dictionary<string, string>? plain;

    /// <summary>Creates an empty builder.</summary>
    public JammiConnectionStringBuilder()
    {
    }

    /// <summary>Creates a builder from a connection string.</summary>
    /// <exception cref="ArgumentException">The string is malformed or has an unknown keyword or value.</exception>
    public JammiConnectionStringBuilder(string? connectionString)
    {
        ConnectionString = connectionString;
        RequireValid();
    }

    JammiConnectionStringBuilder(Dictionary<string, string> texts)
    {
        plain = new(StringComparer.Ordinal);
        foreach ((string keyword, string text) in texts)
        {
            plain[Canonical(keyword)] = text;
        }

        RequireValid();
    }

    /// <summary>The database's directory, or <c>:memory:</c>, or <c>:memory:name</c> for one that this process's connections share.</summary>
    [AllowNull]
    public string DataSource
    {
        get => Text(DataSourceKeyword) ?? string.Empty;
        set => this[DataSourceKeyword] = value;
    }

    /// <summary>Directories in which models are looked up by name, separated by <c>|</c>.</summary>
    [AllowNull]
    public string Models
    {
        get => Text(ModelsKeyword) ?? string.Empty;
        set => this[ModelsKeyword] = value;
    }

    /// <summary>Whether models are taken from this machine only. False by default.</summary>
    public bool Offline
    {
        get => Text(OfflineKeyword) is { } text && ParseBoolean(text);
        set => this[OfflineKeyword] = value;
    }

    /// <summary>Whether sixteen-bit grey pictures are scaled to eight bits or clipped as OpenCLIP does it. <see cref="WideGrayMode.Scale"/> by default.</summary>
    public WideGrayMode WideGray
    {
        get => Text(WideGrayKeyword) is not { } text ? WideGrayMode.Scale
            : Enum.TryParse(text, ignoreCase: true, out WideGrayMode mode) && Enum.IsDefined(mode) ? mode
            : throw new ArgumentException($"Wide Gray={text} is not known; use {string.Join(" or ", Enum.GetNames<WideGrayMode>())}.");
        set => this[WideGrayKeyword] = value.ToString();
    }

    /// <summary>What models compute on. <see cref="ExecutionProvider.Cpu"/> by default; the others need a package of ONNX Runtime that has them, which the application adds.</summary>
    public ExecutionProvider ExecutionProvider
    {
        get => Text(ExecutionProviderKeyword) is not { } text ? ExecutionProvider.Cpu
            : Enum.TryParse(text, ignoreCase: true, out ExecutionProvider provider) && Enum.IsDefined(provider) ? provider
            : throw new ArgumentException($"Execution Provider={text} is not known; use {string.Join(", ", Enum.GetNames<ExecutionProvider>())}.");
        set => this[ExecutionProviderKeyword] = value.ToString();
    }

    /// <summary>Seconds after which the memory of an unused model is given back; it is loaded again when it is next used. 0, the default, for ever, unless the machine runs short of memory.</summary>
    public int ModelIdleTimeout
    {
        get => ParseNumber(ModelIdleTimeoutKeyword, 0, "seconds");
        set => this[ModelIdleTimeoutKeyword] = value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Texts of <c>encode_text_query</c> whose vectors are remembered; 0 for none. 256 by default.</summary>
    public int QueryCache
    {
        get => ParseNumber(QueryCacheKeyword, 256, "texts");
        set => this[QueryCacheKeyword] = value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>How the database is opened. <see cref="JammiOpenMode.ReadWriteCreate"/> by default.</summary>
    public JammiOpenMode Mode
    {
        get => Text(ModeKeyword) is not { } text ? JammiOpenMode.ReadWriteCreate
            : Enum.TryParse(text, ignoreCase: true, out JammiOpenMode mode) && Enum.IsDefined(mode) ? mode
            : throw new ArgumentException($"Mode={text} is not known; use {string.Join(", ", Enum.GetNames<JammiOpenMode>())}.");
        set => this[ModeKeyword] = value.ToString();
    }

    /// <summary>Seconds a command may run before it is stopped; 0 for ever. 0 by default.</summary>
    public int CommandTimeout
    {
        get => ParseNumber(CommandTimeoutKeyword, 0, "seconds");
        set => this[CommandTimeoutKeyword] = value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Seconds a writer waits for another connection's transaction to end. 30 by default.</summary>
    public int LockTimeout
    {
        get => ParseNumber(LockTimeoutKeyword, 30, "seconds");
        set => this[LockTimeoutKeyword] = value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Whether the database's files stay open for a second after the last connection of the process, for the next one. True by default; see <see cref="JammiConnection.ClearAllPools"/>.</summary>
    public bool Pooling
    {
        get => Text(PoolingKeyword) is not { } text || ParseBoolean(text);
        set => this[PoolingKeyword] = value;
    }

    /// <summary>Threads that a statement may use; 0 for one for each processor. 0 by default.</summary>
    public int Threads
    {
        get => Text(ThreadsKeyword) is not { } text ? 0
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int threads) && threads <= MostThreads ? threads
            : throw new ArgumentException($"{ThreadsKeyword}={text} is not a number of threads from 0 to {MostThreads}.");
        set => this[ThreadsKeyword] = value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Bytes that a statement's sorts, groups and joins may hold in memory before they go on on disk; 0 for no limit. In the string with a unit if you like:
    /// <c>Memory Limit=64 MB</c>. 0 by default.
    /// </summary>
    public long MemoryLimit
    {
        get => Text(MemoryLimitKeyword) is { } text ? ParseBytes(text) : 0;
        set => this[MemoryLimitKeyword] = value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Whether several readers of a connection may be open at once. True by default; false refuses whatever is run beside an open reader, as servers do that have
    /// one result at a time, so that programs meant for those can be tested.
    /// </summary>
    public bool MultipleActiveResultSets
    {
        get => Text(MultipleActiveResultSetsKeyword) is not { } text || ParseBoolean(text);
        set => this[MultipleActiveResultSetsKeyword] = value;
    }

    /// <inheritdoc/>
    public override ICollection Keys => Keywords.Values.Distinct().Where(base.ContainsKey).ToArray();

    /// <inheritdoc/>
    [AllowNull]
    public override object this[string keyword]
    {
        get => base.TryGetValue(Canonical(keyword), out object? value) ? value : string.Empty;
        set
        {
            if (value is null)
            {
                base.Remove(Canonical(keyword));
            }
            else
            {
                base[Canonical(keyword)] = Convert.ToString(value, CultureInfo.InvariantCulture);
            }
        }
    }

    /// <inheritdoc/>
    public override bool ContainsKey(string keyword) => Keywords.TryGetValue(keyword, out string? canonical) && base.ContainsKey(canonical);

    /// <inheritdoc/>
    public override bool Remove(string keyword) => Keywords.TryGetValue(keyword, out string? canonical) && base.Remove(canonical);

    /// <inheritdoc/>
    public override bool TryGetValue(string keyword, [NotNullWhen(true)] out object? value)
    {
        value = null;
        return Keywords.TryGetValue(keyword, out string? canonical) && base.TryGetValue(canonical, out value);
    }

    /// <summary>The parsed form of a connection string, for reading only: connections of the same string share it.</summary>
    /// <exception cref="ArgumentException">The string is malformed or has an unknown keyword or value.</exception>
    internal static JammiConnectionStringBuilder Shared(string connectionString)
    {
        if (!Parsed.TryGet(connectionString, out JammiConnectionStringBuilder known))
        {
            known = PlainConnectionString.TryRead(connectionString) is { } texts ? new JammiConnectionStringBuilder(texts) : new JammiConnectionStringBuilder(connectionString);
            Parsed.Add(connectionString, known);
        }

        return known;
    }

    /// <summary>What tells databases apart: the full path, or the name in memory.</summary>
    internal string DatabaseKey => DataSource.StartsWith(DatabaseRegistry.Memory, StringComparison.Ordinal) ? DataSource : Path.TrimEndingDirectorySeparator(Path.GetFullPath(DataSource));

    internal IReadOnlyList<string> ModelDirectories => Models.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static string Canonical(string keyword)
    {
        ArgumentNullException.ThrowIfNull(keyword);
        return Keywords.TryGetValue(keyword, out string? canonical)
            ? canonical
            : throw new ArgumentException($"The connection string keyword '{keyword}' is not known; known are {string.Join(", ", Keywords.Values.Distinct())}.");
    }

    string? Text(string keyword) => plain is not null ? plain.GetValueOrDefault(keyword)
        : base.TryGetValue(keyword, out object? value) ? (string)value
        : null;

    /// <exception cref="ArgumentException">One of the texts is not what its keyword takes.</exception>
    void RequireValid() => _ = (Mode, Offline, WideGray, ExecutionProvider, ModelIdleTimeout, QueryCache, Pooling, CommandTimeout, LockTimeout, Threads, MemoryLimit, MultipleActiveResultSets);

    static bool ParseBoolean(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "ON" or "1" => true,
        "FALSE" or "NO" or "OFF" or "0" => false,
        _ => throw new ArgumentException($"'{text}' is neither true nor false."),
    };

    static long ParseBytes(string text)
    {
        string number = text.TrimEnd().TrimEnd('B', 'b').TrimEnd('i');
        long unit = number.Length == 0 ? 1 : char.ToUpperInvariant(number[^1]) switch
        {
            'K' => 1L << 10,
            'M' => 1L << 20,
            'G' => 1L << 30,
            'T' => 1L << 40,
            _ => 1,
        };
        return long.TryParse(unit == 1 ? number : number[..^1], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long count) && count <= long.MaxValue / unit
            ? count * unit
            : throw new ArgumentException($"{MemoryLimitKeyword}={text} is not an amount of memory; write bytes, or a number with KB, MB, GB or TB.");
    }

    int ParseNumber(string keyword, int otherwise, string unit) => Text(keyword) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : throw new ArgumentException($"{keyword}={text} is not a number of {unit}.");
}

/// <summary>How a database is opened.</summary>
public enum JammiOpenMode
{
    /// <summary>Reads and writes; creates the database when it is not there.</summary>
    ReadWriteCreate,

    /// <summary>Reads and writes a database that must be there.</summary>
    ReadWrite,

    /// <summary>Reads only; every write is refused.</summary>
    ReadOnly,
}
