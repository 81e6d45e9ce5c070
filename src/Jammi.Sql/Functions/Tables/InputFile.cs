using System.IO.Compression;
using System.Text;

namespace Jammi.Sql.Functions.Tables;

/// <summary>Opens text files, compressed or not.</summary>
internal static class InputFile
{
    /// <summary>What the <c>compression</c> argument of the readers takes.</summary>
    public const string AutoCompression = "auto";

    const int BufferBytes = 1 << 16;

    /// <summary>The file's bytes, unpacked where <paramref name="compression"/> is gzip, or auto and the file begins as gzip does.</summary>
    /// <exception cref="SqlException">Io: the file cannot be opened; InvalidParameter: the compression is unknown.</exception>
    public static Stream Open(string path, string compression = AutoCompression)
    {
        FileStream file = FileErrors.Open(path);
        try
        {
            bool packed = compression.ToUpperInvariant() switch
            {
                "AUTO" => BeginsAsGzip(file),
                "GZIP" or "GZ" => true,
                "NONE" => false,
                _ => throw new SqlException(SqlErrorCode.InvalidParameter, $"compression is auto, gzip or none, not '{compression}'."),
            };
            return packed ? new BufferedStream(new GZipStream(file, CompressionMode.Decompress), BufferBytes) : file;
        }
        catch (IOException error)
        {
            file.Dispose();
            throw FileErrors.Unreadable(path, error);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A reader of the file's text. A byte-order mark overrules the encoding; bytes that are no text throw <see cref="DecoderFallbackException"/>.</summary>
    public static StreamReader OpenText(string path, string compression, Encoding encoding) =>
        new(Open(path, compression), encoding, detectEncodingFromByteOrderMarks: true, BufferBytes);

    /// <summary>An encoding by its IANA name, strict about bytes that it has no character for.</summary>
    /// <exception cref="SqlException">InvalidParameter: there is none of that name.</exception>
    public static Encoding EncodingOf(string name)
    {
        string iana = name.ToUpperInvariant() switch
        {
            "UTF8" => "utf-8",
            "UTF16" => "utf-16",
            "LATIN-1" or "LATIN1" => "iso-8859-1",
            _ => name,
        };
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(iana, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(iana, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException error)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"there is no encoding '{name}'; some are utf-8, utf-16, latin-1 and windows-1252.", error);
        }
    }

    static bool BeginsAsGzip(FileStream file)
    {
        if (!file.CanSeek)
        {
            return false;
        }

        Span<byte> magic = stackalloc byte[2];
        int read = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return read == magic.Length && magic[0] == 0x1F && magic[1] == 0x8B;
    }
}
