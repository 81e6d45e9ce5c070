using System.Runtime.InteropServices;
using Jammi.Benchmarks;
using Jammi.Benchmarks.Checkpoints;
using Jammi.Benchmarks.Inference;
using Jammi.Benchmarks.Torch;
using Jammi.Inference;
using TorchSharp;

// Pictures a second of the same ViT-B-32 in Jammi, in the nodes of a torch.onnx export and in PyTorch, in turn: [pictures] [rounds].
int items = args.Length > 0 ? int.Parse(args[0], null) : 32;
int rounds = args.Length > 1 ? int.Parse(args[1], null) : 3;
using var place = new Workplace();
string directory = RandomCheckpoint.ViTB32.WriteInto(place["models"]);
using EmbeddingModel model = EmbeddingModel.Open("measured", directory);
using BareTower exported = BareTower.OpenExportedVision(directory);
torch.set_num_threads(Environment.ProcessorCount);
using var tower = new TorchVision(width: 768, layers: 12, heads: 12, patch: 32, tokens: 50, dimensions: model.Dimensions);

int height = model.Preprocessing.Height;
int width = model.Preprocessing.Width;
int size = 3 * height * width;
float[] pixels = new float[items * size];
var random = new Random(1);
for (int i = 0; i < pixels.Length; i++)
{
    pixels[i] = (random.NextSingle() * 4) - 2;
}

float[] vectors = new float[items * model.Dimensions];
Console.WriteLine($"libtorch {torch.__version__}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors");
var table = new MarkdownTable("pictures", "batch", "images/s", "CPU ms an image", "CPU against Jammi");
foreach (int batch in new[] { 1, 8, 32 })
{
    VisionRate.Add(table, batch, items, new Peers()
        .Add("Jammi, ready pixels", () => VisionRate.InBatches(batch, items, (start, rows) => model.EmbedPixels(pixels.AsSpan(start * size, rows * size), rows, vectors)))
        .Add("bare loop, nodes of a torch.onnx export", () => exported.Run(pixels, items, batch, 3, height, width))
        .Add("PyTorch", () => VisionRate.InBatches(batch, items, (start, rows) => tower.Encode(pixels.AsSpan(start * size, rows * size), rows, height, width)))
        .Measure(rounds));
}

table.Print($"Pictures ({items} of them, best of {rounds} in turn)");
