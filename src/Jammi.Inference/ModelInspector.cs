using Jammi.Inference.Checkpoints;
using Jammi.Inference.Layouts;
using Jammi.Inference.Onnx;
using Jammi.Inference.Towers;

namespace Jammi.Inference;

/// <summary>Describes models by their configuration and the headers of their weights.</summary>
internal static class ModelInspector
{
    public static ModelReport Inspect(string name, string directory)
    {
        IModelLayout layout = ModelLayouts.Find(directory)!;
        try
        {
            ModelDescription model = layout.Describe(directory);
            var problems = new List<string>();
            List<TowerReport> towers = model.Weights is null ? ExportedTowers(model) : WrittenTowers(model, model.Weights, problems);
            return new(name, directory, model.Layout, model.Dimensions, towers, model.Text?.ContextLength, model.Preprocessing, model.WeightFiles.Sum(Size), problems);
        }
        catch (InferenceException error)
        {
            return new(name, directory, layout.Name, 0, [], null, null, 0, [error.Message]);
        }
    }

    /// <summary>The towers of a checkpoint; the tensors that do not fit are problems.</summary>
    static List<TowerReport> WrittenTowers(ModelDescription model, WeightSet weights, List<string> problems)
    {
        var towers = new List<TowerReport>();
        var all = new TensorLedger(weights);
        if (model.Vision is { } vision)
        {
            var ledger = new TensorLedger(weights);
            TowerBuilder.Build(vision, weights, ledger);
            TowerBuilder.Build(vision, weights, all);
            towers.Add(new("vision", vision.Description, ledger.Parameters, ledger.Bytes));
        }

        if (model.Text is { } text)
        {
            var ledger = new TensorLedger(weights);
            TowerBuilder.Build(text, weights, ledger);
            TowerBuilder.Build(text, weights, all);
            towers.Add(new("text", text.Description, ledger.Parameters, ledger.Bytes));
        }

        TowerSessions.FindExtra(model, all);
        problems.AddRange(all.Problems);
        return towers;
    }

    static List<TowerReport> ExportedTowers(ModelDescription model)
    {
        var towers = new List<TowerReport>();
        if (model.Vision is ExportedVisionTower vision)
        {
            towers.Add(new("vision", vision.Description, null, Size(vision.File)));
        }

        if (model.Text is ExportedTextTower text)
        {
            towers.Add(new("text", text.Description, null, Size(text.File)));
        }

        return towers;
    }

    static long Size(string path)
    {
        var file = new FileInfo(path);
        return (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).Length;
    }
}
