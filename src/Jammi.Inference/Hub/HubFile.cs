namespace Jammi.Inference.Hub;

/// <summary>A file of a repository, as the hub lists it.</summary>
/// <param name="Sha256">The content's hash, for files of large-file storage.</param>
/// <param name="GitHash">The content's git blob hash, for the others.</param>
internal sealed record HubFile(string Name, long Size, string? Sha256, string? GitHash)
{
    public bool IsWeights => Name.EndsWith(".safetensors", StringComparison.Ordinal) || Name.Contains(".onnx", StringComparison.Ordinal);
}

/// <summary>A commit of a repository with its files.</summary>
internal sealed record HubCommit(string Sha, IReadOnlyList<HubFile> Files)
{
    public HubFile? Find(string name) => Files.FirstOrDefault(f => f.Name == name);

    /// <summary>The files' names that are most like another, the likest first.</summary>
    public IEnumerable<string> Nearest(string name) => Files.Select(f => f.Name).OrderBy(n => EditDistance(Path.GetFileName(n), name)).ThenBy(n => n, StringComparer.Ordinal).Take(3);

    static int EditDistance(string one, string two)
    {
        int[] row = [.. Enumerable.Range(0, two.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= two.Length; j++)
            {
                int substituted = diagonal + (one[i - 1] == two[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
