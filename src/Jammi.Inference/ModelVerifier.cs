using System.Security.Cryptography;
using System.Text;
using Jammi.Inference.Layouts;
using Jammi.Inference.Towers;

namespace Jammi.Inference;

/// <summary>Checks a model as far as it can be checked without its reference.</summary>
internal static class ModelVerifier
{
    public static IReadOnlyList<string> Verify(string name, string directory, CancellationToken cancellation)
    {
        var problems = new List<string>();
        foreach (string path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            cancellation.ThrowIfCancellationRequested();
            if (FindDamage(path) is { } damage)
            {
                problems.Add(damage);
            }
        }

        try
        {
            using EmbeddingModel model = EmbeddingModel.Open(name, directory);
            Run(model, problems, cancellation);
        }
        catch (InferenceException error)
        {
            problems.Add(error.Message);
        }

        return problems;
    }

    /// <summary>A content of the cache is named by its hash: SHA-256, or git's for small files.</summary>
    static string? FindDamage(string path)
    {
        if (new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is not FileInfo target || target.Directory?.Name != "blobs")
        {
            return null;
        }

        if (!target.Exists)
        {
            return $"{path} links to {target.FullName}, which is gone; pull the model again.";
        }

        using FileStream content = target.OpenRead();
        string actual;
        switch (target.Name.Length)
        {
            case 2 * SHA256.HashSizeInBytes:
                actual = Convert.ToHexStringLower(SHA256.HashData(content));
                break;
            case 2 * SHA1.HashSizeInBytes:
                using (IncrementalHash git = IncrementalHash.CreateHash(HashAlgorithmName.SHA1))
                {
                    git.AppendData(Encoding.ASCII.GetBytes($"blob {target.Length}\0"));
                    byte[] bytes = new byte[target.Length];
                    content.ReadExactly(bytes);
                    git.AppendData(bytes);
                    actual = Convert.ToHexStringLower(git.GetHashAndReset());
                }

                break;
            default:
                return null;
        }

        return actual == target.Name ? null : $"{path} has the hash {actual}, but was downloaded as {target.Name}: it has changed. Delete {target.FullName} and pull the model again.";
    }

    /// <summary>Embeds a text and an even picture: every number must be finite and every vector of length 1.</summary>
    static void Run(EmbeddingModel model, List<string> problems, CancellationToken cancellation)
    {
        float[] embedding = new float[model.Dimensions];
        if (model.HasText)
        {
            model.EmbedTexts(["a photo of a cat"], embedding, cancellation);
            CheckUnit("text", embedding, problems);
        }

        if (model.HasVision)
        {
            model.EmbedPixels(new float[3 * model.Preprocessing.Height * model.Preprocessing.Width], 1, embedding, cancellation);
            CheckUnit("vision", embedding, problems);
        }
    }

    static void CheckUnit(string tower, float[] embedding, List<string> problems)
    {
        double length = Math.Sqrt(embedding.Sum(v => (double)v * v));
        if (!(Math.Abs(length - 1) < 1e-3))
        {
            problems.Add($"The {tower} tower gives a vector of length {length} instead of 1: its weights are damaged.");
        }
    }
}
