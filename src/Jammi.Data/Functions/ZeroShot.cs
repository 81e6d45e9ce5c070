using System.Numerics.Tensors;
using Jammi.Inference;

namespace Jammi.Data.Functions;

/// <summary>Labels' probabilities for a picture: the softmax of logit_scale · cosine + logit_bias, as the reference classifies.</summary>
static class ZeroShot
{
    /// <summary>The labels' unit vectors, [labels, dimensions].</summary>
    public static float[] EmbedLabels(IEmbeddingModel model, IReadOnlyList<string> labels, CancellationToken cancellation)
    {
        float[] vectors = new float[labels.Count * model.Dimensions];
        model.EmbedTexts(labels, vectors, cancellation);
        return vectors;
    }

    /// <summary>One probability a label; they sum to 1.</summary>
    public static float[] Probabilities(ReadOnlySpan<float> image, ReadOnlySpan<float> labels, IEmbeddingModel model)
    {
        float[] logits = new float[labels.Length / model.Dimensions];
        for (int i = 0; i < logits.Length; i++)
        {
            float cosine = TensorPrimitives.Dot(image, labels.Slice(i * model.Dimensions, model.Dimensions));
            logits[i] = (float)((model.LogitScale * cosine) + model.LogitBias);
        }

        TensorPrimitives.SoftMax(logits, logits);
        return logits;
    }
}
