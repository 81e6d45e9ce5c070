using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Jammi.Sql.Storage;

/// <summary>The steps of a durable commit on a file system. Tests replace it to fail or stop at each step.</summary>
internal partial class FileSystem
{
    /// <summary>What fsync says of a directory on file systems that keep directories durable by other means.</summary>
    const int InvalidArgument = 22;

    public static FileSystem Default { get; } = new();

    /// <summary>Creates a file that must not exist, has <paramref name="write"/> fill it, and flushes it to the device.</summary>
    public virtual void WriteFile(string path, Action<Stream> write)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        write(file);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Atomically gives a file its final name, replacing one of that name (rename(2)).</summary>
    public virtual void Publish(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Makes renames and deletions in a directory durable. Windows does that by itself.</summary>
    public virtual void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(path, flags: 0);
        if (descriptor < 0)
        {
            throw new IOException($"The directory {path} cannot be opened to flush it (errno {Marshal.GetLastPInvokeError()}).");
        }

        try
        {
            if (Fsync(descriptor) != 0 && Marshal.GetLastPInvokeError() is not InvalidArgument and int error)
            {
                throw new IOException($"The directory {path} cannot be flushed (errno {error}).");
            }
        }
        finally
        {
            _ = CloseDescriptor(descriptor);
        }
    }

    /// <summary>Deletes a file; none of that name is no error.</summary>
    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Opens a file to read although another holds it exclusively; null where the system does not allow that.</summary>
    public static SafeFileHandle? OpenIgnoringLocks(string path)
    {
        int descriptor = OperatingSystem.IsWindows() ? -1 : Open(path, flags: 0);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseDescriptor(int descriptor);
}
