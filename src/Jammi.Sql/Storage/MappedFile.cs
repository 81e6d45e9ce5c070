using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Jammi.Sql.Storage;

/// <summary>A read-only memory map of a whole file of less than 2 GiB. Spans taken from it must not outlive it.</summary>
internal sealed unsafe class MappedFile : MemoryManager<byte>
{
    readonly MemoryMappedFile map;
    readonly MemoryMappedViewAccessor view;
    readonly int length;
    byte* start;

    public MappedFile(string path)
    {
        long size = new FileInfo(path).Length;
        length = size is > 0 and <= int.MaxValue ? (int)size
            : throw new SqlException(SqlErrorCode.DataCorrupted, $"{path} has {size} bytes, which no segment has.");
        map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
        view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += view.PointerOffset;
    }

    public override Span<byte> GetSpan() => start is null ? throw new ObjectDisposedException(nameof(MappedFile)) : new(start, length);

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
