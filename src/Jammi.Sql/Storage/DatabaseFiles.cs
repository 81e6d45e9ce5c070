using System.Globalization;
using System.Security.Cryptography;
using Jammi.Sql.Storage.Manifests;
using Jammi.Sql.Storage.Segments;

namespace Jammi.Sql.Storage;

/// <summary>
/// The files of a database directory, and the commit protocol: new segments and delete vectors are written to <c>tmp/</c>, flushed and renamed into place;
/// the manifest of the next version is written, flushed and renamed; the directories are flushed. The newest manifest whose checksum holds is the
/// database; whatever the manifests do not name is debris of an unfinished commit and is removed on opening. The manifest before the newest is kept
/// with its files, so that a damaged newest one costs one commit and not the database. No manifest names search codes or terms: they belong to a segment by their
/// name, and are made again when they are missing.
/// </summary>
internal sealed class DatabaseFiles(string root, FileSystem files)
{
    /// <summary>The newest manifest and the one before.</summary>
    const int KeptManifests = 2;

    /// <summary>Whether the directories, which this or an earlier process made, were flushed; before the first commit of this one they need not be.</summary>
    bool areDirectoriesDurable;

    public string Root { get; } = Path.GetFullPath(root);

    public string CatalogPath => Path.Combine(Root, "catalog.db");

    public string LockPath => Path.Combine(Root, "lock");

    string Manifests => Path.Combine(Root, "manifests");

    string Segments => Path.Combine(Root, "segments");

    string Deletes => Path.Combine(Root, "deletes");

    string Codes => Path.Combine(Root, "codes");

    string Terms => Path.Combine(Root, "terms");

    string Temporary => Path.Combine(Root, "tmp");

    public bool Exists => Directory.Exists(Manifests);

    /// <summary>Whether the directory is there and holds something that a database does not.</summary>
    public bool IsForeignDirectory => Directory.Exists(Root)
        && Directory.EnumerateFileSystemEntries(Root).Any(e => Path.GetFileName(e) is not ("lock" or "manifests" or "segments" or "deletes" or "codes" or "terms" or "tmp"));

    public void CreateDirectories()
    {
        bool isNew = !Directory.Exists(Root);
        foreach (string directory in new[] { Root, Segments, Deletes, Temporary, Manifests })
        {
            Directory.CreateDirectory(directory);
        }

        if (isNew && Path.GetDirectoryName(Root) is { } parent)
        {
            files.SyncDirectory(parent);
        }
    }

    public string SegmentPath(long id) => Path.Combine(Segments, Name(id, ".arrow"));

    public string DeletePath(long id) => Path.Combine(Deletes, Name(id, ".dv"));

    /// <summary>The file of the search codes of a segment's column.</summary>
    public string CodesPath(long segment, int ordinal) => Path.Combine(Codes, Name(segment, string.Create(CultureInfo.InvariantCulture, $".{ordinal}.codes")));

    /// <summary>The file of the cells of a segment's column.</summary>
    public string CellsPath(long segment, int ordinal) => Path.Combine(Codes, Name(segment, string.Create(CultureInfo.InvariantCulture, $".{ordinal}.cells")));

    /// <summary>Writes search codes or cells. They can be made again, so that their name need not be durable.</summary>
    public void WriteCodes(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(Codes);
        Write(path, write);
    }

    /// <summary>The file of the terms of a segment, for one definition of a full-text index.</summary>
    public string TermsPath(long segment, string definition) => Path.Combine(Terms, Name(segment, $".{definition}.terms"));

    /// <summary>Writes terms. They can be made again, so that their name need not be durable.</summary>
    public void WriteTerms(long segment, string definition, Action<Stream> write)
    {
        Directory.CreateDirectory(Terms);
        Write(TermsPath(segment, definition), write);
    }

    /// <summary>Deletes all terms of a segment.</summary>
    public void RemoveTerms(long segment)
    {
        foreach (string path in FilesIn(Terms, Name(segment, ".*.terms")).ToList())
        {
            TryDelete(path);
        }
    }

    public bool HasTerms => Directory.Exists(Terms);

    /// <summary>Deletes terms whose segment or index is gone.</summary>
    public void RemoveTermsExcept(IReadOnlySet<string> used)
    {
        foreach (string path in FilesIn(Terms, "*.terms").Where(path => !used.Contains(path)).ToList())
        {
            TryDelete(path);
        }
    }

