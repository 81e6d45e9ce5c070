using Jammi.Inference.Checkpoints;
using Jammi.Inference.Text;
using Jammi.Inference.Towers;

namespace Jammi.Inference.Layouts;

/// <summary><c>open_clip_config.json</c> with <c>open_clip_model.safetensors</c>.</summary>
internal sealed class OpenClipLayout : IModelLayout
{
    public const string WeightsFileName = "open_clip_model.safetensors";

    public string Name => "OpenCLIP";

    public bool Matches(string directory) => File.Exists(Path.Combine(directory, OpenClipConfig.FileName));

    public bool IsComplete(string directory) => File.Exists(Path.Combine(directory, WeightsFileName));

    public ModelDescription Describe(string directory)
    {
        string config = Path.Combine(directory, OpenClipConfig.FileName);
        WeightSet weights = WeightSet.Open(Path.Combine(directory, WeightsFileName));
        ModelDescription model = OpenClipConfig.Read(config, name => weights.Find(name) is not null);
        TextTower text = model.Text!;
        return model with
        {
            Weights = weights,
            Tokenizer = () => TextTokenizerFactory.Open(directory, text.ContextLength, text.Vocabulary),
            SmallFiles = [config, .. TextTokenizerFactory.Files(directory)],
            WeightFiles = [.. weights.Files.Select(f => f.Path)],
        };
    }
}
