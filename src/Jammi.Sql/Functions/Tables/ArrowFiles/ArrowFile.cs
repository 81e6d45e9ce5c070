using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Jammi.Sql.Storage.Segments;

namespace Jammi.Sql.Functions.Tables.ArrowFiles;

/// <summary>
/// One open Arrow IPC file, of the file format or the stream format, read from the first batch to the last. A file of less than 2 GiB is mapped, so that
/// columns that nobody asks for are not read; the arrays of a batch lie in the map then and must be copied before the file is closed.
/// </summary>
internal sealed class ArrowFile : IDisposable
{
    const string Format = "Arrow";

    /// <summary>"ARROW1" and two zero bytes; what follows is the stream format, then a footer.</summary>
    const int MagicBytes = 8;

    /// <summary>The length of the footer, and "ARROW1" once more.</summary>
    const int EndBytes = sizeof(int) + 6;

    readonly string path;
    readonly FileStream file;
    readonly MappedFile? map;
    readonly ArrowStreamReader reader;

    public ArrowFile(string path)
    {
        this.path = path;
        file = FileErrors.Open(path);
        try
        {
            (int start, long end) = StreamWithin(path, file);
            if (file.Length <= int.MaxValue)
            {
                map = new MappedFile(path);
                reader = new ArrowStreamReader(map.Memory[start..(int)end], new CompressionCodecFactory());
            }
            else
            {
                // What follows the last batch says so: the reader stops before the footer.
                file.Position = start;
                reader = new ArrowStreamReader(file, new CompressionCodecFactory(), leaveOpen: true);
            }

            Fields = Guard(() => reader.Schema).FieldsList;
        }
        catch (Exception error)
        {
            Dispose();
            throw FileErrors.Reading(path, Format, error);
        }
    }

    public IReadOnlyList<Field> Fields { get; }

    /// <summary>The next batch, or null at the end.</summary>
    public RecordBatch? ReadNext() => Guard(reader.ReadNextRecordBatch);

    /// <summary>Runs a piece of reading so that its errors name the file.</summary>
    public T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error)
        {
            throw FileErrors.Reading(path, Format, error);
        }
    }

    public void Dispose()
    {
        // The reader would dispose memory that it does not own.
        ((IDisposable?)map)?.Dispose();
        file.Dispose();
    }

    /// <summary>Where the stream of messages begins and ends: the file format puts a mark before it and a footer behind.</summary>
    static (int Start, long End) StreamWithin(string path, FileStream file)
    {
        Span<byte> head = stackalloc byte[MagicBytes];
        int read = file.ReadAtLeast(head, MagicBytes, throwOnEndOfStream: false);
        head = head[..read];
        if (head.StartsWith("ARROW1"u8))
        {
            return (MagicBytes, EndOfStream(path, file));
        }

        if (head.StartsWith("FEA1"u8))
        {
            throw new SqlException(SqlErrorCode.NotSupported, $"{path} is of the first Feather format, which cannot be read; write it anew as Arrow IPC (Feather version 2).");
        }

        // A stream begins with the length of its schema, which never is zero, after a mark in all but the oldest files.
        return read == MagicBytes && (BitConverter.ToUInt32(head) == uint.MaxValue || BitConverter.ToInt32(head) is > 0 and < 1 << 24)
            ? (0, file.Length)
            : throw FileErrors.Damaged(path, read == 0 ? "is empty: it is no Arrow file." : "is no Arrow file: it begins neither with ARROW1 nor as an Arrow stream.");
    }

    static long EndOfStream(string path, FileStream file)
    {
        if (file.Length > MagicBytes + EndBytes)
        {
            Span<byte> tail = stackalloc byte[EndBytes];
            file.Seek(-EndBytes, SeekOrigin.End);
            file.ReadExactly(tail);
            long end = file.Length - EndBytes - BitConverter.ToInt32(tail);
            if (tail.EndsWith("ARROW1"u8) && end >= MagicBytes && end < file.Length - EndBytes)
            {
                return end;
            }
        }

        throw FileErrors.Damaged(path, "is cut short: an Arrow file ends with ARROW1, and this one does not.");
    }
}
