using System.CommandLine;
using System.Globalization;
using Jammi.Benchmarks.VectorSearch;

// Vector search through ADO.NET: Jammi beside DuckDB and SQLite, on the same seeded rows and queries, in one run. DOTNET_PROCESSOR_COUNT=1 gives Jammi one thread; the others have one.
var rows = new Option<int>("--rows") { Description = "Rows of 512 numbers.", DefaultValueFactory = _ => 100_000 };
var queries = new Option<int>("--queries") { Description = "Queries of each kind.", DefaultValueFactory = _ => 50 };
var peers = new Option<string[]>("--engines") { Description = "jammi, jammi-no-axis, duckdb, sqlite.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["jammi", "jammi-no-axis", "duckdb", "sqlite"] };
var folder = new Option<string>("--folder") { Description = "Where databases are made (removed afterwards).", DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "jammi-vector-search") };
var command = new RootCommand("Measures vector search through ADO.NET beside other engines.") { rows, queries, peers, folder };
command.SetAction(arguments =>
{
    string path = Directory.CreateDirectory(arguments.GetRequiredValue(folder)).FullName;
    try
    {
        Run(Workload.Create(arguments.GetRequiredValue(rows), arguments.GetRequiredValue(queries)), arguments.GetRequiredValue(peers), path);
    }
    finally
    {
        Directory.Delete(path, recursive: true);
    }
});
var processes = new Option<int>("--processes") { Description = "Further processes that open the table and search once.", DefaultValueFactory = _ => 0 };
var keep = new Option<bool>("--keep") { Description = "Leave the table in the folder for the next run." };
var open = new Command("open", "Measures what opening a large table and the first searches cost a process that has just started.") { rows, processes, keep, folder };
open.SetAction(arguments =>
{
    string path = Directory.CreateDirectory(arguments.GetRequiredValue(folder)).FullName;
    try
    {
        OpeningCost.Run(arguments.GetRequiredValue(rows), arguments.GetValue(processes), path);
    }
    finally
    {
        if (!arguments.GetValue(keep))
        {
            Directory.Delete(path, recursive: true);
        }
    }
});
var brief = new Option<bool>("--brief") { Description = "Only what opening and one search take." };
var opened = new Command("opened", "The measuring part of open.") { folder, brief };
opened.Hidden = true;
opened.SetAction(arguments =>
{
    if (arguments.GetValue(brief))
    {
        OpeningCost.MeasureBriefly(arguments.GetRequiredValue(folder));
    }
    else
    {
        OpeningCost.Measure(arguments.GetRequiredValue(folder));
    }
});
var seconds = new Option<int>("--seconds") { Description = "For each way of searching.", DefaultValueFactory = _ => 3 };
var repeat = new Command("repeat", "Searches the table that open --keep has left in the folder, each way for some seconds.") { seconds, folder };
repeat.SetAction(arguments => RepeatedSearches.Run(arguments.GetRequiredValue(folder), arguments.GetRequiredValue(seconds)));
command.Subcommands.Add(repeat);
var code = new Command("code", "Measures what making search codes takes.") { rows };
code.SetAction(arguments => CodingCost.Run(arguments.GetRequiredValue(rows)));
command.Subcommands.Add(code);
command.Subcommands.Add(open);
command.Subcommands.Add(opened);
return command.Parse(args).Invoke();

static void Run(Workload workload, string[] names, string path)
{
    Console.WriteLine($"{workload.RowCount:N0} rows of {ClipLikeVectors.Dimension} numbers; {workload.Texts.Length} text and {workload.Images.Length} image queries; k = {Workload.K}; {Environment.ProcessorCount} processors");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"reading the vectors once, one thread: {Measurement.ReadOnce(workload):0.00} ms"));
    Console.WriteLine();
    Console.WriteLine("| engine | case | queries | recall | rows | p5 ms | p50 ms | p95 ms | CPU ms |");
    Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
    foreach (string name in names)
    {
        using ISearchEngine engine = Engines.Open(name, path);
        Measurement loading = Measurement.Of(() => engine.Load(workload));
        foreach (SearchCase search in workload.Cases(engine))
        {
            Console.WriteLine($"| {engine.Name} | {search.Name} | {search.Kind} | {Measurement.OfSearch(engine, search)} |");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {engine.Name} | load and index | | | | | {loading.Elapsed.TotalMilliseconds:0} | | {loading.Cpu.TotalMilliseconds:0} |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {engine.Name} | bytes a row beside the vectors | | | {engine.IndexBytes() / (double)workload.RowCount:0} | | | | |"));
        foreach ((string what, Measurement once) in engine.Others(workload))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {engine.Name} | {what} | | | | | {once.Elapsed.TotalMilliseconds:0.0} | | {once.Cpu.TotalMilliseconds:0.0} |"));
        }
    }
}
