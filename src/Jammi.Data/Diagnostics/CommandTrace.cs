using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Jammi.Data.Diagnostics;

/// <summary>
/// A run of a command or batch as OpenTelemetry's conventions for database clients want it: a span of the source <c>Jammi.Data</c> and a measurement of
/// <c>db.client.operation.duration</c>. It costs nothing while nobody listens.
/// </summary>
sealed class CommandTrace
{
    const string Name = "Jammi.Data";

    static readonly string? Version = typeof(CommandTrace).Assembly.GetName().Version?.ToString(3);
    static readonly ActivitySource Source = new(Name, Version);
    static readonly Meter Meter = new(Name, Version);

    static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "db.client.operation.duration",
        unit: "s",
        description: "Duration of a command, from its start until its reader is closed.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });

    readonly long started = Stopwatch.GetTimestamp();
    readonly string database;
    readonly string operation;
    readonly Activity? activity;
    string? error;
    long rows;

    CommandTrace(string database, string operation, IReadOnlyList<PlannedStatement> statements)
    {
        this.database = database;
        this.operation = operation;
        activity = Source.StartActivity($"{operation} {database}", ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("db.system.name", "jammi");
            activity.SetTag("db.namespace", database);
            activity.SetTag("db.operation.name", operation);
            activity.SetTag("db.query.text", statements[0].Sql);
            if (statements.Count > 1)
            {
                activity.SetTag("db.operation.batch.size", statements.Count);
            }
        }
    }

    /// <summary>Begins a run; null when nobody listens or there is nothing to run.</summary>
    public static CommandTrace? Start(string database, IReadOnlyList<PlannedStatement> statements) =>
        statements.Count > 0 && (Source.HasListeners() || Duration.Enabled) ? new(database, statements.Count > 1 ? "BATCH" : FirstWord(statements[0]), statements) : null;

    /// <summary>Counts rows that the caller is given.</summary>
    public void Count(int more) => rows += more;

    /// <summary>Notes what ended the run.</summary>
    public void Fail(Exception failure)
    {
        error = failure switch
        {
            JammiException of => of.SqlState,
            _ => failure.GetType().FullName,
        };
        activity?.SetStatus(ActivityStatusCode.Error, failure.Message);
        activity?.SetTag("error.type", error);
        if (failure is JammiException)
        {
            activity?.SetTag("db.response.status_code", error);
        }
    }

    public void End()
    {
        var tags = new TagList
        {
            { "db.system.name", "jammi" },
            { "db.namespace", database },
            { "db.operation.name", operation },
        };
        if (error is not null)
        {
            tags.Add("error.type", error);
        }

        Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
        activity?.SetTag("db.response.returned_rows", rows);
        activity?.Stop();
    }

    /// <summary>The keyword that a statement begins with.</summary>
    static string FirstWord(PlannedStatement statement)
    {
        ReadOnlySpan<char> text = statement.Sql.AsSpan(statement.Statement.Position.Offset);
        int length = 0;
        while (length < text.Length && char.IsAsciiLetter(text[length]))
        {
            length++;
        }

        return length == 0 ? "SELECT" : text[..length].ToString().ToUpperInvariant();
    }
}
