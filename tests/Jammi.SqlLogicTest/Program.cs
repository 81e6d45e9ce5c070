using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.FileSystemGlobbing;
using Microsoft.Extensions.FileSystemGlobbing.Abstractions;

namespace Jammi.SqlLogicTest;

/// <summary>Runs files of sqllogictest records against a fresh database in memory each.</summary>
static class Program
{
    const int Failed = 1;

    static int Main(string[] args)
    {
        var files = new Argument<string[]>("files") { Description = "Files, or globs with *, ? and **.", Arity = ArgumentArity.OneOrMore };
        var complete = new Option<bool>("--complete") { Description = "Write the rows that the queries give into the files." };
        var style = new Option<ValueStyle?>("--style") { Description = "How values are written: exact (the default of .slt files) or classic (of all others)." };
        var names = new Option<string[]>("--as") { Description = "A further name that skipif and onlyif know this engine by, such as sqlite or postgresql." };
        var limit = new Option<int>("--failures") { Description = "How many failures to print.", DefaultValueFactory = _ => 20 };
        var root = new RootCommand("Runs files in the sqllogictest format.") { files, complete, style, names, limit };
        root.SetAction(line =>
        {
            var options = new RunOptions
            {
                Complete = line.GetValue(complete),
                Style = line.GetValue(style),
                Engines = new HashSet<string>(["jammi", .. line.GetValue(names) ?? []], StringComparer.OrdinalIgnoreCase),
            };
            return Run([.. line.GetValue(files)!.SelectMany(Expand)], options, line.GetValue(limit));
        });
        return root.Parse(args).Invoke();
    }

    static int Run(IReadOnlyList<string> paths, RunOptions options, int failuresShown)
    {
        if (paths.Count == 0)
        {
            Console.Error.WriteLine("No file matches.");
            return Failed;
        }

        int passed = 0;
        int failed = 0;
        int leftOut = 0;
        long start = Stopwatch.GetTimestamp();
        foreach (FileRun run in paths.AsParallel().AsOrdered().WithMergeOptions(ParallelMergeOptions.NotBuffered).Select(path => RunFile(path, options)))
        {
            if (run.Report is not { } report)
            {
                Console.WriteLine(run.Error);
                failed++;
                continue;
            }

            passed += report.Passed;
            leftOut += report.LeftOut;
            foreach (Failure failure in report.Failures)
            {
                if (failed++ < failuresShown)
                {
                    Console.WriteLine(failure);
                }
            }

            if (report.Skipped is { } reason)
            {
                Console.WriteLine($"{run.Path}: skipped, {reason}");
            }
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{paths.Count} files: {passed} passed, {failed} failed, {leftOut} left out; {seconds:0.00} s, {(passed + failed) / seconds:0} records/s"));
        return failed == 0 ? 0 : Failed;
    }

    static FileRun RunFile(string path, RunOptions options)
    {
        try
        {
            Script script = ScriptParser.ParseFile(path);
            ScriptReport report = JammiScripts.Run(script, options);
            if (options.Complete)
            {
                File.WriteAllText(path, string.Join('\n', ScriptCompletion.Rewrite(script, report)) + '\n');
            }

            return new(path, report, null);
        }
        catch (ScriptException error)
        {
            return new(path, null, error.Message);
        }
    }

    static IEnumerable<string> Expand(string pattern)
    {
        int wildcard = pattern.IndexOfAny(['*', '?']);
        if (wildcard < 0)
        {
            return [pattern];
        }

        int split = pattern.LastIndexOf('/', wildcard);
        string root = split < 0 ? "." : split == 0 ? "/" : pattern[..split];
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddInclude(pattern[(split + 1)..]);
        return matcher.Execute(new DirectoryInfoWrapper(new DirectoryInfo(root))).Files.Select(f => Path.Combine(root, f.Path)).Order(StringComparer.Ordinal);
    }

    /// <summary>What running a file gave, or why it cannot be read.</summary>
    sealed record FileRun(string Path, ScriptReport? Report, string? Error);
}
