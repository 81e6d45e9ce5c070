namespace Jammi.Inference.Images;

/// <summary>What the first bytes of a picture say about it.</summary>
/// <param name="Width">Columns of the first frame's canvas, in pixels, before any EXIF rotation.</param>
/// <param name="Height">Rows of the first frame's canvas, in pixels, before any EXIF rotation.</param>
/// <param name="Format">"jpeg", "png", "gif", "bmp" or "webp", taken from the content and never from a file's name.</param>
public readonly record struct ImageInfo(int Width, int Height, string Format);
