using System.Diagnostics;

namespace Jammi.Data.Tests.Samples;

/// <summary>The program that the README shows, run as a newcomer runs it.</summary>
public sealed class QuickStartTests
{
    [Fact]
    public void QuickStart_embeds_once_and_finds_the_pictures()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateSymbolicLink(directory["samples"], Path.Combine(TestFiles.Root, "samples"));

        string[] first = Run(directory);
        Assert.Equal("240 embedded, 0 reused, 0 failed", first[0]);
        Assert.Contains("red circle", first[1], StringComparison.OrdinalIgnoreCase);
        Assert.Contains(first, line => line.Contains("bar chart", StringComparison.OrdinalIgnoreCase));

        string[] second = Run(directory);
        Assert.Equal("0 embedded, 240 reused, 0 failed", second[0]);
        Assert.Equal(first[1..], second[1..]);
    }

    static string[] Run(TemporaryDirectory directory)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "QuickStart.dll")])
        {
            WorkingDirectory = directory.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
