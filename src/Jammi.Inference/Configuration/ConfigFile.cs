using System.Text.Json;

namespace Jammi.Inference.Configuration;

/// <summary>Opens a model's JSON files.</summary>
internal static class ConfigFile
{
    /// <summary>Reads a file as one object.</summary>
    /// <param name="read">Makes something of the object and asks for every field it knows; the others are refused afterwards.</param>
    /// <exception cref="InferenceException">ModelNotFound: the file cannot be read. InvalidModel: it is no JSON object. NotSupported: it has a field that nobody asked for.</exception>
    public static T Read<T>(string path, Func<ConfigSection, T> read, ISet<string>? asked = null)
    {
        using JsonDocument document = Parse(path);
        var root = new ConfigSection(document.RootElement, string.Empty, path, asked);
        T result = read(root);
        root.Finish();
        return result;
    }

    public static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 16 });
        }
        catch (JsonException error)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"{path} is not JSON: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InferenceException(InferenceError.ModelNotFound, $"{path} cannot be read: {error.Message}", error);
        }
    }
}
