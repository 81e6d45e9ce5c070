using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Jammi.Inference.Images;
using Jammi.Inference.Towers;

namespace Jammi.Inference;

/// <summary>
/// SHA-256 over a model's files. The weights' hash is remembered per path, size and time of change in the user's cache directory, since gigabytes take seconds.
/// </summary>
internal static class ModelFingerprint
{
    public static string Compute(ModelDescription model)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in model.SmallFiles)
        {
            all.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(path)));
            all.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
        }

        foreach (string path in model.WeightFiles)
        {
            all.AppendData(HashWeights(path));
        }

        if (model.Preprocessing is { WideGray: not WideGrayMode.Scale } settings)
        {
            all.AppendData(Encoding.UTF8.GetBytes(settings.WideGray.ToString()));
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    static byte[] HashWeights(string path)
    {
        var file = new FileInfo(path);
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file.FullName}|{file.Length}|{file.LastWriteTimeUtc.Ticks}"))));
        string remembered = UserCache.PathOf("weights", key);
        if (UserCache.TryRead(remembered) is { Length: SHA256.HashSizeInBytes } known)
        {
            return known;
        }

        byte[] hash;
        using (FileStream stream = file.OpenRead())
        {
            hash = SHA256.HashData(stream);
        }

        UserCache.TryWrite(remembered, stream => stream.Write(hash));
        return hash;
    }
}