    public SegmentFile WriteSegment(long id, Action<Stream> write)
    {
        SegmentFile? written = null;
        Write(SegmentPath(id), file =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var stream = new HashingStream(file, hash);
            write(stream);
            written = new(id, stream.Length, Convert.ToHexStringLower(hash.GetHashAndReset()));
        });
        return written!;
    }

    /// <summary>What is wrong with a segment's file at first sight, or null.</summary>
    public string? FindLengthProblem(SegmentFile segment)
    {
        var file = new FileInfo(SegmentPath(segment.Id));
        return !file.Exists ? $"Segment {file.FullName} is missing. Restore the file from a backup."
            : file.Length != segment.Length ? $"Segment {file.FullName} has {file.Length} bytes where the manifest says {segment.Length}. Restore the file from a backup."
            : null;
    }

    /// <summary>What is wrong with a segment's file, having read it all, or null.</summary>
    public string? FindProblem(SegmentFile segment)
    {
        if (FindLengthProblem(segment) is { } problem)
        {
            return problem;
        }

        using FileStream file = File.OpenRead(SegmentPath(segment.Id));
        return Convert.ToHexStringLower(SHA256.HashData(file)) == segment.Sha256 ? null
            : $"The checksum of segment {file.Name} is not the one in the manifest. Restore the file from a backup.";
    }

    public void WriteDeletes(long id, byte[] content) => Write(DeletePath(id), s => s.Write(content));

    /// <summary>Makes renamed segments and delete vectors durable; before the manifest that names them.</summary>
    public void SyncContents()
    {
        files.SyncDirectory(Segments);
        files.SyncDirectory(Deletes);
    }

    /// <summary>The step that makes a commit happen.</summary>
    /// <exception cref="CommitInDoubtException">It failed, and so did undoing it.</exception>
    public void PublishManifest(Manifest manifest)
    {
        if (!areDirectoriesDurable)
        {
            files.SyncDirectory(Root);
            areDirectoriesDurable = true;
        }

        string path = Path.Combine(Manifests, Name(manifest.Version, ".json"));
        string draft = WriteDraft(path, s => s.Write(manifest.Serialize()));
        try
        {
            files.Publish(draft, path);
            files.SyncDirectory(Manifests);
        }
        catch (Exception error) when (IsFileError(error))
        {
            // The manifest may have its name already, durably or not: it must go before anything else is written.
            try
            {
                files.Delete(path);
                files.Delete(draft);
                files.SyncDirectory(Manifests);
            }
            catch (Exception second) when (IsFileError(second))
            {
                throw new CommitInDoubtException(error.Message, second);
            }

            throw;
        }
    }

    /// <summary>The manifests that can be read, newest first, and what is wrong with the others.</summary>
    public (List<Manifest> Readable, List<string> Problems) ReadManifests()
    {
        var readable = new List<Manifest>();
        var problems = new List<string>();
        foreach (string path in ManifestPaths())
        {
            if (Manifest.TryParse(File.ReadAllBytes(path), out string problem) is { } manifest)
            {
                readable.Add(manifest);
            }
            else
            {
                problems.Add($"{Path.GetFileName(path)}: {problem}");
            }
        }

        return (readable, problems);
    }

    /// <summary>The largest number that a segment or delete-vector file has.</summary>
    public long LastFileId()
    {
        long last = 0;
        foreach (string path in ContentPaths())
        {
            last = Math.Max(last, NumberOf(path));
        }

        return last;
    }

    public bool HasContents() => ContentPaths().Any();

    /// <summary>Removes unfinished drafts.</summary>
    public void RemoveDrafts()
    {
        foreach (string path in Directory.EnumerateFiles(Temporary))
        {
            files.Delete(path);
        }
    }

    /// <summary>Removes segments and delete vectors that no manifest names.</summary>
    public void RemoveDebris(IEnumerable<Manifest> manifests)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        var segments = new HashSet<string>(StringComparer.Ordinal);
        foreach (ManifestSegment segment in manifests.SelectMany(m => m.Tables).SelectMany(t => t.Segments))
        {
            named.Add(SegmentPath(segment.Id));
            named.Add(DeletePath(segment.DeleteFile));
            segments.Add(Name(segment.Id, string.Empty));
        }

        IEnumerable<string> codes = FilesIn(Codes, "*.codes").Concat(FilesIn(Codes, "*.cells")).Where(path => !segments.Contains(Path.GetFileName(path).Split('.')[0]));
        foreach (string path in ContentPaths().Where(path => !named.Contains(path)).Concat(codes).ToList())
        {
            files.Delete(path);
        }
    }

    /// <summary>Removes the manifests that are not kept, where that is possible.</summary>
    public void PruneManifests()
    {
        foreach (string path in ManifestPaths().Skip(KeptManifests))
        {
            TryDelete(path);
        }
    }

    /// <summary>Deletes what is of no use any more; what cannot be deleted now is debris for the next open.</summary>
    public void TryDelete(string path)
    {
        try
        {
            files.Delete(path);
        }
        catch (Exception error) when (IsFileError(error))
        {
            Leftovers++;
        }
    }

    /// <summary>How many files could not be deleted when they were of no use any more.</summary>
    public int Leftovers { get; private set; }

    /// <summary>What goes wrong with files for reasons outside of Jammi.</summary>
    public static bool IsFileError(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>Newest first.</summary>
    string[] ManifestPaths()
    {
        string[] paths = Directory.GetFiles(Manifests, "*.json");
        Array.Sort(paths, static (a, b) => NumberOf(b).CompareTo(NumberOf(a)));
        return paths;
    }

    /// <summary>The number that a file's name is, or -1.</summary>
    static long NumberOf(string path) => long.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : -1;

    IEnumerable<string> ContentPaths() => FilesIn(Segments, "*.arrow").Concat(FilesIn(Deletes, "*.dv"));

    /// <summary>A directory that was empty may have got lost in a copy.</summary>
    static IEnumerable<string> FilesIn(string directory, string pattern) => Directory.Exists(directory) ? Directory.EnumerateFiles(directory, pattern) : [];

    static string Name(long number, string ending) => number.ToString("D20", CultureInfo.InvariantCulture) + ending;

    void Write(string path, Action<Stream> write) => files.Publish(WriteDraft(path, write), path);

    string WriteDraft(string path, Action<Stream> write)
    {
        string draft = Path.Combine(Temporary, Path.GetFileName(path) + "." + Guid.NewGuid().ToString("N"));
        try
        {
            files.WriteFile(draft, write);
            return draft;
        }
        catch (Exception error) when (IsFileError(error))
        {
            // On a full disk the half-written draft is the first that should go; if it stays, the next open removes it.
            TryDelete(draft);
            throw;
        }
    }
}

/// <summary>A commit failed at its last step and could not be undone: whether it happened is known only after reopening.</summary>
internal sealed class CommitInDoubtException(string message, Exception innerException) : IOException(message, innerException);
