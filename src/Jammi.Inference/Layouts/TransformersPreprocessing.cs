using System.Text.Json;
using Jammi.Inference.Configuration;
using Jammi.Inference.Images;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Layouts;

/// <summary>Reads <c>preprocessor_config.json</c> of the transformers library's image processors.</summary>
internal static class TransformersPreprocessing
{
    public const string FileName = "preprocessor_config.json";

    /// <summary>Pillow's numbers for resize filters.</summary>
    const int Bilinear = 2;
    const int Bicubic = 3;

    public static PreprocessSettings Read(string path, VisionTower vision) => ConfigFile.Read(path, section => Read(section, vision));

    static PreprocessSettings Read(ConfigSection section, VisionTower vision)
    {
        section.Accept("image_processor_type", "feature_extractor_type", "processor_class", "do_convert_rgb", "data_format", "return_tensors", "_valid_processor_keys");
        foreach (string step in new[] { "do_resize", "do_rescale", "do_normalize" })
        {
            if (!section.Boolean(step, otherwise: true))
            {
                throw section.NotSupported(step, "false: pictures need it to become the tower's input");
            }
        }

        double factor = section.Number("rescale_factor", 1 / 255.0);
        if (Math.Abs(factor - (1 / 255.0)) > 1e-9)
        {
            throw section.NotSupported("rescale_factor", FormattableString.Invariant($"{factor}; supported is 1/255"));
        }

        int resample = section.Integer("resample", Bicubic);
        Interpolation interpolation = resample switch
        {
            Bicubic => Interpolation.Bicubic,
            Bilinear => Interpolation.Bilinear,
            _ => throw section.NotSupported("resample", $"{resample}; supported are 2 (bilinear) and 3 (bicubic)"),
        };
        (int Height, int Width) crop = section.Boolean("do_center_crop", otherwise: section.Find("crop_size") is not null) ? ReadSize(section, "crop_size", out _) ?? (vision.Height, vision.Width) : default;
        (int Height, int Width) size = ReadSize(section, "size", out bool isShortestEdge) ?? (vision.Height, vision.Width);
        if (isShortestEdge && (crop == default || crop != size))
        {
            throw section.NotSupported("size", $"a shortest edge of {size.Height} with a crop of {crop.Height}x{crop.Width}; supported is a square crop of the same size");
        }

        if (size != (vision.Height, vision.Width) || (!isShortestEdge && crop != default && crop != size))
        {
            throw new InferenceException(InferenceError.InvalidModel, $"{section.File}: size is {size.Height}x{size.Width}, but the vision tower takes images of {vision.Height}x{vision.Width}.");
        }

        return new PreprocessSettings(
            vision.Height,
            vision.Width,
            section.Triple("image_mean", [0.48145466f, 0.4578275f, 0.40821073f]),
            section.Triple("image_std", [0.26862954f, 0.26130258f, 0.27577711f]),
            interpolation,
            isShortestEdge ? ResizeMode.Shortest : ResizeMode.Squash,
            0) { Style = PreprocessStyle.Transformers };
    }

    /// <summary>A number or <c>shortest_edge</c> means the shorter side; <c>height</c> and <c>width</c> mean both.</summary>
    static (int Height, int Width)? ReadSize(ConfigSection section, string name, out bool isShortestEdge)
    {
        isShortestEdge = true;
        switch (section.Find(name))
        {
            case null:
                return null;
            case { ValueKind: JsonValueKind.Number }:
                return section.Sides(name, 0);
        }

        ConfigSection size = section.Section(name)!;
        if (size.Find("shortest_edge") is not null)
        {
            int edge = size.Integer("shortest_edge");
            size.Finish();
            return (edge, edge);
        }

        isShortestEdge = false;
        (int, int) sides = (size.Integer("height"), size.Integer("width"));
        size.Finish();
        return sides;
    }
}
