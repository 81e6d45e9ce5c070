using Jammi.Inference.Images.Resampling;

namespace Jammi.Inference.Images;

/// <summary>
/// Turns encoded pictures (JPEG, PNG, GIF, BMP, WebP) into a vision tower's input, giving the pixels that OpenCLIP's
/// <c>image_transform</c> gives with Pillow: decode, resize, crop or pad, convert to RGB, scale to 0..1, subtract the mean,
/// divide by the standard deviation. Safe for use by several threads at once; working memory is pooled.
/// </summary>
public sealed class ImagePreprocessor
{
    const int Channels = 3;

    readonly PreprocessSettings _settings;
    readonly ImageDecoding _decoding;

    /// <summary>For each channel, the normalised value of each of the 256 sample values.</summary>
    readonly float[] _normalized = new float[Channels * 256];

    /// <summary>Creates a preprocessor that gives the reference's pixels.</summary>
    /// <exception cref="InferenceException">The settings contradict themselves (<see cref="InferenceError.InvalidModel"/>).</exception>
    public ImagePreprocessor(PreprocessSettings settings)
        : this(settings, ImageDecoding.Exact)
    {
    }

    /// <summary>Creates a preprocessor.</summary>
    /// <exception cref="InferenceException">The settings contradict themselves (<see cref="InferenceError.InvalidModel"/>).</exception>
    public ImagePreprocessor(PreprocessSettings settings, ImageDecoding decoding)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Validate(settings);
        _settings = settings;
        _decoding = decoding;
        for (int channel = 0; channel < Channels; channel++)
        {
            for (int value = 0; value < 256; value++)
            {
                // Single precision at every step, and division, because the reference's tensors do so.
                float scaled = value / 255f;
                _normalized[channel * 256 + value] = (scaled - settings.Mean[channel]) / settings.Std[channel];
            }
        }
    }

    /// <summary>Number of floats of one picture: 3 x height x width.</summary>
    public int OutputLength => checked(Channels * _settings.Height * _settings.Width);

    /// <summary>Decodes and preprocesses one picture.</summary>
    /// <param name="encodedImage">The whole content of the picture's file.</param>
    /// <param name="nchw">Receives red, green and blue planes, [3, height, width] row by row; <see cref="OutputLength"/> floats.</param>
    /// <exception cref="ArgumentException"><paramref name="nchw"/> has another length.</exception>
    /// <exception cref="InferenceException">
    /// The picture is empty, of no supported format, damaged, truncated or too large (<see cref="InferenceError.InvalidInput"/>).
    /// </exception>
    public void Process(ReadOnlySpan<byte> encodedImage, Span<float> nchw)
    {
        if (nchw.Length != OutputLength)
        {
            throw new ArgumentException(
                $"The destination holds {nchw.Length} floats; a picture takes {OutputLength} (3 x {_settings.Height} x {_settings.Width}).",
                nameof(nchw));
        }

        using PixelBuffer decoded = ImageDecoder.Decode(encodedImage, out ImageLayout layout, _decoding == ImageDecoding.Fast ? _settings : null);
        using PixelBuffer fitted = ImageFitter.Fit(decoded, layout, _settings, VectorLevels.Best);
        Normalize(fitted, nchw);
    }

    void Normalize(PixelBuffer pixels, Span<float> nchw)
    {
        ReadOnlySpan<float> reds = _normalized.AsSpan(0, 256);
        ReadOnlySpan<float> greens = _normalized.AsSpan(256, 256);
        ReadOnlySpan<float> blues = _normalized.AsSpan(512, 256);
        int plane = pixels.Width * pixels.Height;
        for (int y = 0; y < pixels.Height; y++)
        {
            ReadOnlySpan<byte> row = pixels.Row(y);
            Span<float> red = nchw.Slice(y * pixels.Width, pixels.Width);
            Span<float> green = nchw.Slice(plane + y * pixels.Width, pixels.Width);
            Span<float> blue = nchw.Slice(2 * plane + y * pixels.Width, pixels.Width);
            for (int x = 0; x < red.Length; x++)
            {
                red[x] = reds[row[0]];
                green[x] = greens[row[1]];
                blue[x] = blues[row[2]];
                row = row[PixelBuffer.BytesPerPixel..];
            }
        }
    }

    static void Validate(PreprocessSettings settings)
    {
        if (settings.Height <= 0 || settings.Width <= 0)
        {
            throw Invalid($"The image size is {settings.Width} x {settings.Height}; both sides must be positive.");
        }

        if (settings.Mean.Length != Channels || settings.Std.Length != Channels)
        {
            throw Invalid(
                $"The preprocessing mean has {settings.Mean.Length} and the standard deviation {settings.Std.Length} values; " +
                "each needs one for red, green and blue.");
        }

        if (settings.Std.Contains(0f))
        {
            throw Invalid("The preprocessing standard deviation has a zero, which nothing can be divided by.");
        }

        if (settings.FillColor is < 0 or > 255)
        {
            throw Invalid($"The preprocessing fill colour is {settings.FillColor}; it must be from 0 to 255.");
        }
    }

    static InferenceException Invalid(string message) => new(InferenceError.InvalidModel, message);
}
