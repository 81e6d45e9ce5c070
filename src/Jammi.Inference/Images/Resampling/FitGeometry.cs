namespace Jammi.Inference.Images.Resampling;

/// <summary>
/// How a picture is laid onto the model's input: each axis is resized, cropped to the part that fits,
/// and set behind its padding. OpenCLIP rounds half to even, as Python's <c>round</c> does.
/// </summary>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Interpolation">The filter in effect.</param>
internal readonly record struct FitGeometry(FitAxis X, FitAxis Y, Interpolation Interpolation)
{
    /// <summary>Follows OpenCLIP's <c>image_transform</c>, or the transformers library's image processors.</summary>
    public static FitGeometry Compute(int width, int height, PreprocessSettings settings)
    {
        MidpointRounding crop = settings.Style == PreprocessStyle.OpenClip ? MidpointRounding.ToEven : MidpointRounding.ToZero;
        int targetWidth = settings.Width, targetHeight = settings.Height;
        switch (settings.ResizeMode)
        {
            case ResizeMode.Squash:
                return new FitGeometry(
                    new FitAxis(width, targetWidth, targetWidth, crop),
                    new FitAxis(height, targetHeight, targetHeight, crop),
                    settings.Interpolation);

            case ResizeMode.Shortest when targetWidth == targetHeight:
                int shorter = Math.Min(width, height);
                return new FitGeometry(
                    new FitAxis(width, ScaleWithShorter(width, shorter, targetWidth), targetWidth, crop),
                    new FitAxis(height, ScaleWithShorter(height, shorter, targetHeight), targetHeight, crop),
                    settings.Interpolation);

            default:
                double ratioX = (double)width / targetWidth, ratioY = (double)height / targetHeight;
                bool longest = settings.ResizeMode == ResizeMode.Longest;
                double ratio = longest ? Math.Max(ratioX, ratioY) : Math.Min(ratioX, ratioY);

                // The reference passes no filter on for a target that is not square, which leaves bicubic.
                return new FitGeometry(
                    new FitAxis(width, DivideRounded(width, ratio), targetWidth, crop),
                    new FitAxis(height, DivideRounded(height, ratio), targetHeight, crop),
                    longest ? settings.Interpolation : Interpolation.Bicubic);
        }
    }

    static int ScaleWithShorter(int side, int shorter, int target) => (int)Math.Min((long)target * side / shorter, FitAxis.TooLong);

    static int DivideRounded(int side, double ratio) =>
        (int)Math.Min(Math.Round(side / ratio, MidpointRounding.ToEven), FitAxis.TooLong);
}

/// <summary>One axis of a <see cref="FitGeometry"/>, in pixels.</summary>
internal readonly record struct FitAxis
{
    /// <summary>Stands for every resized length that would be at least as long.</summary>
    public const int TooLong = 1 << 28;

    public FitAxis(int source, int resized, int target, MidpointRounding crop = MidpointRounding.ToEven)
    {
        Source = source;
        Resized = resized;
        Length = Math.Min(resized, target);
        Crop = (int)Math.Round((resized - Length) / 2.0, crop);
        Padding = (target - Length) / 2;
    }

    /// <summary>Length of the picture as decoded.</summary>
    public int Source { get; }

    /// <summary>Length the whole picture is resized to.</summary>
    public int Resized { get; }

    /// <summary>First pixel of the resized picture that is kept.</summary>
    public int Crop { get; }

    /// <summary>Number of pixels kept.</summary>
    public int Length { get; }

    /// <summary>Pixels of padding in front of those kept.</summary>
    public int Padding { get; }

    /// <summary>Whether the picture, long and thin, would be resized to nothing or out of all measure.</summary>
    public bool IsDegenerate => Resized is 0 or TooLong;

    /// <summary>Whether resizing changes this axis.</summary>
    public bool IsResized => Resized != Source;
}
