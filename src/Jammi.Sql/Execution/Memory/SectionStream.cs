using Microsoft.Win32.SafeHandles;

namespace Jammi.Sql.Execution.Memory;

/// <summary>Sections of a file one after the other, for reading once. It has a place of its own in the file, so that several may be read at the same time.</summary>
internal sealed class SectionStream(SafeFileHandle file, IReadOnlyList<(long Start, long End)> sections) : Stream
{
    int section = -1;
    long place;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new System.NotSupportedException();

    public override long Position
    {
        get => throw new System.NotSupportedException();
        set => throw new System.NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (section < 0 || place >= sections[section].End)
        {
            if (section + 1 >= sections.Count)
            {
                return 0;
            }

            place = sections[++section].Start;
        }

        int read = RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, sections[section].End - place)], place);
        place += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new System.NotSupportedException();

    public override void SetLength(long value) => throw new System.NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new System.NotSupportedException();
}
