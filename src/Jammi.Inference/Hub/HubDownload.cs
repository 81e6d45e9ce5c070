using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Jammi.Inference.Hub;

/// <summary>
/// Downloads one file: into <c>HASH.incomplete</c>, continued where it stopped, compared with the size and hash that the server states, and only then renamed
/// to its name.
/// </summary>
internal sealed class HubDownload(HubSettings settings, HubHttp http, HubCache cache, ModelId id, HubCommit commit, HubFile file)
{
    const int BufferSize = 1 << 20;

    /// <summary>ENOSPC as .NET reports it on Unix, and ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL on Windows.</summary>
    static readonly int[] DiskFullResults = [28, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <param name="report">Receives the bytes that are there so far.</param>
    /// <exception cref="InferenceException">DownloadFailed: the server cannot be reached or stays silent, the content is wrong, or the disk is full.</exception>
    public async Task RunAsync(Action<long> report, CancellationToken cancellation)
    {
        string blob = cache.BlobPath(commit, file);
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        using FileStream alone = await LockAsync(cache.LockPath(blob), cancellation).ConfigureAwait(false);
        if (File.Exists(blob))
        {
            report(file.Size);
            return;
        }

        string partial = blob + ".incomplete";
        RequireSpace(partial);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await TryAsync(partial, report, cancellation).ConfigureAwait(false);
                File.Move(partial, blob);
                return;
            }
            catch (Exception error) when (IsDiskFull(error))
            {
                throw new InferenceException(InferenceError.DownloadFailed, $"The disk is full: {file.Name} of {id} could not be written to {Path.GetDirectoryName(blob)}. Free some space and try again; the download will continue where it stopped.", error);
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested && error is HttpRequestException or IOException or OperationCanceledException)
            {
                if (attempt >= settings.Attempts)
                {
                    string why = error is OperationCanceledException ? string.Create(CultureInfo.InvariantCulture, $"the server was silent for {settings.SilenceLimit.TotalSeconds:0} s") : error.Message;
                    throw new InferenceException(InferenceError.DownloadFailed, $"{file.Name} of {id} could not be downloaded from {settings.Endpoint} in {settings.Attempts} attempts: {why} Try again; the download will continue where it stopped.", error);
                }

                await Task.Delay(settings.RetryDelay * (1 << (attempt - 1)), cancellation).ConfigureAwait(false);
            }
        }
    }

    async Task TryAsync(string partial, Action<long> report, CancellationToken cancellation)
    {
        Stream output = settings.OpenPartial(partial);
        await using (output.ConfigureAwait(false))
        {
            using IncrementalHash? hash = CreateHash();
            byte[] buffer = new byte[BufferSize];
            long done = await HashExistingAsync(output, hash, buffer, cancellation).ConfigureAwait(false);
            if (file.Size < 0 || done < file.Size)
            {
                using HttpResponseMessage response = await http.OpenAsync(id, commit, file, done, cancellation).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable || (done > 0 && !ContinuesAt(response, done)))
                {
                    // The server starts from the beginning, or there is more here than it has.
                    output.SetLength(0);
                    if (response.StatusCode != HttpStatusCode.OK)
                    {
                        throw new IOException($"the server cannot continue at byte {done}");
                    }

                    done = 0;
                    ResetHash(hash);
                }

                done = await CopyAsync(response, output, hash, buffer, done, report, cancellation).ConfigureAwait(false);
            }

            await output.FlushAsync(cancellation).ConfigureAwait(false);
            if (file.Size >= 0 && done < file.Size)
            {
                throw new IOException($"the connection ended after {done} of {file.Size} bytes");
            }

            Check(output, hash, done);
        }
    }

    async Task<long> CopyAsync(HttpResponseMessage response, Stream output, IncrementalHash? hash, byte[] buffer, long done, Action<long> report, CancellationToken cancellation)
    {
        Stream input = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        while (true)
        {
            int read;
            using (var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
            {
                silence.CancelAfter(settings.SilenceLimit);
                read = await input.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
            }

            if (read == 0)
            {
                return done;
            }

            await output.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            hash?.AppendData(buffer, 0, read);
            done += read;
            report(done);
        }
    }

    /// <summary>What an earlier attempt left counts, and so is part of the hash.</summary>
    async Task<long> HashExistingAsync(Stream output, IncrementalHash? hash, byte[] buffer, CancellationToken cancellation)
    {
        if (file.Size >= 0 && output.Length > file.Size)
        {
            output.SetLength(0);
        }

        output.Position = 0;
        int read;
        while ((read = await output.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            hash?.AppendData(buffer, 0, read);
        }

        return output.Position;
    }

    void Check(Stream output, IncrementalHash? hash, long done)
    {
        string? expected = file.Sha256 ?? file.GitHash;
        string? actual = hash is null ? null : Convert.ToHexStringLower(hash.GetHashAndReset());
        if ((file.Size >= 0 && done != file.Size) || !string.Equals(actual, expected, StringComparison.OrdinalIgnoreCase))
        {
            // Continuing from wrong bytes could never end well.
            output.SetLength(0);
            string what = file.Size >= 0 && done != file.Size ? $"{done} bytes instead of {file.Size}" : $"the {(file.Sha256 is null ? "git hash" : "SHA-256")} {actual} instead of {expected}";
            throw new InferenceException(InferenceError.DownloadFailed, $"{file.Name} of {id} arrived with {what}: the transfer or the server's copy is damaged. What was downloaded is deleted; try again.");
        }
    }

    /// <summary>A git blob's hash covers its length in front of its content.</summary>
    IncrementalHash? CreateHash()
    {
        IncrementalHash? hash = file.Sha256 is not null ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256)
            : file.GitHash is not null && file.Size >= 0 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA1)
            : null;
        ResetHash(hash);
        return hash;
    }

    void ResetHash(IncrementalHash? hash)
    {
        if (hash is null)
        {
            return;
        }

        _ = hash.GetHashAndReset();
        if (file.Sha256 is null)
        {
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {file.Size}\0")));
        }
    }

    void RequireSpace(string partial)
    {
        long there = File.Exists(partial) ? new FileInfo(partial).Length : 0;
        long needed = file.Size - there;
        string directory = Path.GetDirectoryName(partial)!;
        long available = settings.AvailableBytes(directory);
        if (needed > available)
        {
            throw new InferenceException(
                InferenceError.DownloadFailed,
                string.Create(CultureInfo.InvariantCulture, $"{file.Name} of {id} needs {needed / 1e6:0.0} MB more, but {directory} has {available / 1e6:0.0} MB left. Free some space, or set HF_HUB_CACHE to another disk."));
        }
    }

    static bool ContinuesAt(HttpResponseMessage response, long position) => response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == position;

    static bool IsDiskFull(Exception error) => error is IOException && DiskFullResults.Contains(error.HResult);

    /// <summary>Waits until no other process, and no other thread, downloads the same content.</summary>
    static async Task<FileStream> LockAsync(string path, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(100, cancellation).ConfigureAwait(false);
            }
        }
    }
}
