using System.Text;
using Apache.Arrow;
using Jammi.Inference;

namespace Jammi.Data.Functions;

/// <summary>A picture as a column holds it: a BLOB of encoded bytes, or a TEXT with the path of a file.</summary>
static class ImageContent
{
    /// <exception cref="InferenceException">InvalidInput: the file cannot be read.</exception>
    public static ReadOnlyMemory<byte> Read(IArrowArray column, int row) => column is StringArray paths
        ? ReadFile(Encoding.UTF8.GetString(paths.GetBytes(row)))
        : ((BinaryArray)column).GetBytes(row).ToArray();

    static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InferenceException(InferenceError.InvalidInput, $"The picture {path} cannot be read: {error.Message}", error);
        }
    }
}
