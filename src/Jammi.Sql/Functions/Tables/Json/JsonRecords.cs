using System.Text.Json;

namespace Jammi.Sql.Functions.Tables.Json;

/// <summary>The objects of a JSON file, one after the other, in a window of memory that is as long as the longest of them: an array of objects, or objects with white space between.</summary>
internal sealed class JsonRecords(string path, Stream stream) : IDisposable
{
    const int FirstBytes = 1 << 18;

    /// <summary>Of arrays and objects within one another.</summary>
    public const int MaxDepth = 1000;

    static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    byte[] buffer = new byte[FirstBytes];
    int start;
    int end;
    long nextLine = 1;
    bool started;
    bool inArray;
    bool afterElement;
    bool closed;
    bool final;

    /// <summary>The line on which <see cref="Current"/> begins.</summary>
    public long Line { get; private set; }

    /// <summary>The object as it is written, until the next is read.</summary>
    public ReadOnlyMemory<byte> Current { get; private set; }

    public static JsonRecords Open(string path, string compression) => new(path, InputFile.Open(path, compression));

    public bool Next()
    {
        Current = default;
        while (SkipBlanks())
        {
            byte next = buffer[start];
            if (!started && next == '[')
            {
                (started, inArray) = (true, true);
                start++;
            }
            else if (inArray && next == ']')
            {
                start++;
                closed = true;
                return SkipBlanks() ? throw Error("there is text after the end of the array.") : false;
            }
            else if (inArray && afterElement && next == ',')
            {
                afterElement = false;
                start++;
            }
            else
            {
                started = true;
                return ReadObject();
            }
        }

        return inArray && !closed ? throw Error("the array has no end; the file may be cut short.") : false;
    }

    public void Dispose() => stream.Dispose();

    /// <summary>An error at the current object, or at a number of lines within it.</summary>
    public SqlException Error(string problem, long linesWithin = 0, Exception? error = null) =>
        new(SqlErrorCode.InvalidText, $"{path}, line {(Current.IsEmpty ? nextLine : Line) + linesWithin}: {problem}", error);

    bool ReadObject()
    {
        if (inArray && afterElement)
        {
            throw Error("a comma is missing between two objects.");
        }

        if (buffer[start] != '{')
        {
            throw Error("a row must be an object, such as {\"id\": 1}.");
        }

        while (true)
        {
            try
            {
                var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), final, new JsonReaderState(Options));
                reader.Read();
                if (reader.TrySkip())
                {
                    Take((int)reader.BytesConsumed);
                    return true;
                }
            }
            catch (JsonException error)
            {
                throw Error(final && error.Message.Contains("Expected depth", StringComparison.Ordinal) ? "the object has no end; the file may be cut short." : error.Message, error.LineNumber ?? 0, error);
            }

            Fill();
        }
    }

    void Take(int length)
    {
        Line = nextLine;
        Current = buffer.AsMemory(start, length);
        nextLine += Current.Span.Count((byte)'\n');
        start += length;
        afterElement = true;
    }

    /// <summary>Moves to the next character that is no blank; false at the end of the file.</summary>
    bool SkipBlanks()
    {
        while (true)
        {
            ReadOnlySpan<byte> rest = buffer.AsSpan(start, end - start);
            int blanks = rest.IndexOfAnyExcept(" \t\r\n"u8);
            int skipped = blanks < 0 ? rest.Length : blanks;
            nextLine += rest[..skipped].Count((byte)'\n');
            start += skipped;
            if (blanks >= 0)
            {
                return true;
            }

            if (final)
            {
                return false;
            }

            Fill();
        }
    }

    void Fill()
    {
        int kept = end - start;
        if (kept > buffer.Length / 2)
        {
            System.Array.Resize(ref buffer, buffer.Length < System.Array.MaxLength / 2 ? buffer.Length * 2
                : throw Error("an object of more than 1 GiB cannot be read."));
        }

        buffer.AsSpan(start, kept).CopyTo(buffer);
        (start, end) = (0, kept);
        try
        {
            int read = stream.Read(buffer, end, buffer.Length - end);
            final = read == 0;
            end += read;
            if (!started && buffer.AsSpan(0, end).StartsWith("\uFEFF"u8))
            {
                start = 3;
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw FileErrors.Reading(path, "JSON", error);
        }
    }
}
