using System.Diagnostics;

namespace Jammi.Inference;

/// <summary>What can be computed again is kept in the user's cache directory. Where nothing can be written there it is computed every time: slower, not wrong.</summary>
internal static class UserCache
{
    public static string Root { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "jammi");

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
