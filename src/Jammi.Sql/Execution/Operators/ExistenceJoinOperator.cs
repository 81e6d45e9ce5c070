using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// Semi- and anti-joins whose left input is the smaller one: hashes that, streams the right input past it and notes which left rows have met a partner. Left rows that do not
/// fit in memory are joined the other way round.
/// </summary>
internal sealed class ExistenceJoinOperator : PhysicalOperator
{
    readonly LogicalJoinKind kind;
    readonly Expression condition;
    readonly Expression? residual;
    readonly ValueList<JoinKey> keys;
    readonly ProbedScans probed;
    readonly HashJoinOperator otherWay;

    public ExistenceJoinOperator(LogicalJoinKind kind, PhysicalOperator left, PhysicalOperator right, JoinKeys keys, Expression condition, PlanSchema schema)
        : base(schema, left, right)
    {
        this.kind = kind;
        this.condition = condition;
        residual = keys.Residual;
        this.keys = [.. keys.Keys.Select(k => new JoinKey(k.Right, k.Left, k.NullsMatch))];
        probed = ProbedScans.Of(this.keys, right);
        otherWay = new HashJoinOperator(kind, left, right, keys, condition, schema) { Owner = this };
    }

    public override (TableScanOperator Scan, int Column)? Origin(int column) => Children[0].Origin(column);

    protected override IEnumerable<ColumnBatch> Run(ExecutionContext context)
    {
        using var lease = new MemoryLease(context.Memory, context.Metrics?.For(this));
        using SpillingRows? left = context.Memory.IsLimited
            ? SpillingRows.Read(Children[0], [.. keys.Select(k => k.Right)], lease, context, context.Metrics?.For(this))
            : null;
        if (left?.Files is not null)
        {
            probed.Tell(this, null, context);
            foreach (ColumnBatch batch in otherWay.JoinFiles(left, context))
            {
                yield return batch;
            }

            yield break;
        }

        ColumnBatch rows = left?.InMemory() ?? ReadLeft(lease, context);
        if (rows.Count == 0)
        {
            yield break;
        }

        int[] wanted = RowsWhere(Met(rows, context), kind == LogicalJoinKind.Semi);
        foreach (ColumnBatch batch in InputRows.InOrder(rows, wanted, 0, wanted.Length, context))
        {
            yield return batch;
        }
    }

    ColumnBatch ReadLeft(MemoryLease lease, ExecutionContext context)
    {
        ColumnBatch all = InputRows.ReadAll(Children[0], context);
        lease.Note(Storage.Segments.SegmentWriter.SizeOf(all));
        return all;
    }

    /// <summary>Which left rows have a partner.</summary>
    bool[] Met(ColumnBatch rows, ExecutionContext context)
    {
        var build = new HashBuild(keys, rows, existence: false, context);
        probed.Tell(this, build, context);

        // Parts write side by side, but never anything other than true.
        var met = new bool[rows.Count];
        if (context.Threads > 1 && ExpressionColumns.MayRunInParts(condition) && ParallelInput.Split(Children[1], context) is { } parts)
        {
            foreach (bool _ in parts.Read((reader, own) => Probe(build, reader, met, own)))
            {
            }
        }
        else
        {
            using BatchReader reader = Children[1].Open(context);
            Probe(build, reader, met, context);
        }

        return met;
    }

    bool Probe(HashBuild build, BatchReader reader, bool[] met, ExecutionContext context)
    {
        var candidates = new HashCandidates(keys, build);
        Evaluator? test = residual is null ? null : ExpressionCompiler.Compile(residual);
        int[] rightRows = new int[context.BatchRows];
        int[] leftRows = new int[context.BatchRows];
        while (reader.Next() is { } batch)
        {
            candidates.Start(batch, context);
            for (int finished = 0; finished < batch.Count;)
            {
                context.ThrowIfCancelled();
                int count = candidates.Next(rightRows, leftRows, out finished);
                if (test is not null)
                {
                    count = WithoutMet(leftRows, rightRows, count, met);
                    count = count == 0 ? 0 : Passing(test, build.Rows, batch, leftRows, rightRows, count, context);
                }

                for (int i = 0; i < count; i++)
                {
                    met[leftRows[i]] = true;
                }
            }
        }

        return true;
    }

    static int WithoutMet(int[] leftRows, int[] rightRows, int count, bool[] met)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            leftRows[kept] = leftRows[i];
            rightRows[kept] = rightRows[i];
            kept += met[leftRows[i]] ? 0 : 1;
        }

        return kept;
    }

    /// <summary>Leaves the left rows of pairs that satisfy the rest of the condition.</summary>
    static int Passing(Evaluator test, ColumnBatch left, ColumnBatch right, int[] leftRows, int[] rightRows, int count, ExecutionContext context)
    {
        ColumnBatch pairs = ColumnBatch.Pair(left, leftRows[..count], right, rightRows[..count]);
        int[] passing = BooleanColumn.TrueRows(test.Evaluate(pairs, context), count);
        for (int i = 0; i < passing.Length; i++)
        {
            leftRows[i] = leftRows[passing[i]];
        }

        return passing.Length;
    }

    static int[] RowsWhere(bool[] flags, bool wanted)
    {
        var rows = new int[flags.Length];
        int found = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            rows[found] = i;
            found += flags[i] == wanted ? 1 : 0;
        }

        return rows[..found];
    }
}
