using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>UNION, INTERSECT and EXCEPT, of sets or (ALL) of multisets; NULL equals NULL.</summary>
internal sealed class SetOperator(LogicalSetKind kind, bool all, PhysicalOperator left, PhysicalOperator right, PlanSchema schema)
    : PhysicalOperator(schema, left, right)
{
    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context) => kind == LogicalSetKind.Union ? Union(context) : Filter(context);

    IEnumerable<SqlType> Types => Schema.Columns.Select(c => c.Type);

    IEnumerable<ColumnBatch> Union(ExecutionContext context)
    {
        var seen = new GroupTable(Types, context.Cancellation);
        foreach (PhysicalOperator child in Children)
        {
            using BatchReader reader = child.Open(context);
            while (reader.Next() is { } batch)
            {
                yield return all ? batch : TakeKernels.Take(batch, seen.AddNew(batch.Columns, batch.Count));
            }
        }
    }

    /// <summary>INTERSECT and EXCEPT: counts the right rows, then lets the left rows pass or not.</summary>
    IEnumerable<ColumnBatch> Filter(ExecutionContext context)
    {
        var rightRows = new GroupTable(Types, context.Cancellation);
        var copies = new List<int>();
        using (BatchReader reader = Children[1].Open(context))
        {
            while (reader.Next() is { } batch)
            {
                var groups = new int[batch.Count];
                rightRows.FindOrAdd(batch.Columns, batch.Count, groups);
                copies.AddRange(Enumerable.Repeat(0, rightRows.Count - copies.Count));
                foreach (int group in groups)
                {
                    copies[group]++;
                }
            }
        }

        var emitted = new GroupTable(Types, context.Cancellation);
        using BatchReader leftReader = Children[0].Open(context);
        while (leftReader.Next() is { } batch)
        {
            var groups = new int[batch.Count];
            rightRows.Find(batch.Columns, batch.Count, groups);
            ColumnBatch passing = TakeKernels.Take(batch, Passing(groups, copies));
            yield return all ? passing : TakeKernels.Take(passing, emitted.AddNew(passing.Columns, passing.Count));
        }
    }

    /// <summary>The left rows that pass; with ALL each of them uses up one right copy.</summary>
    int[] Passing(int[] groups, List<int> copies)
    {
        var rows = new List<int>(groups.Length);
        for (int row = 0; row < groups.Length; row++)
        {
            int group = groups[row];
            bool paired = group >= 0 && copies[group] > 0;
            if (paired && all)
            {
                copies[group]--;
            }

            if (paired == (kind == LogicalSetKind.Intersect))
            {
                rows.Add(row);
            }
        }

        return [.. rows];
    }
}
