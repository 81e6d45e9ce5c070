using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Jammi.Data;

namespace Jammi.Benchmarks.Mission;

/// <summary>The first query of a new process, against a process that does nothing.</summary>
static class FirstQuery
{
    const string ChildVerb = "one-query";
    const int Runs = 7;

    /// <summary>The measurement alone, without the rest of the mission.</summary>
    public static Command Create()
    {
        var command = new Command("first-query", "What the first query of a process costs.");
        command.SetAction(_ =>
        {
            using var place = new Workplace();
            Gallery.Create(place["planning.jammi"]);
            Run(place);
        });
        return command;
    }

    /// <summary>The verb that <see cref="Run"/> starts as a new process: opens a database, runs one query, says what it cost.</summary>
    public static Command CreateChild()
    {
        var database = new Argument<string>("database");
        var sql = new Argument<string>("sql");
        var command = new Command(ChildVerb, "Runs one query in this process and prints its wall and CPU time.") { database, sql };
        command.Hidden = true;
        command.SetAction(line =>
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            long start = Stopwatch.GetTimestamp();
            using JammiConnection connection = Gallery.Open(line.GetValue(database)!);
            connection.Run(line.GetValue(sql)!, ("q", "a red circle on a white background"));
            double wall = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            double cpu = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{wall} {cpu}"));
        });
        return command;
    }

    public static void Run(Workplace place)
    {
        // Another process is to open what this one has just used.
        JammiConnection.ClearAllPools();
        string database = place["planning.jammi"];
        var table = new MarkdownTable("first query of a process, after the runtime's own start", "median wall ms", "median CPU ms");
        foreach ((string title, string sql) in new[]
        {
            ("open the database, SELECT count(*) FROM figures", "SELECT count(*) FROM figures"),
            ("open the database and the text tower, the query of the README", Gallery.Search),
        })
        {
            (double Wall, double Cpu)[] runs = [.. Enumerable.Range(0, Runs).Select(_ => Start(database, sql))];
            table.Add(title, runs.Select(r => r.Wall).Order().ElementAt(Runs / 2), runs.Select(r => r.Cpu).Order().ElementAt(Runs / 2));
        }

        table.Print($"First query ({Runs} processes)");
    }

    static (double Wall, double Cpu) Start(string database, string sql)
    {
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [ChildVerb, database, sql]) { RedirectStandardOutput = true })!;
        string[] output = child.StandardOutput.ReadToEnd().Split(' ');
        child.WaitForExit();
        return (double.Parse(output[0], CultureInfo.InvariantCulture), double.Parse(output[1], CultureInfo.InvariantCulture));
    }
}
