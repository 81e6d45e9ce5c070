namespace Jammi.Inference.Tests;

/// <summary>Where the tests' files are.</summary>
static class TestData
{
    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "data");

    public static string FiguresModel { get; } = Path.Combine(Root, "figures", "models", "figures-clip");
}
