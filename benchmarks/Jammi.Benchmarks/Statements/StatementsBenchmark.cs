using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Jammi.SqlLogicTest;
using Microsoft.Data.Sqlite;

namespace Jammi.Benchmarks.Statements;

/// <summary>
/// Small statements, each text once: files in the shapes of SQLite's sqllogictest corpus through our runner, on our provider and on Microsoft.Data.Sqlite in turn.
/// SQLite's answers are the expected ones; a single difference fails the benchmark.
/// </summary>
static class StatementsBenchmark
{
    const int ShownFailures = 5;

    delegate ScriptReport Engine(Script script, RunOptions options);

    readonly record struct Cost(double Seconds, double CpuSeconds, long Bytes);

    public static Command Create()
    {
        var shape = new Option<string[]>("--shape") { Description = "Only these shapes, such as random/expr.", DefaultValueFactory = _ => [.. Corpus.Names] };
        var files = new Option<int>("--files") { Description = "Files of a shape.", DefaultValueFactory = _ => 4 };
        var records = new Option<int>("--records") { Description = "Records of a file.", DefaultValueFactory = _ => 5_000 };
        var threads = new Option<int[]>("--threads") { Description = "Files run side by side.", DefaultValueFactory = _ => [1, 2], AllowMultipleArgumentsPerToken = true };
        var write = new Option<string?>("--write") { Description = "Write the files with SQLite's answers into this directory instead of running them." };
        var stages = new Option<bool>("--stages") { Description = "Time and allocation of each stage of our engine instead." };
        var command = new Command("statements", "Small statements in the shapes of SQLite's test corpus, beside Microsoft.Data.Sqlite.") { shape, files, records, threads, write, stages };
        command.SetAction(line =>
        {
            Dictionary<string, Script[]> scripts = line.GetValue(shape)!.ToDictionary(
                s => s,
                s => Corpus.Files(s, line.GetValue(files), line.GetValue(records)).Select(f => f.Answered(Sqlite)).ToArray());
            if (line.GetValue(write) is { } directory)
            {
                Write(directory, scripts.Values.SelectMany(s => s));
                return 0;
            }

            Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors");
            return line.GetValue(stages) ? StatementStages.Print(scripts) : Run(scripts, line.GetValue(threads)!);
        });
        return command;
    }

    static int Run(Dictionary<string, Script[]> scripts, int[] threads)
    {
        foreach (Script script in scripts.Values.Select(s => s[0]))
        {
            Sqlite(script, Classic);
            if (JammiScripts.Run(script, Classic) is { Failures.Count: > 0 } report)
            {
                Console.WriteLine($"{report.Failures.Count} wrong answers in {script.Path}:\n{string.Join('\n', report.Failures.Take(ShownFailures))}");
                return 1;
            }
        }

        foreach (int width in threads)
        {
            var table = new MarkdownTable(
                "shape", "records", "Jammi, records/s", "SQLite, records/s", "ratio", "Jammi, CPU µs a record", "SQLite, CPU µs a record", "Jammi, KB allocated a record", "runner's own, KB");
            Cost ourTotal = default;
            Cost theirTotal = default;
            int allRecords = 0;
            foreach ((string shape, Script[] files) in scripts)
            {
                int records = files.Sum(f => f.Records.Count);
                Cost theirs = Measured(files, width, Sqlite);
                Cost ours = Measured(files, width, JammiScripts.Run);
                Add(shape, records, ours, theirs);
                ourTotal = Sum(ourTotal, ours);
                theirTotal = Sum(theirTotal, theirs);
                allRecords += records;
            }

            Add("all", allRecords, ourTotal, theirTotal);
            table.Print($"{width} file{(width == 1 ? null : "s")} at a time");

            void Add(string name, int records, Cost ours, Cost theirs) => table.Add(
                name, records, records / ours.Seconds, records / theirs.Seconds, theirs.Seconds / ours.Seconds, ours.CpuSeconds / records * 1e6, theirs.CpuSeconds / records * 1e6, ours.Bytes / 1024.0 / records, theirs.Bytes / 1024.0 / records);
        }

        return 0;
    }

    static RunOptions Classic { get; } = new() { Style = ValueStyle.Classic };

    static Cost Sum(Cost a, Cost b) => new(a.Seconds + b.Seconds, a.CpuSeconds + b.CpuSeconds, a.Bytes + b.Bytes);

    static Cost Measured(Script[] files, int width, Engine engine)
    {
        GC.Collect();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        int failures = files.AsParallel().WithDegreeOfParallelism(width).Sum(f => engine(f, Classic).Failures.Count);
        var cost = new Cost(Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) - bytes);
        return failures == 0 ? cost : throw new InvalidOperationException($"{failures} wrong answers in {files[0].Path} and its siblings.");
    }

    static ScriptReport Sqlite(Script script, RunOptions options)
    {
        using var runner = new ScriptRunner(
            () =>
            {
                var connection = new SqliteConnection("Data Source=:memory:");
                connection.Open();
                return connection;
            },
            options);
        return runner.Run(script);
    }

    static void Write(string directory, IEnumerable<Script> scripts)
    {
        foreach (Script script in scripts)
        {
            string path = Path.Combine(directory, script.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllLines(path, script.Lines);
        }
    }
}
