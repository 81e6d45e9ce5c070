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
    int FillColor);
