namespace Jammi.Benchmarks;

/// <summary>A directory that goes when the run ends, and where the repository's own files are.</summary>
sealed class Workplace : IDisposable
{
    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("jammi-bench-");

    public string this[params string[] parts] => Path.Combine([directory.FullName, .. parts]);

    /// <summary>The root of the repository, found from where the program lies.</summary>
    public static string Repository
    {
        get
        {
            for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            {
                if (File.Exists(Path.Combine(at.FullName, "Jammi.sln")))
                {
                    return at.FullName;
                }
            }

            throw new InvalidOperationException("The benchmarks read the sample gallery and run from a clone of the repository.");
        }
    }

    public void Dispose() => directory.Delete(recursive: true);
}
