namespace Jammi.Inference.Images;

/// <summary>The messages about pictures that cannot be read.</summary>
internal static class ImageErrors
{
    const string Supported = "JPEG, PNG, GIF, BMP and WebP are supported";

    public static InferenceException Empty() =>
        Invalid("The picture is empty (0 bytes). Check that the file or blob was written completely.");

    public static InferenceException UnknownFormat(ReadOnlySpan<byte> encoded)
    {
        ReadOnlySpan<byte> first = encoded[..Math.Min(encoded.Length, 8)];
        return Invalid(
            $"The bytes are not a picture of a known format: they start with {Convert.ToHexString(first)}{Guess(encoded)}. {Supported}.");
    }

    public static InferenceException Truncated(string format) =>
        Invalid($"The {Name(format)} picture is truncated: its data end before the last row. Copy or download the file again.");

    public static InferenceException Damaged(string format, string what, Exception? inner = null) =>
        Invalid($"The {Name(format)} picture is damaged: {what}. Copy or export the file again.", inner);

    public static InferenceException TooLarge(ImageInfo info, long limit) =>
        Invalid(
            $"The {Name(info.Format)} picture is {info.Width} x {info.Height} pixels, more than the limit of {limit} pixels. " +
            "Scale it down before embedding it.");

    public static InferenceException TooThin(ImageInfo info, PreprocessSettings settings) =>
        Invalid(
            $"The {Name(info.Format)} picture of {info.Width} x {info.Height} pixels is too long and thin " +
            $"to be fitted to {settings.Width} x {settings.Height}. Crop it.");

    static InferenceException Invalid(string message, Exception? inner = null) => new(InferenceError.InvalidInput, message, inner);

    static string Name(string format) => format == Formats.WebPHeader.Format ? "WebP" : format.ToUpperInvariant();

    /// <summary>Names formats people do hand in, so that the message says what to convert.</summary>
    static string Guess(ReadOnlySpan<byte> encoded) => encoded switch
    {
        _ when encoded.StartsWith("II*\0"u8) || encoded.StartsWith("MM\0*"u8) => " (TIFF)",
        _ when encoded.Length >= 12 && encoded.Slice(4, 4).SequenceEqual("ftyp"u8) => " (HEIF, AVIF or a video)",
        _ when encoded.StartsWith("%PDF"u8) => " (PDF)",
        _ when encoded.StartsWith("<svg"u8) || encoded.StartsWith("<?xml"u8) => " (SVG or XML)",
        _ when encoded.StartsWith("\0\0\u0001\0"u8) => " (icon)",
        _ => string.Empty,
    };
}
