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
}
