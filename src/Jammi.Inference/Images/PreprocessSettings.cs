namespace Jammi.Inference.Images;

/// <summary>The filter that resizes pictures.</summary>
public enum Interpolation
{
    /// <summary>Cubic convolution with a = -0.5, antialiased.</summary>
    Bicubic,

    /// <summary>Triangle filter, antialiased.</summary>
    Bilinear,
}

/// <summary>How a picture of another shape is fitted to the model's input.</summary>
public enum ResizeMode
{
    /// <summary>The shorter side fits; what the longer side has too much is cropped at both ends.</summary>
    Shortest,

    /// <summary>The longer side fits; what the shorter side lacks is padded.</summary>
    Longest,

    /// <summary>Both sides fit; the shape is distorted.</summary>
    Squash,
}

/// <summary>What becomes of the samples of sixteen-bit grey pictures, which reach 65,535.</summary>
public enum WideGrayMode
{
    /// <summary>0..65,535 becomes 0..255, as with every other picture of sixteen bits.</summary>
    Scale,

    /// <summary>Everything above 255 becomes 255, as OpenCLIP's preprocessing does it: most such pictures turn white.</summary>
    Clip,
}

/// <summary>Whose preprocessing is followed where libraries differ.</summary>
public enum PreprocessStyle
{
    /// <summary>OpenCLIP's: pictures are resized in their own colour model; an uneven crop's offset is rounded half to even.</summary>
    OpenClip,

    /// <summary>The transformers library's: pictures are converted to RGB first; an uneven crop's offset is rounded down.</summary>
    Transformers,
}

/// <summary>How pictures become a model's input; OpenCLIP's <c>preprocess_cfg</c> with the vision tower's image size.</summary>
/// <param name="Height">Rows of the input, in pixels.</param>
/// <param name="Width">Columns of the input, in pixels.</param>
/// <param name="Mean">Subtracted from red, green and blue after scaling them to 0..1.</param>
/// <param name="Std">Divides red, green and blue after the mean is subtracted.</param>
/// <param name="Interpolation">The resize filter.</param>
/// <param name="ResizeMode">How another shape is fitted.</param>
/// <param name="FillColor">Padding value, 0 to 255, in the picture's own colour model; used by <see cref="ResizeMode.Longest"/>.</param>
public sealed record PreprocessSettings(
    int Height,
    int Width,
    float[] Mean,
    float[] Std,
    Interpolation Interpolation,
    ResizeMode ResizeMode,
    int FillColor)
{
    /// <summary>How sixteen-bit grey becomes eight-bit.</summary>
    public WideGrayMode WideGray { get; init; }

    /// <summary>Whose preprocessing is followed.</summary>
    public PreprocessStyle Style { get; init; }
}
