using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Jammi.Inference.Hub;

/// <summary>Requests to a hub: redirects are followed by hand, so that the token stays with the host it belongs to, and refusals become sentences.</summary>
internal sealed class HubHttp(HubSettings settings)
{
    const int MostRedirects = 5;

    static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(30), PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The commit that a revision stands for, with its files.</summary>
    public async Task<HubCommit> ListAsync(ModelId id, CancellationToken cancellation)
    {
        string address = $"{settings.Endpoint}/api/models/{id.Repository}/revision/{Uri.EscapeDataString(id.Revision)}?blobs=true";
        using HttpResponseMessage response = await SendAsync(new Uri(address), from: 0, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            throw new InferenceException(InferenceError.ModelNotFound, $"{settings.Endpoint} has no model {id.Repository} with a revision {id.Revision}. Check the spelling of owner, name and revision.");
        }

        ThrowIfRefused(response, id);
        string text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            return new HubCommit(root.GetProperty("sha").GetString()!, [.. root.GetProperty("siblings").EnumerateArray().Select(ReadFile)]);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InferenceException(InferenceError.DownloadFailed, $"{address} did not answer with the list of a model's files: {error.Message} Is HF_ENDPOINT the address of a hub?", error);
        }
    }

    /// <summary>Opens a file from a byte on. The caller disposes the response.</summary>
    public async Task<HttpResponseMessage> OpenAsync(ModelId id, HubCommit commit, HubFile file, long from, CancellationToken cancellation)
    {
        string path = string.Join('/', file.Name.Split('/').Select(Uri.EscapeDataString));
        HttpResponseMessage response = await SendAsync(new Uri($"{settings.Endpoint}/{id.Repository}/resolve/{commit.Sha}/{path}"), from, cancellation).ConfigureAwait(false);
        try
        {
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                throw new InferenceException(
                    InferenceError.ModelNotFound,
                    $"{settings.Endpoint} lists the file {file.Name} of {id}, but does not have it (404). The nearest other names are {string.Join(", ", commit.Nearest(file.Name).Where(n => n != file.Name))}.");
            }

            if (response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                ThrowIfRefused(response, id);
            }

            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    static HubFile ReadFile(JsonElement sibling)
    {
        JsonElement? lfs = sibling.TryGetProperty("lfs", out JsonElement found) && found.ValueKind == JsonValueKind.Object ? found : null;
        long size = sibling.TryGetProperty("size", out JsonElement stated) && stated.ValueKind == JsonValueKind.Number ? stated.GetInt64() : -1;
        string? sha256 = lfs is { } large && large.TryGetProperty("sha256", out JsonElement hash) ? hash.GetString() : null;
        string? git = sibling.TryGetProperty("blobId", out JsonElement blob) ? blob.GetString() : null;
        return new(sibling.GetProperty("rfilename").GetString()!, size, sha256, sha256 is null ? git : null);
    }

    async Task<HttpResponseMessage> SendAsync(Uri address, long from, CancellationToken cancellation)
    {
        var endpoint = new Uri(settings.Endpoint);
        for (int redirect = 0; redirect <= MostRedirects; redirect++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("jammi", "1"));
            if (settings.Token is not null && address.Scheme == endpoint.Scheme && address.Authority == endpoint.Authority)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.Token);
            }

            if (from > 0)
            {
                request.Headers.Range = new RangeHeaderValue(from, null);
            }

            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            silence.CancelAfter(settings.SilenceLimit);
            HttpResponseMessage response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            address = new Uri(address, location);
        }

        throw new InferenceException(InferenceError.DownloadFailed, $"{settings.Endpoint} redirects in a circle; the last address was {address.GetLeftPart(UriPartial.Path)}.");
    }

    void ThrowIfRefused(HttpResponseMessage response, ModelId id)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when settings.Token is null:
                throw new InferenceException(
                    InferenceError.DownloadFailed,
                    $"{settings.Endpoint} does not let anonymous users see {id.Repository}: it is private, gated or does not exist. Set HF_TOKEN to an access token, or check the spelling.");
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                throw new InferenceException(
                    InferenceError.DownloadFailed,
                    $"{settings.Endpoint} refuses the token of HF_TOKEN for {id.Repository} ({(int)response.StatusCode}): it has expired, or the model's terms must be accepted at {settings.Endpoint}/{id.Repository}.");
        }

        if ((int)response.StatusCode >= 500 || response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            // Worth another attempt.
            throw new HttpRequestException($"the server answered {(int)response.StatusCode} {response.ReasonPhrase}");
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new InferenceException(InferenceError.DownloadFailed, $"{response.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Path)} answered {(int)response.StatusCode} {response.ReasonPhrase}.");
        }
    }
}
