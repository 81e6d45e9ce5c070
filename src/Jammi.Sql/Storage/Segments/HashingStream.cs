using System.Security.Cryptography;

namespace Jammi.Sql.Storage.Segments;

/// <summary>Writes through to a file and hashes what passes.</summary>
internal sealed class HashingStream(Stream target, IncrementalHash hash) : Stream
{
    long written;

    public override bool CanRead => false;

    /// <summary>Arrow's writer wants a stream that knows its position; it moves it nowhere.</summary>
    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => written;

    public override long Position
    {
        get => written;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        hash.AppendData(buffer);
        target.Write(buffer);
        written += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => target.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
