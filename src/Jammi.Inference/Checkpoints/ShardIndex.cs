using System.Text.Json;

namespace Jammi.Inference.Checkpoints;

/// <summary>The index of a sharded checkpoint: <c>weight_map</c> gives the file of each tensor.</summary>
internal static class ShardIndex
{
    /// <summary>File name by tensor name. A file name is a plain one: shards lie beside the index.</summary>
    /// <exception cref="InferenceException">The index is no such JSON.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
            {
                throw new InferenceException(InferenceError.InvalidModel, $"{path} lacks the object weight_map.");
            }

            var files = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (JsonProperty entry in map.EnumerateObject())
            {
                string? file = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString() : null;
                files[entry.Name] = file is { Length: > 0 } && Path.GetFileName(file) == file ? file
                    : throw new InferenceException(InferenceError.InvalidModel, $"{path}: weight_map gives tensor {entry.Name} the file {entry.Value.GetRawText()}; a plain file name is needed.");
            }

            return files.Count > 0 ? files : throw new InferenceException(InferenceError.InvalidModel, $"{path}: weight_map is empty.");
        }
        catch (JsonException error)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"{path} is not JSON: {error.Message}", error);
        }
        catch (IOException error)
        {
            throw new InferenceException(InferenceError.ModelNotFound, $"{path} cannot be read: {error.Message}", error);
        }
    }
}
