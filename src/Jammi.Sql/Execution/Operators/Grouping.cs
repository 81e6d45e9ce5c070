using Apache.Arrow;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>The groups of one grouping set, with their aggregates.</summary>
/// <param name="plan">Keys and aggregates.</param>
/// <param name="set">Places of the set's keys among all keys; without any there is one group.</param>
/// <param name="context">The run.</param>
/// <param name="metrics">Of the operator.</param>
internal sealed class Grouping(LogicalAggregate plan, int[] set, ExecutionContext context, OperatorMetrics? metrics) : IDisposable
{
    /// <summary>So few groups, of aggregates that hold so little each, are not counted: others may hold the memory.</summary>
    const int MinimumGroups = 4_096;

    const long MinimumBytes = 1 << 18;
    const int StateBytes = 32;

    readonly GroupTable table = new(set.Select(k => plan.Keys[k].Type), context.Cancellation);
    readonly AggregateAccumulator[] aggregates = [.. plan.Aggregates.Select(a => new AggregateAccumulator(a, context, metrics))];
    int[] groups = [];

    public int Count => set.Length == 0 ? 1 : table.Count;

    /// <summary>Bytes that its groups hold, taking a state for one or two numbers and what it collects.</summary>
    public long Bytes => table.Bytes + ((long)Count * aggregates.Length * StateBytes) + aggregates.Sum(a => a.Bytes);

    /// <summary>Whether there must be memory for it. What is not, and cannot be shared out by keys either, is one group that does not grow.</summary>
    public bool Counts => Count >= MinimumGroups || (Bytes >= MinimumBytes * Math.Max(1, aggregates.Length) && (set.Length > 0 || Collector is not null));

    /// <summary>The name of an aggregate that keeps what its rows bring; null when none does.</summary>
    public string? Collector => aggregates.FirstOrDefault(a => a.Collects)?.Name;

    public void Add(ColumnBatch batch, IArrowArray[] keyColumns, ExecutionContext context)
    {
        if (groups.Length < batch.Count)
        {
            groups = new int[batch.Count];
        }

        if (set.Length > 0)
        {
            table.FindOrAdd(System.Array.ConvertAll(set, k => keyColumns[k]), batch.Count, groups);
        }

        foreach (AggregateAccumulator aggregate in aggregates)
        {
            aggregate.Add(batch, groups, Count, context);
        }
    }

    /// <summary>Adds the rows of groups that are there; the others go to the files.</summary>
    public void AddKnown(ColumnBatch batch, IArrowArray[] keyColumns, SpillPartitions spilled, ExecutionContext context)
    {
        var numbers = new int[batch.Count];
        keyColumns = System.Array.ConvertAll(set, k => keyColumns[k]);
        table.Find(keyColumns, batch.Count, numbers);
        var known = new List<int>();
        var unknown = new List<int>();
        for (int row = 0; row < numbers.Length; row++)
        {
            (numbers[row] >= 0 ? known : unknown).Add(row);
        }

        int[] rest = [.. unknown];
        spilled.Add(TakeKernels.Take(batch, rest), System.Array.ConvertAll(keyColumns, k => TakeKernels.Take(k, rest)));
        if (known.Count > 0)
        {
            int[] rows = [.. known];
            ColumnBatch own = TakeKernels.Take(batch, rows);
            int[] ownGroups = System.Array.ConvertAll(rows, row => numbers[row]);
            foreach (AggregateAccumulator aggregate in aggregates)
            {
                aggregate.Add(own, ownGroups, Count, context);
            }
        }
    }

    /// <summary>Adds the groups of later rows.</summary>
    public void Merge(Grouping later)
    {
        var numbers = new int[later.Count];
        if (set.Length > 0)
        {
            table.FindOrAdd([.. Enumerable.Range(0, set.Length).Select(later.table.Key)], numbers.Length, numbers);
        }

        for (int i = 0; i < aggregates.Length; i++)
        {
            aggregates[i].Merge(later.aggregates[i], numbers, Count);
        }
    }

    /// <summary>Ends the input; false when what comes of it does not fit.</summary>
    public bool Complete(Func<bool> fits, ExecutionContext context) => System.Array.TrueForAll(aggregates, a => a.Complete(Count, fits, context));

    public ColumnBatch Finish(int start, int count, CancellationToken cancellation)
    {
        var columns = new List<IArrowArray>();
        for (int k = 0; k < plan.Keys.Count; k++)
        {
            int place = System.Array.IndexOf(set, k);
            columns.Add(place < 0 ? ColumnFactory.Nulls(plan.Keys[k].Type, count) : TakeKernels.Slice(table.Key(place), start, count));
        }

        columns.AddRange(aggregates.Select(a => a.Finish(start, count, cancellation)));
        if (plan.GroupingSets.Count > 0)
        {
            int[] bits = new int[count];
            bits.AsSpan().Fill(GroupingBits());
            columns.Add(IntegerColumn.Create(bits));
        }

        return new ColumnBatch([.. columns], count);
    }

    public void Dispose() => System.Array.ForEach(aggregates, a => a.Dispose());

    /// <summary>A bit for each key, the first key's the most significant, set when the key is not in this set.</summary>
    int GroupingBits()
    {
        int bits = 0;
        for (int k = 0; k < plan.Keys.Count; k++)
        {
            bits = (bits << 1) | (System.Array.IndexOf(set, k) < 0 ? 1 : 0);
        }

        return bits;
    }
}
