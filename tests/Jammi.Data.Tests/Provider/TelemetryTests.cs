using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Jammi.Data.Tests.Provider;

/// <summary>Commands as spans and measurements, under the names of OpenTelemetry's conventions for databases.</summary>
public sealed class TelemetryTests : ProviderTest
{
    /// <summary>Tells the test's own spans from those of tests that run beside it.</summary>
    readonly ActivityTraceId mine = ActivityTraceId.CreateRandom();

    [Fact]
    public void A_command_is_a_span_with_its_text_and_rows()
    {
        Activity span = Assert.Single(Spans(() =>
        {
            using DbDataReader reader = Command("  SELECT range FROM range(5000)").ExecuteReader();
            while (reader.Read())
            {
            }
        }));

        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal("jammi", span.GetTagItem("db.system.name"));
        Assert.Equal("SELECT", span.GetTagItem("db.operation.name"));
        Assert.Equal("  SELECT range FROM range(5000)", span.GetTagItem("db.query.text"));
        Assert.Equal(5000L, span.GetTagItem("db.response.returned_rows"));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    [Fact]
    public void A_failure_shows_in_the_span()
    {
        Activity span = Assert.Single(Spans(() => Assert.ThrowsAny<DbException>(() => Run("SELECT * FROM nothing_of_this_name"))));

        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal("42P01", span.GetTagItem("db.response.status_code"));
        Assert.Contains("nothing_of_this_name", span.StatusDescription, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_statements_are_one_span()
    {
        Activity span = Assert.Single(Spans(() => Run("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)")));

        Assert.Equal("BATCH", span.GetTagItem("db.operation.name"));
        Assert.Equal(2, span.GetTagItem("db.operation.batch.size"));
    }

    [Fact]
    public void The_duration_is_measured_in_seconds()
    {
        var measured = new List<(double Seconds, string? Operation, string? Error)>();
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = (instrument, owner) =>
            {
                if (instrument is { Meter.Name: "Jammi.Data", Name: "db.client.operation.duration", Unit: "s" })
                {
                    owner.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
            {
                lock (measured)
                {
                    measured.Add((seconds, Tag(tags, "db.operation.name"), Tag(tags, "error.type")));
                }
            });
            listener.Start();
            Run("VALUES (1)");
            Assert.ThrowsAny<DbException>(() => Run("DROP TABLE nothing_of_this_name"));
        }

        Assert.Contains(measured, m => m is { Seconds: >= 0, Operation: "VALUES", Error: null });
        Assert.Contains(measured, m => m is { Operation: "DROP", Error: "42P01" });
    }

    static string? Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach ((string key, object? value) in tags)
        {
            if (key == name)
            {
                return value as string;
            }
        }

        return null;
    }

    List<Activity> Spans(Action work)
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Jammi.Data",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId == mine)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var parent = new Activity("test");
        parent.SetParentId(mine, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        parent.Start();
        work();
        return spans;
    }
}
