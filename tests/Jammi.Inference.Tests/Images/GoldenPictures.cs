using System.Security.Cryptography;
using System.Text.Json;
using Jammi.Inference.Images;

namespace Jammi.Inference.Tests.Images;

/// <summary>The reference's pictures: files, and what the reference makes of them.</summary>
internal static class GoldenPictures
{
    static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IReadOnlyList<Picture> Pictures { get; } = Load<Index>("images/index.json").Images;

    public static IReadOnlyList<FitCase> Cases { get; } = Load<CaseList>("preprocess/cases.json").Cases;

    public static Picture Find(string file) => Pictures.Single(picture => picture.File == file);

    public static byte[] Read(string file) => File.ReadAllBytes(PathOf("images/" + file));

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "data", file);

    /// <summary>Lower-case SHA-256 of the red, green and blue bytes, row by row.</summary>
    public static string HashOfRgb(PixelBuffer pixels) => Convert.ToHexStringLower(SHA256.HashData(Rgb(pixels)));

    public static byte[] Rgb(PixelBuffer pixels)
    {
        byte[] rgb = new byte[pixels.Width * pixels.Height * 3];
        int next = 0;
        for (int y = 0; y < pixels.Height; y++)
        {
            ReadOnlySpan<byte> row = pixels.Row(y);
            for (int x = 0; x < pixels.Width; x++)
            {
                row.Slice(x * PixelBuffer.BytesPerPixel, 3).CopyTo(rgb.AsSpan(next));
                next += 3;
            }
        }

        return rgb;
    }

    public static PreprocessSettings Settings(
        int height, int width, ResizeMode mode = ResizeMode.Shortest, Interpolation interpolation = Interpolation.Bicubic, int fill = 0) =>
        new(height, width, [0.48145466f, 0.4578275f, 0.40821073f], [0.26862954f, 0.26130258f, 0.27577711f], interpolation, mode, fill) { WideGray = WideGrayMode.Clip };

    static T Load<T>(string file) => JsonSerializer.Deserialize<T>(File.ReadAllBytes(PathOf(file)), s_json)!;

    internal sealed record Picture(
        string File, string Format, string ReferenceMode, int Width, int Height, string RgbSha256, bool ExpectError,
        string? DecodedPng, string? DecodedCmykRaw)
    {
        public override string ToString() => File;
    }

    internal sealed record FitCase(
        string File, JsonElement Size, string ResizeMode, string Interpolation, int FillColor, string Sha256)
    {
        public PreprocessSettings Settings()
        {
            bool isSquare = Size.ValueKind == JsonValueKind.Number;
            return GoldenPictures.Settings(
                isSquare ? Size.GetInt32() : Size[0].GetInt32(),
                isSquare ? Size.GetInt32() : Size[1].GetInt32(),
                Enum.Parse<ResizeMode>(ResizeMode, ignoreCase: true),
                Enum.Parse<Interpolation>(Interpolation, ignoreCase: true),
                FillColor);
        }

        public override string ToString() => $"{File} to {Size}, {ResizeMode}, {Interpolation}, fill {FillColor}";
    }

    sealed record Index(List<Picture> Images);

    sealed record CaseList(List<FitCase> Cases);
}
