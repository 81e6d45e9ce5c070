using System.Diagnostics;

namespace Jammi.Inference;

/// <summary>
/// What can be computed again is kept in the user's cache directory, or where JAMMI_CACHE says. Where nothing can be written there it is computed every time: slower,
/// not wrong.
/// </summary>
internal static class UserCache
{
    /// <summary>Files that were used this recently may be in use elsewhere.</summary>
    static readonly TimeSpan InUse = TimeSpan.FromHours(1);

    public static string Root { get; } = Environment.GetEnvironmentVariable("JAMMI_CACHE") is { Length: > 0 } chosen
        ? chosen
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "jammi");

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>A small file's content, or null where there is none.</summary>
    public static byte[]? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Trace.TraceWarning($"{path} cannot be read: {error.Message}");
            return null;
        }
    }

    /// <summary>Writes a file under its name only when it is complete; false where that is not possible.</summary>
    public static bool TryWrite(string path, Action<FileStream> write)
    {
        string draft = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (FileStream stream = File.Create(draft))
            {
                write(stream);
            }

            File.Move(draft, path, overwrite: true);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Trace.TraceWarning($"{path} cannot be written: {error.Message}");
            TryDelete(draft);
            return false;
        }
    }

    /// <summary>Notes that a file is used: what is not used for longest goes first.</summary>
    public static void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Trace.TraceWarning($"{path} cannot be touched: {error.Message}");
        }
    }

    /// <summary>Deletes the files below a directory that were not used for longest until the rest takes no more than a limit. Those used within the last hour stay.</summary>
    public static void Trim(string directory, long limit, DateTime now)
    {
        FileInfo[] files = [.. new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(f => f.LastWriteTimeUtc)];
        long total = files.Sum(f => f.Length);
        foreach (FileInfo file in files.TakeWhile(f => now - f.LastWriteTimeUtc > InUse))
        {
            if (total <= limit)
            {
                return;
            }

            total -= file.Length;
            TryDelete(file.FullName);
        }
    }

    static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Trace.TraceWarning($"{path} cannot be deleted: {error.Message}");
        }
    }
}
