using System.Diagnostics;
using System.Globalization;
using Jammi.Data;
using Spectre.Console;

namespace Jammi.Cli;

/// <summary>Prints every result of a command as a table, with the number of rows and the time taken.</summary>
static class ResultTable
{
    const int LongestCell = 80;
    const int MostRows = 1_000;

    /// <summary>A file or pipe has no width: rows stay on their line.</summary>
    static readonly IAnsiConsole Output = CreateOutput();

    public static async Task WriteAllAsync(JammiCommand command, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        await using JammiDataReader reader = await command.ExecuteReaderAsync(cancellation);
        bool any = false;
        do
        {
            if (reader.FieldCount > 0)
            {
                any = true;
                await WriteAsync(reader, start, cancellation);
                start = Stopwatch.GetTimestamp();
            }
        }
        while (await reader.NextResultAsync(cancellation));

        if (!any)
        {
            string rows = reader.RecordsAffected >= 0 ? $"{Count(reader.RecordsAffected, "row")} affected" : "done";
            AnsiConsole.MarkupLine($"[grey]{rows}, {Milliseconds(start)}[/]");
        }
    }

    static async Task WriteAsync(JammiDataReader reader, long start, CancellationToken cancellation)
    {
        var table = new Table { Border = TableBorder.Rounded };
        for (int i = 0; i < reader.FieldCount; i++)
        {
            var column = new TableColumn(Markup.Escape(reader.GetName(i)));
            table.AddColumn(IsNumber(reader.GetFieldType(i)) ? column.RightAligned() : column);
        }

        long rows = 0;
        while (await reader.ReadAsync(cancellation))
        {
            if (rows++ < MostRows)
            {
                table.AddRow([.. Enumerable.Range(0, reader.FieldCount).Select(i => Markup.Escape(Cell(reader, i)))]);
            }
        }

        Output.Write(table);
        string cut = rows > MostRows ? $" (the first {MostRows} shown)" : string.Empty;
        AnsiConsole.MarkupLine($"[grey]{Count(rows, "row")}{cut}, {Milliseconds(start)}[/]");
    }

    /// <summary>A value as SQL writes it, but pictures by their size, and vectors and similarities by what a person reads of them.</summary>
    public static string Cell(JammiDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            return "NULL";
        }

        Type type = reader.GetFieldType(ordinal);
        string text = type == typeof(byte[]) ? string.Create(CultureInfo.InvariantCulture, $"<{reader.GetBytes(ordinal, 0, null, 0, 0):N0} bytes>")
            : type == typeof(float) ? Number(reader.GetFloat(ordinal))
            : type == typeof(Half[]) ? Vector(Array.ConvertAll(reader.GetFieldValue<Half[]>(ordinal), number => (float)number))
            : type == typeof(float[]) && reader.GetDataTypeName(ordinal).StartsWith("FLOAT", StringComparison.Ordinal) ? Vector(reader.GetFieldValue<float[]>(ordinal))
            : reader.GetText(ordinal);
        return !Console.IsOutputRedirected && text.Length > LongestCell && !text.Contains('\n', StringComparison.Ordinal) ? string.Concat(text.AsSpan(0, LongestCell - 1), "…") : text;
    }

    static string Vector(float[] vector) => $"[{string.Join(", ", vector.Take(4).Select(Number))}{(vector.Length > 4 ? $", … {vector.Length} numbers" : string.Empty)}]";

    static string Number(float number) => number.ToString("0.####", CultureInfo.InvariantCulture);

    static IAnsiConsole CreateOutput()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = int.MaxValue / 2;
        }

        return console;
    }

    static bool IsNumber(Type type) => Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal;

    static string Count(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? string.Empty : "s")}");

    static string Milliseconds(long start) => string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(start).TotalMilliseconds:0.0} ms");
}
