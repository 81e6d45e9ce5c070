using System.Buffers;
using Jammi.Inference.Images.Formats;

namespace Jammi.Inference.Images;

/// <summary>
/// Reads a picture's format and size from its first bytes, without decoding it.
/// JPEG, PNG, GIF, BMP and WebP are recognised by their content.
/// </summary>
public static class ImageHeader
{
    const int FirstRead = 4 * 1024;

    /// <summary>Metadata (EXIF previews, ICC profiles) can push a JPEG's size this far back at most before we give up.</summary>
    const int LastRead = 16 * 1024 * 1024;

    /// <summary>Reads format and size from the start of a picture.</summary>
    /// <param name="start">The first bytes of the file; 32 suffice for PNG, BMP and WebP, a JPEG needs all before its frame header.</param>
    /// <param name="info">Format and size where the method returns true.</param>
    /// <returns>False where the bytes are no known picture, are malformed, or end before the size.</returns>
    public static bool TryRead(ReadOnlySpan<byte> start, out ImageInfo info) =>
        Read(start, out info) == HeaderStatus.Found;

    /// <summary>Reads format and size from a stream at its current position, reading no further than needed.</summary>
    /// <param name="stream">A readable stream positioned at the start of the picture; left behind the bytes read.</param>
    /// <param name="info">Format and size where the method returns true.</param>
    /// <returns>False where the content is no known picture, is malformed, or ends before the size.</returns>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public static bool TryRead(Stream stream, out ImageInfo info)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstRead);
        try
        {
            int length = 0;
            while (true)
            {
                int read = stream.ReadAtLeast(buffer.AsSpan(length), buffer.Length - length, throwOnEndOfStream: false);
                length += read;
                HeaderStatus status = Read(buffer.AsSpan(0, length), out info);
                if (status != HeaderStatus.Incomplete || length < buffer.Length || length >= LastRead)
                {
                    return status == HeaderStatus.Found;
                }

                byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 4);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The layout of a whole encoded picture.</summary>
    /// <exception cref="InferenceException">The bytes are no picture of a supported format, or its header is damaged.</exception>
    internal static ImageLayout ReadLayout(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty)
        {
            throw ImageErrors.Empty();
        }

        HeaderStatus status = Read(encoded, out ImageInfo info);
        switch (status)
        {
            case HeaderStatus.Unknown:
                throw ImageErrors.UnknownFormat(encoded);
            case HeaderStatus.Incomplete:
                throw ImageErrors.Truncated(info.Format);
            case HeaderStatus.Malformed:
                throw ImageErrors.Damaged(info.Format, "its header does not give a size");
        }

        return info.Format switch
        {
            JpegHeader.Format => JpegHeader.ReadLayout(encoded, info),
            PngHeader.Format => PngHeader.ReadLayout(encoded, info),
            GifHeader.Format => GifHeader.ReadLayout(encoded, info),
            BmpHeader.Format => BmpHeader.ReadLayout(encoded, info),
            _ => WebPHeader.ReadLayout(encoded, info),
        };
    }

    static HeaderStatus Read(ReadOnlySpan<byte> start, out ImageInfo info)
    {
        // GIF, JPEG, BMP and PNG are told apart by at most six bytes, WebP by twelve.
        if (JpegHeader.Matches(start))
        {
            return JpegHeader.Read(start, out info);
        }

        if (PngHeader.Matches(start))
        {
            return PngHeader.Read(start, out info);
        }

        if (GifHeader.Matches(start))
        {
            return GifHeader.Read(start, out info);
        }

        if (WebPHeader.Matches(start))
        {
            return WebPHeader.Read(start, out info);
        }

        if (BmpHeader.Matches(start))
        {
            return BmpHeader.Read(start, out info);
        }

        info = default;
        return HeaderStatus.Unknown;
    }
}

/// <summary>Outcome of looking for a picture's size.</summary>
internal enum HeaderStatus
{
    /// <summary>The size was read and is positive.</summary>
    Found,

    /// <summary>The bytes end before the size.</summary>
    Incomplete,

    /// <summary>The format is known, but the bytes break its rules.</summary>
    Malformed,

    /// <summary>No known format starts like this.</summary>
    Unknown,
}
