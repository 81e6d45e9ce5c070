using System.Globalization;

namespace Jammi.Sql.Storage;

/// <summary>
/// The files of a database directory, and the commit protocol: new segments and delete vectors are written to <c>tmp/</c>, flushed and renamed into place;
/// the manifest of the next version is written, flushed and renamed; the directories are flushed. The newest manifest whose checksum holds is the
/// database; whatever no such manifest names is debris of an unfinished commit and is removed on opening.
/// </summary>
internal sealed class DatabaseFiles
{
    /// <summary>Manifests kept besides the newest, for repair by hand.</summary>
    const int KeptManifests = 2;

    readonly FileSystem files;

    public DatabaseFiles(string root, FileSystem files)
    {
        Root = root;
        this.files = files;
    }

    public string Root { get; }

    public string CatalogPath => Path.Combine(Root, "catalog.db");

    public string LockPath => Path.Combine(Root, "lock");

    string Manifests => Path.Combine(Root, "manifests");

    string Segments => Path.Combine(Root, "segments");

    string Deletes => Path.Combine(Root, "deletes");

    string Temporary => Path.Combine(Root, "tmp");

    public bool Exists => Directory.Exists(Manifests);

    public void CreateDirectories()
    {
        foreach (string directory in new[] { Root, Manifests, Segments, Deletes, Temporary })
        {
            Directory.CreateDirectory(directory);
        }

        files.SyncDirectory(Root);
    }

    public string SegmentPath(long id) => Path.Combine(Segments, Name(id, ".arrow"));

    public string DeletePath(long id) => Path.Combine(Deletes, Name(id, ".dv"));

    public void WriteSegment(long id, Action<Stream> write) => Write(SegmentPath(id), write);

    public void WriteDeletes(long id, byte[] content) => Write(DeletePath(id), s => s.Write(content));

    /// <summary>Makes all that the manifest names durable, then the manifest: after this the commit has happened.</summary>
    public void PublishManifest(Manifest manifest, bool wroteSegments, bool wroteDeletes)
    {
        if (wroteSegments)
        {
            files.SyncDirectory(Segments);
        }

        if (wroteDeletes)
        {
            files.SyncDirectory(Deletes);
        }

        Write(ManifestPath(manifest.Version), s => s.Write(manifest.Serialize()));
        files.SyncDirectory(Manifests);
    }

    /// <summary>The newest manifest that holds, or null for a database without one.</summary>
    public Manifest? ReadNewestManifest()
    {
        var problems = new List<string>();
        foreach (string path in Directory.EnumerateFiles(Manifests, "*.json").OrderDescending(StringComparer.Ordinal))
        {
            if (Manifest.TryParse(File.ReadAllBytes(path), out string problem) is { } manifest)
            {
                return manifest;
            }

            problems.Add($"{Path.GetFileName(path)}: {problem}");
        }

        return problems.Count == 0 ? null
            : throw new SqlException(SqlErrorCode.DataCorrupted, $"No manifest of {Root} can be used ({string.Join("; ", problems)}). Restore the database from a backup.");
    }

    /// <summary>Removes what the state does not name, and manifests older than the few that are kept.</summary>
    public void RemoveDebris(DatabaseState state)
    {
        foreach (string path in Directory.EnumerateFiles(Temporary))
        {
            files.Delete(path);
        }

        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (SegmentState segment in state.Tables.Values.SelectMany(t => t.Segments))
        {
            named.Add(SegmentPath(segment.Segment.Id));
            named.Add(DeletePath(segment.DeleteFile));
        }

        foreach (string path in Directory.EnumerateFiles(Segments).Concat(Directory.EnumerateFiles(Deletes)))
        {
            if (!named.Contains(path))
            {
                files.Delete(path);
            }
        }

        PruneManifests(state.Version);
    }

    public void PruneManifests(long newest)
    {
        foreach (string path in Directory.EnumerateFiles(Manifests, "*.json"))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long version) && version < newest - KeptManifests)
            {
                files.Delete(path);
            }
        }
    }

    public void Delete(string path) => files.Delete(path);

    string ManifestPath(long version) => Path.Combine(Manifests, Name(version, ".json"));

    static string Name(long number, string ending) => number.ToString("D20", CultureInfo.InvariantCulture) + ending;

    void Write(string path, Action<Stream> write)
    {
        string draft = Path.Combine(Temporary, Path.GetFileName(path) + "." + Guid.NewGuid().ToString("N"));
        files.WriteFile(draft, write);
        files.Publish(draft, path);
    }
}
