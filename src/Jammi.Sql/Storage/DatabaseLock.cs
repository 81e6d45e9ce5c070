using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Jammi.Sql.Storage;

/// <summary>
/// The lock file of a database: held exclusively by the process that may write, shared by those that only read. Its text says who has the database
/// open, or that it was closed cleanly and which version of the definitions <c>catalog.db</c> showed then.
/// </summary>
internal sealed class DatabaseLock : IDisposable
{
    const string OpenWord = "open";
    const string ClosedWord = "closed";

    readonly FileStream file;

    DatabaseLock(FileStream file, long? mirroredVersion)
    {
        this.file = file;
        MirroredVersion = mirroredVersion;
    }

    /// <summary>The version of the definitions that <c>catalog.db</c> showed at the last clean close, or null after an unclean one.</summary>
    public long? MirroredVersion { get; }

    /// <exception cref="SqlException">Busy: the database is open elsewhere.</exception>
    public static DatabaseLock Take(string path, bool readOnly)
    {
        FileStream file;
        try
        {
            file = readOnly
                ? new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read)
                : new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (IsSharingViolation(error))
        {
            string root = Path.GetDirectoryName(path)!;
            throw new SqlException(SqlErrorCode.Busy, $"The database at {root} is open already, {Owner(path)}; close it there, or open it with Mode=ReadOnly everywhere.", error);
        }

        string[] words = ReadWords(file);
        long? mirrored = words is [ClosedWord, var version] && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
        var taken = new DatabaseLock(file, mirrored);
        if (!readOnly)
        {
            taken.Write(string.Create(CultureInfo.InvariantCulture, $"{OpenWord} {Environment.ProcessId} {Environment.MachineName}"));
        }

        return taken;
    }

    /// <summary>
    /// Makes durable that the database is open. Until <c>catalog.db</c> is changed it need not be: what the file said before is still true if the machine stops then.
    /// </summary>
    public void Flush() => file.Flush(flushToDisk: true);

    /// <summary>Notes that all is done and what <c>catalog.db</c> shows.</summary>
    public void MarkClosed(long mirroredVersion)
    {
        Write(string.Create(CultureInfo.InvariantCulture, $"{ClosedWord} {mirroredVersion}"));
        Flush();
    }

    public void Dispose() => file.Dispose();

    void Write(string text)
    {
        file.Position = 0;
        file.Write(Encoding.UTF8.GetBytes(text + "\n"));
        file.SetLength(file.Position);
        file.Flush();
    }

    static string[] ReadWords(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 256, leaveOpen: true);
        return reader.ReadToEnd().Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>EAGAIN of flock on Linux (11) and macOS (35); sharing and lock violation on Windows (32, 33).</summary>
    static bool IsSharingViolation(IOException error) => error.GetType() == typeof(IOException) && (error.HResult & 0xFFFF) is 11 or 32 or 33 or 35;

    static string Owner(string path)
    {
        using SafeFileHandle? unlocked = FileSystem.OpenIgnoringLocks(path);
        if (unlocked is null)
        {
            return "perhaps in another process";
        }

        using var stream = new FileStream(unlocked, FileAccess.Read, bufferSize: 0);
        return ReadWords(stream) switch
        {
            [OpenWord, var id, _] when id == Environment.ProcessId.ToString(CultureInfo.InvariantCulture) => "in this process",
            [OpenWord, var id, var machine] => $"in process {id} on {machine}",
            _ => "for reading, in another process",
        };
    }
}
