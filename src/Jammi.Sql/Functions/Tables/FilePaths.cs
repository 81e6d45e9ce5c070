using Microsoft.Extensions.FileSystemGlobbing;
using Microsoft.Extensions.FileSystemGlobbing.Abstractions;

namespace Jammi.Sql.Functions.Tables;

/// <summary>Turns the path argument of a file reader into files: a path, a glob (<c>*</c>, <c>?</c>, <c>**</c>), or a list of them.</summary>
internal static class FilePaths
{
    static readonly char[] Wildcards = ['*', '?'];

    /// <summary>The files, each once, in ordinal order within a glob.</summary>
    /// <exception cref="SqlException">Io: a path is not there, or a glob has no directory to look in; a glob that matches nothing is an error too.</exception>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> patterns, CancellationToken cancellation)
    {
        var files = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string pattern in patterns)
        {
            foreach (string file in Expand(pattern, cancellation))
            {
                if (seen.Add(Path.GetFullPath(file)))
                {
                    files.Add(file);
                }
            }
        }

        return files;
    }

    static string[] Expand(string pattern, CancellationToken cancellation)
    {
        int wildcard = pattern.IndexOfAny(Wildcards);
        if (wildcard < 0)
        {
            return File.Exists(pattern) ? [pattern] : throw Missing(pattern);
        }

        int split = pattern.LastIndexOfAny([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], wildcard);
        string root = split < 0 ? "." : split == 0 ? "/" : pattern[..split];
        if (!Directory.Exists(root))
        {
            throw new SqlException(SqlErrorCode.Io, $"{pattern}: there is no directory {Path.GetFullPath(root)}{Nearest(root)}");
        }

        var matcher = new Matcher(OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
        matcher.AddInclude(pattern[(split + 1)..]);
        string[] found = [.. matcher.Execute(new StoppableDirectory(new DirectoryInfoWrapper(new DirectoryInfo(root)), cancellation)).Files.Select(f => split < 0 ? f.Path : Path.Combine(root, f.Path)).Order(StringComparer.Ordinal)];
        return found.Length > 0 ? found : throw new SqlException(SqlErrorCode.Io, $"{pattern}: no file in {Path.GetFullPath(root)} matches.");
    }

    static SqlException Missing(string path) => Directory.Exists(path)
        ? new(SqlErrorCode.Io, $"{path} is a directory; add a pattern such as {Path.Combine(path, "*")}.")
        : new(SqlErrorCode.Io, $"There is no file {Path.GetFullPath(path)}{Nearest(path)}");

    /// <summary>Names in the same directory that differ only in case or ending, or the nearest directory that exists.</summary>
    static string Nearest(string path)
    {
        string? directory = Path.GetDirectoryName(Path.GetFullPath(path));
        if (directory is null || !Directory.Exists(directory))
        {
            return directory is null ? "." : $"; the directory {directory} does not exist either.";
        }

        string stem = Path.GetFileNameWithoutExtension(path);
        string[] near = [.. Directory.EnumerateFileSystemEntries(directory)
            .Select(e => Path.GetFileName(e))
            .Where(e => Path.GetFileNameWithoutExtension(e).Contains(stem, StringComparison.OrdinalIgnoreCase) || stem.Contains(Path.GetFileNameWithoutExtension(e), StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .Take(5)];
        return near.Length == 0 ? "." : $"; near it are {string.Join(", ", near)}.";
    }
}
