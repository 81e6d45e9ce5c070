using System.Buffers;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Jammi.Sql.Storage.Segments;

/// <summary>
/// A read-only memory map of a whole file of less than 2 GiB. Spans taken from it must not outlive it. Whoever needs a few bytes here and there copies them out of the file: where a map is read,
/// the system brings the pages around into the process's memory as well, 64 KiB at a time on Linux.
/// </summary>
internal sealed unsafe class MappedFile : MemoryManager<byte>
{
    readonly string path;
    readonly SafeFileHandle file;
    readonly MemoryMappedFile map;
    readonly MemoryMappedViewAccessor view;
    readonly int length;
    byte* start;

    public MappedFile(string path)
    {
        this.path = path;
        long size = new FileInfo(path).Length;
        length = size is > 0 and <= int.MaxValue ? (int)size
            : throw new SqlException(SqlErrorCode.DataCorrupted, $"{path} has {size} bytes, which no segment has.");
        file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        map = MemoryMappedFile.CreateFromFile(file, mapName: null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += view.PointerOffset;
    }

    public override Span<byte> GetSpan() => start is null ? throw new ObjectDisposedException(nameof(MappedFile)) : new(start, length);

    /// <summary>Copies bytes of the file.</summary>
    /// <param name="place">Where they lie in the map.</param>
    /// <exception cref="SqlException">DataCorrupted: the file has become shorter since it was mapped; Io: it cannot be read.</exception>
    public void Copy(void* place, Span<byte> bytes)
    {
        long offset = (byte*)place - start;
        if (offset < 0 || offset + bytes.Length > length)
        {
            throw new ArgumentOutOfRangeException(nameof(place));
        }

        while (!bytes.IsEmpty)
        {
            int read = Read(bytes, offset);
            if (read == 0)
            {
                throw new SqlException(SqlErrorCode.DataCorrupted, $"{path} was cut short while it was in use: it had {length} bytes and now ends before byte {offset + 1}. Restore the file from a backup.");
            }

            bytes = bytes[read..];
            offset += read;
        }
    }

    int Read(Span<byte> bytes, long offset)
    {
        try
        {
            return RandomAccess.Read(file, bytes, offset);
        }
        catch (IOException error)
        {
            throw new SqlException(SqlErrorCode.Io, $"{path} cannot be read: {error.Message}", error);
        }
    }

    public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (start is not null)
        {
            start = null;
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            map.Dispose();
        }
    }
}
