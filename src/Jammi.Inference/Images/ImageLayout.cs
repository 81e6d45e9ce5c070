namespace Jammi.Inference.Images;

/// <summary>Everything the decoder needs to know about an encoded picture beyond its pixels.</summary>
internal sealed record ImageLayout(ImageInfo Info, PixelMode Mode)
{
    /// <summary>Red, green and blue of each entry of the colour table; empty where there is none.</summary>
    public byte[] Palette { get; init; } = [];

    /// <summary>Where the first frame of a GIF lies on its canvas.</summary>
    public GifFrame? Frame { get; init; }

    /// <summary>The colour of a palette entry. Entries the file does not define are grey: (i, i, i).</summary>
    public (byte Red, byte Green, byte Blue) PaletteEntry(int index)
    {
        int offset = index * 3;
        return offset + 2 < Palette.Length
            ? (Palette[offset], Palette[offset + 1], Palette[offset + 2])
            : ((byte)index, (byte)index, (byte)index);
    }
}

/// <summary>The first frame of a GIF.</summary>
/// <param name="Background">Palette index of the canvas outside the frame: the transparent index, or 0.</param>
/// <param name="TransparencyFlagOffset">
/// Position in the file of the flags byte whose lowest bit declares a transparent index, or -1 where no index is transparent.
/// </param>
internal sealed record GifFrame(int Left, int Top, int Width, int Height, byte Background, int TransparencyFlagOffset);
