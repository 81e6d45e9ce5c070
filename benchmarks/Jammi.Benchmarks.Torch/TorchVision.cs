using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Jammi.Benchmarks.Torch;

/// <summary>
/// CLIP's vision transformer with random weights, in the operations that PyTorch runs for open_clip's in inference: packed projections, fused attention
/// (<c>scaled_dot_product_attention</c>, as <c>nn.MultiheadAttention</c> calls it), exact GELU.
/// </summary>
sealed class TorchVision : IDisposable
{
    const double Epsilon = 1e-5;

    readonly int width;
    readonly int heads;
    readonly int patch;
    readonly int tokens;
    readonly DisposeScope scope = NewDisposeScope();
    readonly Tensor kernel;
    readonly Tensor classToken;
    readonly Tensor positions;
    readonly Tensor projection;
    readonly (Tensor Weight, Tensor Bias) before;
    readonly (Tensor Weight, Tensor Bias) after;
    readonly Block[] blocks;

    public TorchVision(int width, int layers, int heads, int patch, int tokens, int dimensions)
    {
        this.width = width;
        this.heads = heads;
        this.patch = patch;
        this.tokens = tokens;
        kernel = Random(width, 3, patch, patch);
        classToken = Random(width);
        positions = Random(tokens, width);
        projection = Random(width, dimensions);
        before = (ones(width), zeros(width));
        after = (ones(width), zeros(width));
        blocks = new Block[layers];
        for (int i = 0; i < layers; i++)
        {
            blocks[i] = new(
                (ones(width), zeros(width)), Linear(3 * width, width), Linear(width, width),
                (ones(width), zeros(width)), Linear(4 * width, width), Linear(width, 4 * width));
        }

        // The weights stay until this is disposed, whatever scopes come meanwhile.
        foreach (Tensor tensor in AllTensors())
        {
            tensor.DetachFromDisposeScope();
        }
    }

    /// <summary>Normalised features of <paramref name="count"/> pictures.</summary>
    public float[] Encode(ReadOnlySpan<float> pixels, int count, int height, int columns)
    {
        using DisposeScope all = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Tensor input = tensor(pixels.ToArray(), [count, 3, height, columns]);
        Tensor x = F.conv2d(input, kernel, strides: [patch, patch]).reshape(count, width, -1).permute(0, 2, 1);
        x = cat([classToken.view(1, 1, -1).expand(count, -1, -1), x], 1) + positions;
        x = Norm(x, before);
        foreach (Block block in blocks)
        {
            using DisposeScope inner = NewDisposeScope();
            x += Attend(Norm(x, block.AttentionNorm), block, count);
            x += F.linear(F.gelu(F.linear(Norm(x, block.MlpNorm), block.Up.Weight, block.Up.Bias)), block.Down.Weight, block.Down.Bias);
            x = x.MoveToOuterDisposeScope();
        }

        Tensor pooled = Norm(x[TensorIndex.Colon, 0], after).mm(projection);
        return (pooled / pooled.norm(-1, keepdim: true)).data<float>().ToArray();
    }

    public void Dispose()
    {
        foreach (Tensor tensor in AllTensors())
        {
            tensor.Dispose();
        }

        scope.Dispose();
    }

    Tensor Attend(Tensor x, Block block, int count)
    {
        Tensor packed = F.linear(x, block.Packed.Weight, block.Packed.Bias).view(count, tokens, 3, heads, width / heads);
        Tensor Part(int part) => packed.select(2, part).transpose(1, 2);
        Tensor seen = F.scaled_dot_product_attention(Part(0), Part(1), Part(2)).transpose(1, 2).reshape(count, tokens, width);
        return F.linear(seen, block.Output.Weight, block.Output.Bias);
    }

    Tensor Norm(Tensor x, (Tensor Weight, Tensor Bias) norm) => F.layer_norm(x, [width], norm.Weight, norm.Bias, Epsilon);

    static Tensor Random(params long[] shape) => randn(shape) * 0.02f;

    static (Tensor Weight, Tensor Bias) Linear(long outputs, long inputs) => (Random(outputs, inputs), Random(outputs));

    IEnumerable<Tensor> AllTensors()
    {
        (Tensor Weight, Tensor Bias)[] pairs = [before, after, .. blocks.SelectMany(b => b.All)];
        return [kernel, classToken, positions, projection, .. pairs.SelectMany(p => new[] { p.Weight, p.Bias })];
    }

    sealed record Block(
        (Tensor Weight, Tensor Bias) AttentionNorm,
        (Tensor Weight, Tensor Bias) Packed,
        (Tensor Weight, Tensor Bias) Output,
        (Tensor Weight, Tensor Bias) MlpNorm,
        (Tensor Weight, Tensor Bias) Up,
        (Tensor Weight, Tensor Bias) Down)
    {
        public IEnumerable<(Tensor Weight, Tensor Bias)> All => [AttentionNorm, Packed, Output, MlpNorm, Up, Down];
    }
}
