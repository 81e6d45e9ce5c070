namespace Jammi.Inference.Images;

/// <summary>
/// The pixel model of an encoded picture. Resizing works on the file's own model, before conversion to RGB,
/// so it decides the resampling filter, whether alpha is premultiplied, and what a padding value means.
/// </summary>
internal enum PixelMode
{
    /// <summary>One bit a pixel, black and white. Resized by nearest neighbour.</summary>
    Bilevel,

    /// <summary>Indices into a colour table. Resized by nearest neighbour.</summary>
    Palette,

    /// <summary>Eight-bit (or narrower, widened to eight) grey.</summary>
    Gray,

    /// <summary>Grey with alpha. Resized premultiplied.</summary>
    GrayAlpha,

    /// <summary>Sixteen-bit grey. Resized at full precision, then brought to 0..255 (<see cref="WideGrayMode"/>).</summary>
    Gray16,

    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Red, green, blue, alpha. Resized premultiplied.</summary>
    Rgba,

    /// <summary>Cyan, magenta, yellow, black; 0 is no ink. Resized as it is.</summary>
    Cmyk,
}
