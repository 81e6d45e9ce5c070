using System.Security.Cryptography;
using System.Text;

namespace Jammi.Inference.Hub;

/// <summary>
/// The directory in which the Hugging Face libraries keep downloads, so that they and Jammi use each other's:
/// <c>models--owner--name/blobs/HASH</c> holds contents, <c>snapshots/COMMIT/FILE</c> links to them, <c>refs/REVISION</c> names a commit.
/// </summary>
internal sealed class HubCache(string root, ModelId id)
{
    readonly string repository = Path.Combine(root, $"models--{id.Owner}--{id.Name}");

    string Reference => Path.Combine(repository, "refs", id.Revision);

    /// <summary>Where the revision's files are, or would be.</summary>
    public string SnapshotPath => Path.Combine(repository, "snapshots", File.Exists(Reference) ? File.ReadAllText(Reference).Trim() : id.Revision);

    /// <summary>Where a content lies once it is complete; its name is the hash that the server states.</summary>
    public string BlobPath(HubCommit commit, HubFile file) =>
        Path.Combine(repository, "blobs", file.Sha256 ?? file.GitHash ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{commit.Sha}/{file.Name}"))));

    /// <summary>The file that says who downloads a content. It is never deleted: a waiting process may hold it open.</summary>
    public string LockPath(string blob) => Path.Combine(root, ".locks", Path.GetFileName(repository), Path.GetFileName(blob) + ".lock");

    /// <summary>Makes the commit's directory of links appear in one step, and then the reference to it.</summary>
    public string Publish(HubCommit commit, IReadOnlyList<HubFile> files)
    {
        string snapshot = Path.Combine(repository, "snapshots", commit.Sha);
        string draft = Path.Combine(repository, "snapshots", $".{commit.Sha}.{Guid.NewGuid():N}");
        try
        {
            Link(commit, files, draft);
            if (!Directory.Exists(snapshot))
            {
                try
                {
                    Directory.Move(draft, snapshot);
                }
                catch (IOException) when (Directory.Exists(snapshot))
                {
                    // Another process was faster; what it lacks is added below.
                }
            }

            if (Directory.Exists(draft))
            {
                Link(commit, files, snapshot);
            }
        }
        finally
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }

        WriteReference(commit.Sha);
        return snapshot;
    }

    void Link(HubCommit commit, IReadOnlyList<HubFile> files, string snapshot)
    {
        foreach (HubFile file in files)
        {
            string link = Path.Combine(snapshot, file.Name.Replace('/', Path.DirectorySeparatorChar));
            string directory = Path.GetDirectoryName(link)!;
            Directory.CreateDirectory(directory);
            if (File.Exists(link))
            {
                continue;
            }

            string blob = BlobPath(commit, file);
            try
            {
                // The draft and the snapshot lie side by side, so the way to the blobs is the same from both.
                File.CreateSymbolicLink(link, Path.GetRelativePath(directory, blob));
            }
            catch (IOException) when (File.Exists(link))
            {
                // Another process was faster.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
            {
                // Windows needs a privilege for links; without it the content is there twice.
                File.Copy(blob, link, overwrite: true);
            }
        }
    }

    void WriteReference(string sha)
    {
        if (id.Revision == sha)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Reference)!);
        string draft = $"{Reference}.{Guid.NewGuid():N}";
        File.WriteAllText(draft, sha);
        File.Move(draft, Reference, overwrite: true);
    }
}
