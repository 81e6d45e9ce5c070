namespace Jammi.Data.Tests;

/// <summary>Where the files that the tests read lie.</summary>
static class TestFiles
{
    /// <summary>The directory that holds <c>samples</c>, as the repository's root does.</summary>
    public static string Root => AppContext.BaseDirectory;

    public static string Gallery => Path.Combine(Root, "samples", "figures", "gallery");

    public static string Models => Path.Combine(Root, "samples", "figures", "models");

    /// <summary>Twenty pictures, and what the model's trainer recorded of them.</summary>
    public static string Expected => Path.Combine(Root, "data", "expected");

    /// <summary>The manual in the source tree, where it can also be written.</summary>
    public static string Manual => Path.Combine(SourceTree, "docs", "sql.md");

    /// <summary>The root of the clone that the tests were built in.</summary>
    public static string SourceTree
    {
        get
        {
            DirectoryInfo? at = new(AppContext.BaseDirectory);
            while (at is not null && !File.Exists(Path.Combine(at.FullName, "Jammi.sln")))
            {
                at = at.Parent;
            }

            return at?.FullName ?? throw new InvalidOperationException("The tests of the documentation run in a clone of the repository.");
        }
    }
}
