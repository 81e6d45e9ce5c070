using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Jammi.Cli.Demo;
using Jammi.Data;
using Spectre.Console;

namespace Jammi.Cli.Commands;

/// <summary><c>jammi demo</c>: a database from the shipped gallery, four searches in SQL, and a page of pictures.</summary>
static class DemoCommand
{
    public static Command Create()
    {
        var directory = new Option<string>("--database", "-d") { Description = "Directory of the demo's database.", DefaultValueFactory = _ => "demo.jammi" };
        var page = new Option<string>("--page") { Description = "Where to write the page of results.", DefaultValueFactory = _ => "gallery.html" };
        var command = new Command("demo", "Builds a database from the shipped gallery, embeds it, and finds pictures by text.") { directory, page };
        command.SetAction(async (line, cancellation) =>
        {
            await RunAsync(line.GetValue(directory)!, line.GetValue(page)!, cancellation);
            return 0;
        });
        return command;
    }

    static async Task RunAsync(string database, string page, CancellationToken cancellation)
    {
        DemoFiles files = DemoFiles.Find();
        var settings = new JammiConnectionStringBuilder { DataSource = database, Models = files.Models };
        using var connection = new JammiConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellation);
        await DemoDatabase.CreateTablesAsync(connection, files, cancellation);
        await EmbedAsync(connection, cancellation);

        var results = new List<DemoResult>();
        foreach (DemoQuery query in DemoQuery.All)
        {
            results.Add(await SearchAsync(connection, query, cancellation));
        }

        await GalleryPage.WriteAsync(page, results, cancellation);
        AnsiConsole.MarkupLine($"\nThe pictures are in [blue]{Markup.Escape(Path.GetFullPath(page))}[/]: open it in a browser.");
        AnsiConsole.MarkupLine("Try next:");
        string models = SqlText.Quote(files.Models).Trim('\'');
        Console.WriteLine($"  jammi search figures figures-clip \"three green triangles\" -k 5 -c figure_id,title -d {database} -m {models}");
        Console.WriteLine($"  jammi -d {database} -m {models}        (an SQL prompt on this database)");
        Console.WriteLine("  From a clone of the project, \"dotnet run --project src/Jammi.Cli --\" stands for \"jammi\".");
    }

    static async Task EmbedAsync(JammiConnection connection, CancellationToken cancellation)
    {
        using JammiCommand command = connection.CreateCommand();
        command.CommandText = DemoDatabase.EmbedSql;
        using JammiDataReader result = await ProgressBar.RunAsync(connection, "Embedding 240 pictures", async () => (JammiDataReader)await command.ExecuteReaderAsync(cancellation));
        await result.ReadAsync(cancellation);
        AnsiConsole.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[grey]{result["embedded"]} embedded, {result["reused"]} reused, {result["failed"]} failed, {result.GetDouble(result.GetOrdinal("seconds")):0.00} s[/]"));
    }

    static async Task<DemoResult> SearchAsync(JammiConnection connection, DemoQuery query, CancellationToken cancellation)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.Write(new Rule($"[bold]{Markup.Escape(query.Text)}[/]") { Justification = Justify.Left });
        Console.WriteLine(query.Sql);
        using JammiCommand command = connection.CreateCommand();
        command.CommandText = query.Sql;
        command.Parameters.AddWithValue("q", query.Text);
        var hits = new List<DemoHit>();
        var table = new Table { Border = TableBorder.Rounded };
        long start = Stopwatch.GetTimestamp();
        using (var reader = (JammiDataReader)await command.ExecuteReaderAsync(cancellation))
        {
            int image = reader.GetOrdinal("image");
            int[] shown = [.. Enumerable.Range(0, reader.FieldCount).Where(i => i != image)];
            foreach (int column in shown)
            {
                table.AddColumn(reader.GetName(column));
            }

            while (await reader.ReadAsync(cancellation))
            {
                table.AddRow([.. shown.Select(c => Markup.Escape(ResultTable.Cell(reader, c)))]);
                hits.Add(new DemoHit(reader.GetFieldValue<byte[]>(image), reader.GetString(reader.GetOrdinal("title")), reader.GetString(reader.GetOrdinal("source")), reader.GetFloat(reader.GetOrdinal("similarity"))));
            }
        }

        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[grey]{hits.Count} rows, {milliseconds:0.0} ms[/]"));
        return new DemoResult(query, hits, milliseconds);
    }
}
