using System.Collections.Concurrent;

namespace Jammi.Sql.Execution;

/// <summary>Counters of one run, by physical operator, for EXPLAIN ANALYZE.</summary>
internal sealed class RunMetrics
{
    readonly ConcurrentDictionary<PhysicalOperator, OperatorMetrics> byOperator = new(ReferenceEqualityComparer.Instance);

    public OperatorMetrics For(PhysicalOperator counted) => byOperator.GetOrAdd(counted.Owner ?? counted, _ => new OperatorMetrics());
}

/// <summary>What one operator did. Elapsed includes its children, and is the sum over the threads that worked.</summary>
internal sealed class OperatorMetrics
{
    readonly Lock gate = new();

    public long Rows { get; set; }

    public long Batches { get; set; }

    public TimeSpan Elapsed { get; set; }

    /// <summary>The stages that rows went through, where an operator chooses between several; null where it does not.</summary>
    public string? Route { get; set; }

    /// <summary>Further facts by name, for example "blocks skipped" or "model calls", in the order in which they came up.</summary>
    public OrderedDictionary<string, long> Extra { get; } = new(StringComparer.Ordinal);

    public void Add(string fact, long amount)
    {
        lock (gate)
        {
            Extra[fact] = Extra.GetValueOrDefault(fact) + amount;
        }
    }

    /// <summary>Adds what a part of the same work counted.</summary>
    public void Add(OperatorMetrics part)
    {
        Route = part.Route ?? Route;
        foreach ((string fact, long amount) in part.Extra)
        {
            Add(fact, amount);
        }
    }

    /// <summary>Keeps the greatest amount.</summary>
    public void Peak(string fact, long amount)
    {
        lock (gate)
        {
            Extra[fact] = Math.Max(amount, Extra.GetValueOrDefault(fact));
        }
    }

    /// <summary>Counts a batch, or only time where there is none.</summary>
    public void Count(ColumnBatch? batch, TimeSpan elapsed)
    {
        lock (gate)
        {
            Elapsed += elapsed;
            Batches += batch is null ? 0 : 1;
            Rows += batch?.Count ?? 0;
        }
    }
}
