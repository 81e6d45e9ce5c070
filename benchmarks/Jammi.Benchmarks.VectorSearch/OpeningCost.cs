using System.Diagnostics;
using System.Globalization;
using Jammi.Data;

namespace Jammi.Benchmarks.VectorSearch;

/// <summary>
/// What a table costs a process that has just started: opening, the first search, and how much of each kind of file is in its memory after that. Memory is what the kernel says of the process's
/// mapped files and of the rest.
/// </summary>
static class OpeningCost
{
    const int Searches = 100;
    const string QueryFile = "queries";

    /// <summary>Makes the table where the folder has none yet, and has processes of their own measure it.</summary>
    /// <param name="processes">So many processes open the table and search once; one more measures memory.</param>
    public static void Run(int rows, int processes, string folder)
    {
        string path = Path.Combine(folder, "items.jammi");
        if (!Directory.Exists(path))
        {
            using var engine = new JammiEngine(path, withAxis: true);
            engine.Load(Workload.Create(rows, 1));
        }

        WriteQueries(folder);

        // Its files stay open for a while after the last connection.
        JammiConnection.ClearAllPools();
        Console.WriteLine(Start(folder, brief: false));
        double[][] measured = [.. Enumerable.Range(0, processes).Select(_ => Start(folder, brief: true).Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray())];
        foreach ((string what, int first) in processes == 0 ? [] : (ReadOnlySpan<(string, int)>)[("opening the database", 0), ("the first search", 2)])
        {
            Console.WriteLine($"{what}, {processes} processes: {Spread(measured, first)} ms; processors {Spread(measured, first + 1)} ms");
        }
    }

    static string Spread(double[][] measured, int column)
    {
        double[] sorted = [.. measured.Select(m => m[column]).Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[0]:0.0} at least, {sorted[sorted.Length / 2]:0.0} in the median");
    }

    static string Start(string folder, bool brief)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (string argument in (string[])[typeof(OpeningCost).Assembly.Location, "opened", "--folder", folder, "--brief", brief ? "true" : "false"])
        {
            start.ArgumentList.Add(argument);
        }

        if (!Path.GetFileNameWithoutExtension(Environment.ProcessPath!).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.RemoveAt(0);
        }

        using Process child = Process.Start(start)!;
        string said = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0 ? said.Trim() : throw new InvalidOperationException($"The process that measures ended with code {child.ExitCode}.");
    }

    /// <summary>Opens and searches once in this process, which has opened nothing yet: times on the clock and of processors in milliseconds.</summary>
    public static void MeasureBriefly(string folder)
    {
        float[] query = ReadQueries(folder)[0];
        JammiConnection? connection = null;
        Measurement opening = Measurement.Of(() => connection = Open(folder));
        Measurement search = Measurement.Of(() => Search(connection!, query, exact: false));
        connection!.Dispose();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{opening.Elapsed.TotalMilliseconds} {opening.Cpu.TotalMilliseconds} {search.Elapsed.TotalMilliseconds} {search.Cpu.TotalMilliseconds}"));
    }

    /// <summary>Measures in this process, which has opened nothing yet.</summary>
    public static void Measure(string folder)
    {
        string path = Path.Combine(folder, "items.jammi");
        float[][] queries = ReadQueries(folder);
        long before = Memory().Values.Sum();
        JammiConnection? connection = null;
        Tell("opening the database", Measurement.Of(() => connection = Open(folder)));
        Tell("the first search", Measurement.Of(() => Search(connection!, queries[0], exact: false)));
        TellMemory("after the first search", path, before);
        Tell(string.Create(CultureInfo.InvariantCulture, $"{Searches} searches"), Measurement.Of(() => Array.ForEach(queries, q => Search(connection!, q, exact: false))));
        TellMemory(string.Create(CultureInfo.InvariantCulture, $"after {Searches} searches"), path, before);
        Tell("an exact search", Measurement.Of(() => Search(connection!, queries[0], exact: true)));
        TellMemory("after an exact search, which reads all int8 codes", path, before);
        connection!.Dispose();
    }

    /// <summary>Queries come from a file: making them would have the runtime compile their generator better while the database is opened.</summary>
    static void WriteQueries(string folder)
    {
        var generator = new ClipLikeVectors(seed: 1);
        var random = new Random(3);
        IEnumerable<float> queries = Enumerable.Range(0, Searches).SelectMany(i => i % 2 == 0 ? generator.Text(random) : generator.Image(random).Vector);
        File.WriteAllBytes(Path.Combine(folder, QueryFile), [.. queries.SelectMany(BitConverter.GetBytes)]);
    }

    public static float[][] ReadQueries(string folder)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder, QueryFile));
        float[][] queries = new float[Searches][];
        for (int i = 0; i < Searches; i++)
        {
            queries[i] = new float[ClipLikeVectors.Dimension];
            Buffer.BlockCopy(bytes, i * ClipLikeVectors.Dimension * sizeof(float), queries[i], 0, ClipLikeVectors.Dimension * sizeof(float));
        }

        return queries;
    }

    static JammiConnection Open(string folder)
    {
        var connection = new JammiConnection($"Data Source={Path.Combine(folder, "items.jammi")}");
        connection.Open();
        return connection;
    }

    static void Search(JammiConnection connection, float[] query, bool exact)
    {
        using JammiCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT id, similarity FROM vector_search('items', @q, {Workload.K}, exact => {(exact ? "true" : "false")})";
        command.Parameters.Add(new JammiParameter("q", query));
        if (Engines.ReadIds(command).Count != Workload.K)
        {
            throw new InvalidOperationException("A search found fewer rows than it was asked for.");
        }
    }

    static void Tell(string what, Measurement measured) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {measured.Elapsed.TotalMilliseconds:0.0} ms, {measured.Cpu.TotalMilliseconds:0.0} ms of processors"));

    static void TellMemory(string when, string path, long before)
    {
        Dictionary<string, long> memory = Memory();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{when}: {(memory.Values.Sum() - before) >> 20:N0} MiB more in memory than before opening"));
        foreach ((string folder, string ending) in (ReadOnlySpan<(string, string)>)[("segments", ".arrow"), ("codes", ".codes"), ("codes", ".cells")])
        {
            long size = Directory.EnumerateFiles(Path.Combine(path, folder), "*" + ending).Sum(f => new FileInfo(f).Length);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {ending}: {memory.GetValueOrDefault(ending) >> 20:N0} of {size >> 20:N0} MiB"));
        }

        long programs = memory.GetValueOrDefault(".dll") + memory.GetValueOrDefault(".so");
        long files = memory.GetValueOrDefault(".arrow") + memory.GetValueOrDefault(".codes") + memory.GetValueOrDefault(".cells");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  programs: {programs >> 20:N0} MiB; heap and compiled code: {(memory.Values.Sum() - programs - files) >> 20:N0} MiB; before opening both had {before >> 20:N0} MiB"));
    }

    /// <summary>Bytes in memory by the ending of the mapped file's name; nothing where the system does not say.</summary>
    static Dictionary<string, long> Memory()
    {
        var bytes = new Dictionary<string, long>(StringComparer.Ordinal);
        if (!File.Exists("/proc/self/smaps"))
        {
            return bytes;
        }

        string ending = string.Empty;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.StartsWith("Rss:", StringComparison.Ordinal))
            {
                bytes[ending] = bytes.GetValueOrDefault(ending) + (long.Parse(line[4..^2].Trim(), CultureInfo.InvariantCulture) << 10);
            }
            else if (!line.Split(' ')[0].EndsWith(':'))
            {
                ending = Path.GetExtension(line);
            }
        }

        return bytes;
    }
}
