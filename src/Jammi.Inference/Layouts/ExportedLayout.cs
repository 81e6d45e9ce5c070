using Jammi.Inference.Onnx;
using Jammi.Inference.Text;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Layouts;

/// <summary>
/// Towers that somebody exported to ONNX: <c>vision_model.onnx</c>, <c>text_model.onnx</c> or both, in the model's folder or in <c>onnx/</c>, with the
/// configuration files of the transformers layout. The graphs are run as they are.
/// </summary>
internal sealed class ExportedLayout : IModelLayout
{
    const string VisionFileName = "vision_model.onnx";
    const string TextFileName = "text_model.onnx";

    /// <summary>What exporters call a tower's vector, the best first.</summary>
    static readonly string[] VisionOutputs = ["image_embeds", "pooler_output"];
    static readonly string[] TextOutputs = ["text_embeds", "pooler_output"];

    public string Name => "exported ONNX";

    public bool Matches(string directory) =>
        File.Exists(Path.Combine(directory, TransformersLayout.ConfigFileName))
        && !File.Exists(Path.Combine(directory, TransformersLayout.WeightsFileName))
        && !File.Exists(Path.Combine(directory, TransformersLayout.IndexFileName))
        && (FindGraph(directory, VisionFileName) is not null || FindGraph(directory, TextFileName) is not null);

    /// <summary>One tower makes a model.</summary>
    public bool IsComplete(string directory) => true;

    public ModelDescription Describe(string directory)
    {
        ModelDescription model = TransformersLayout.ReadConfig(directory);
        string? visionFile = FindGraph(directory, VisionFileName);
        string? textFile = FindGraph(directory, TextFileName);
        ExportedVisionTower? vision = visionFile is null ? null : DescribeVision(model.Vision!, visionFile);
        ExportedTextTower? text = textFile is null ? null : DescribeText(model.Text!, textFile);
        if (vision is not null && text is not null && vision.Dimensions != text.Dimensions)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"{visionFile} gives vectors of {vision.Dimensions} numbers, {textFile} of {text.Dimensions}; they should be the same.");
        }

        string preprocessing = Path.Combine(directory, TransformersPreprocessing.FileName);
        return model with
        {
            Layout = $"{Name} ({model.Layout})",
            Vision = vision,
            Text = text,
            Preprocessing = vision is null ? null : TransformersPreprocessing.Read(preprocessing, vision),
            Tokenizer = text is null ? null : () => TextTokenizerFactory.Open(directory, text.ContextLength, text.Vocabulary, text.PadId),
            LogitScaleTensor = null,
            LogitBiasTensor = null,
            SmallFiles = [Path.Combine(directory, TransformersLayout.ConfigFileName), .. vision is null ? [] : new[] { preprocessing }, .. TextTokenizerFactory.Files(directory)],
            WeightFiles = [.. new[] { visionFile, textFile }.OfType<string>().SelectMany(WithData)],
        };
    }

    static ExportedVisionTower DescribeVision(VisionTower configured, string file)
    {
        OnnxSignature signature = OnnxSignature.Read(file);
        string input = signature.RequireInput("pixel_values");
        (string output, int dimensions) = signature.RequireVector(VisionOutputs, configured.Dimensions);
        return new(configured.Height, configured.Width, dimensions, file, new OnnxPorts(input, Mask: null, output));
    }

    static ExportedTextTower DescribeText(TextTower configured, string file)
    {
        OnnxSignature signature = OnnxSignature.Read(file);
        string input = signature.RequireInput("input_ids", "attention_mask");
        (string output, int dimensions) = signature.RequireVector(TextOutputs, configured.Dimensions);
        return new(configured.ContextLength, configured.Vocabulary, dimensions, configured.PadId, file, new OnnxPorts(input, signature.HasInput("attention_mask") ? "attention_mask" : null, output));
    }

    static string? FindGraph(string directory, string name) =>
        new[] { Path.Combine(directory, name), Path.Combine(directory, "onnx", name) }.FirstOrDefault(File.Exists);

    /// <summary>A graph and the file that it may keep its weights in.</summary>
    static IEnumerable<string> WithData(string graph) => new[] { graph, graph + "_data", graph + ".data" }.Where(File.Exists);
}
