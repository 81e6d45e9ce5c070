using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Jammi.Inference.Tests.Hub;

/// <summary>A hub with one repository, on this machine: lists files, serves ranges, and misbehaves where a test asks for it. Files can lie behind a redirect to another port.</summary>
sealed class TestHub : IDisposable
{
    public const string Repository = "owner/model";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    readonly HttpListener listener = new();
    readonly Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
    readonly TestHub? storage;
    readonly Task loop;

    public TestHub(bool withStorage = false)
    {
        storage = withStorage ? new TestHub() : null;
        Address = Start(listener);
        loop = Task.Run(ServeAsync);
    }

    public string Address { get; }

    /// <summary>Every request: path, first byte asked for, and the token it carried.</summary>
    public ConcurrentQueue<(string Path, long From, string? Token)> Requests { get; } = new();

    public IEnumerable<(string Path, long From, string? Token)> StorageRequests => storage!.Requests;

    /// <summary>The token that may see the repository; null for everyone.</summary>
    public string? RequiredToken { get; set; }

    /// <summary>Connections that are cut after <see cref="CutAfter"/> bytes of a file.</summary>
    public int Cuts { get; set; }

    public int CutAfter { get; set; } = 1000;

    /// <summary>Files whose content differs from what the list states.</summary>
    public HashSet<string> Damaged { get; } = new(StringComparer.Ordinal);

    /// <summary>Files that the list has and the server does not.</summary>
    public HashSet<string> Lost { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the server ignores where a download should continue.</summary>
    public bool IgnoresRanges { get; set; }

    public void Add(string name, byte[] content)
    {
        files[name] = content;
        storage?.Add(name, content);
    }

    public void Remove(string name) => files.Remove(name);

    public int Downloads(string name) => Requests.Count(r => r.Path.EndsWith("/" + name, StringComparison.Ordinal));

    public void Dispose()
    {
        listener.Stop();
        listener.Close();
        loop.Wait();
        storage?.Dispose();
    }

    static string Start(HttpListener listener)
    {
        while (true)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            int port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            string address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
            listener.Prefixes.Clear();
            listener.Prefixes.Add(address + "/");
            try
            {
                listener.Start();
                return address;
            }
            catch (HttpListenerException)
            {
                // Somebody took the port meanwhile.
            }
        }
    }

    async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => Serve(context));
        }
    }

    void Serve(HttpListenerContext context)
    {
        string path = context.Request.Url!.AbsolutePath;
        string? range = context.Request.Headers["Range"];
        long from = range is null ? 0 : long.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        string? token = context.Request.Headers["Authorization"];
        Requests.Enqueue((path, from, token));
        HttpListenerResponse response = context.Response;
        try
        {
            if (RequiredToken is not null && token != "Bearer " + RequiredToken)
            {
                response.StatusCode = 401;
            }
            else if (path == $"/api/models/{Repository}/revision/main" || path == $"/api/models/{Repository}/revision/{Commit}" || path == $"/api/models/{Repository}/revision/v1")
            {
                Write(response, Encoding.UTF8.GetBytes(List()), 0);
            }
            else if (path.StartsWith($"/{Repository}/resolve/{Commit}/", StringComparison.Ordinal))
            {
                ServeFile(response, path[$"/{Repository}/resolve/{Commit}/".Length..], from);
            }
            else
            {
                response.StatusCode = 404;
            }

            response.Close();
        }
        catch (Exception error) when (error is HttpListenerException or IOException or InvalidOperationException or ObjectDisposedException)
        {
            // The other side went away, as some tests want it to.
        }
    }

    void ServeFile(HttpListenerResponse response, string name, long from)
    {
        if (Lost.Contains(name) || !files.TryGetValue(name, out byte[]? content))
        {
            response.StatusCode = 404;
            return;
        }

        if (storage is not null)
        {
            response.StatusCode = 302;
            response.Headers["Location"] = $"{storage.Address}/{Repository}/resolve/{Commit}/{name}";
            return;
        }

        if (Damaged.Contains(name))
        {
            content = [.. content];
            content[content.Length / 2] ^= 1;
        }

        Write(response, content, IgnoresRanges ? 0 : from);
    }

    void Write(HttpListenerResponse response, byte[] content, long from)
    {
        if (from > 0)
        {
            response.StatusCode = 206;
            response.Headers["Content-Range"] = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{content.Length - 1}/{content.Length}");
        }

        int length = content.Length - (int)from;
        response.ContentLength64 = length;
        if (Cuts > 0 && content.Length > CutAfter && from + CutAfter < content.Length)
        {
            Cuts--;
            response.OutputStream.Write(content, (int)from, CutAfter);
            response.OutputStream.Flush();
            response.Abort();
            return;
        }

        response.OutputStream.Write(content, (int)from, length);
    }

    /// <summary>What git calls a content: not for security, but the format's name for it.</summary>
    static string GitHash(byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    string List() => JsonSerializer.Serialize(new
    {
        id = Repository,
        sha = Commit,
        siblings = files.Select(f => new Dictionary<string, object>
        {
            ["rfilename"] = f.Key,
            ["size"] = f.Value.Length,
            ["blobId"] = GitHash(f.Value),
        }.Concat(f.Key.EndsWith(".safetensors", StringComparison.Ordinal)
            ? [new KeyValuePair<string, object>("lfs", new { sha256 = Convert.ToHexStringLower(SHA256.HashData(f.Value)), size = f.Value.Length })]
            : []).ToDictionary()),
    });
}
