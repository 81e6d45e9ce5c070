namespace Jammi.Cli.Demo;

/// <summary>Where the shipped gallery and model are: beside the program.</summary>
sealed record DemoFiles(string Gallery, string Models)
{
    public static DemoFiles Find()
    {
        string root = Path.Combine(AppContext.BaseDirectory, "samples", "figures");
        var files = new DemoFiles(Path.Combine(root, "gallery"), Path.Combine(root, "models"));
        return Directory.Exists(files.Gallery) && Directory.Exists(files.Models) ? files
            : throw new IOException($"The demo's files are missing from {root}; install the tool again.");
    }
}
