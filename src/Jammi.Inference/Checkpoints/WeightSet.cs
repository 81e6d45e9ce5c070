namespace Jammi.Inference.Checkpoints;

/// <summary>The tensors of a checkpoint: those of one file, or of the shards of one. Names are unique over all files.</summary>
internal sealed class WeightSet
{
    readonly Dictionary<string, TensorInfo> tensors;

    WeightSet(string path, IReadOnlyList<SafeTensorsFile> files)
    {
        Path = path;
        Files = files;
        tensors = new(files.Sum(f => f.Tensors.Count), StringComparer.Ordinal);
        foreach (SafeTensorsFile file in files)
        {
            foreach (TensorInfo tensor in file.Tensors)
            {
                if (!tensors.TryAdd(tensor.Name, tensor))
                {
                    throw new InferenceException(InferenceError.InvalidModel, $"{path}: tensor {tensor.Name} occurs in two files, {tensors[tensor.Name].File} and {tensor.File}.");
                }
            }
        }

        Directory = CommonDirectory(files);
    }

    /// <summary>What messages name: the file, or the index of the shards.</summary>
    public string Path { get; }

    /// <summary>A directory under which all files lie; ONNX Runtime takes their places relative to it.</summary>
    public string Directory { get; }

    public IReadOnlyList<SafeTensorsFile> Files { get; }

    public IReadOnlyCollection<TensorInfo> Tensors => tensors.Values;

    public TensorInfo? Find(string name) => tensors.GetValueOrDefault(name);

    /// <summary>Opens a checkpoint of one file.</summary>
    /// <exception cref="InferenceException">The file is missing or breaks a rule of its format.</exception>
    public static WeightSet Open(string path) => new(path, [SafeTensorsFile.Open(path)]);

    /// <summary>Opens a checkpoint that an index (<c>model.safetensors.index.json</c>) spreads over several files.</summary>
    /// <exception cref="InferenceException">The index or a file is missing or damaged, or the index names a tensor that its file lacks.</exception>
    public static WeightSet OpenSharded(string indexPath)
    {
        IReadOnlyDictionary<string, string> index = ShardIndex.Read(indexPath);
        string directory = System.IO.Path.GetDirectoryName(indexPath)!;
        Dictionary<string, SafeTensorsFile> files = index.Values.Distinct(StringComparer.Ordinal)
            .ToDictionary(name => name, name => SafeTensorsFile.Open(System.IO.Path.Combine(directory, name)), StringComparer.Ordinal);
        foreach ((string tensor, string file) in index)
        {
            if (files[file].Find(tensor) is null)
            {
                throw new InferenceException(InferenceError.InvalidModel, $"{indexPath} says that tensor {tensor} is in {file}, but it is not there.");
            }
        }

        return new(indexPath, [.. files.Values]);
    }

    static string CommonDirectory(IReadOnlyList<SafeTensorsFile> files)
    {
        string common = System.IO.Path.GetDirectoryName(files[0].Path)!;
        foreach (SafeTensorsFile file in files.Skip(1))
        {
            while (!file.Path.StartsWith(common.TrimEnd(System.IO.Path.DirectorySeparatorChar) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                common = System.IO.Path.GetDirectoryName(common)
                    ?? throw new InferenceException(InferenceError.NotSupported, $"The weights {files[0].Path} and {file.Path} lie on different drives.");
            }
        }

        return common;
    }
}
