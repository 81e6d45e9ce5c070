using Jammi.Sql.Storage.Segments;

namespace Jammi.Sql.Tests.Storage;

public sealed unsafe class MappedFileTests : IDisposable
{
    readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Bytes_are_copied_out_of_the_file()
    {
        File.WriteAllBytes(path, [.. Enumerable.Range(0, 200).Select(i => (byte)i)]);
        using var file = new MappedFile(path);
        byte[] copied = new byte[50];
        using System.Buffers.MemoryHandle place = file.Pin(100);
        file.Copy(place.Pointer, copied);
        Assert.Equal([.. Enumerable.Range(100, 50).Select(i => (byte)i)], copied);
    }

    [Fact]
    public void A_file_that_was_cut_short_is_named()
    {
        if (OperatingSystem.IsWindows())
        {
            // A mapped file cannot be cut short there.
            return;
        }

        File.WriteAllBytes(path, new byte[20_000]);
        using var file = new MappedFile(path);
        using System.Buffers.MemoryHandle place = file.Pin(19_000);
        void* pointer = place.Pointer;
        using (var cut = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Write, Share = FileShare.ReadWrite }))
        {
            cut.SetLength(10_000);
        }

        var error = Assert.Throws<SqlException>(() => file.Copy(pointer, new byte[100]));
        Assert.Equal(SqlErrorCode.DataCorrupted, error.Code);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }
}
