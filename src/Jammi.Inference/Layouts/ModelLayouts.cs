using Jammi.Inference.Towers;

namespace Jammi.Inference.Layouts;

/// <summary>A way to lay a model out in a directory.</summary>
internal interface IModelLayout
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>Whether a directory's files are laid out like this. Looks at names only.</summary>
    bool Matches(string directory);

    /// <summary>Whether nothing that the model needs is missing, as far as names tell.</summary>
    bool IsComplete(string directory);

    /// <summary>Reads configuration and the headers of the weights.</summary>
    /// <exception cref="InferenceException">A file is missing, damaged or asks for something that is not supported.</exception>
    ModelDescription Describe(string directory);
}

/// <summary>The layouts, in the order in which a directory is held against them.</summary>
internal static class ModelLayouts
{
    public static IReadOnlyList<IModelLayout> All { get; } = [new OpenClipLayout(), new SentenceTransformersLayout(), new ExportedLayout(), new TransformersLayout()];

    /// <summary>What a directory needs to be a model, for messages.</summary>
    public const string Expected = "a model directory has open_clip_config.json and open_clip_model.safetensors, or config.json and model.safetensors (or an index of shards, or vision_model.onnx and text_model.onnx), or modules.json of sentence-transformers";

    /// <summary>The layout of a directory, or null if it holds no model.</summary>
    public static IModelLayout? Find(string directory) => Directory.Exists(directory) ? All.FirstOrDefault(layout => layout.Matches(directory)) : null;
}
