using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Hashing;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Proposes, for the rows of a left batch in order, pairs with right rows that may join.</summary>
internal abstract class JoinCandidates
{
    /// <summary>Begins a left batch.</summary>
    public abstract void Start(ColumnBatch left, ExecutionContext context);

    /// <summary>
    /// Fills up to the buffers' length with pairs, by ascending left row, and returns how many. <paramref name="finishedRows"/> is the number of left rows
    /// all of whose pairs have been given now: the batch is over when that is all of them.
    /// </summary>
    public abstract int Next(Span<int> leftRows, Span<int> rightRows, out int finishedRows);
}

/// <summary>Every left row with every right row.</summary>
internal sealed class CrossCandidates(int rightCount) : JoinCandidates
{
    int leftCount;
    int leftRow;
    int rightRow;

    public override void Start(ColumnBatch left, ExecutionContext context)
    {
        leftCount = left.Count;
        leftRow = 0;
        rightRow = 0;
    }

    public override int Next(Span<int> leftRows, Span<int> rightRows, out int finishedRows)
    {
        int found = 0;
        while (leftRow < leftCount && found < leftRows.Length)
        {
            int count = Math.Min(rightCount - rightRow, leftRows.Length - found);
            for (int i = 0; i < count; i++)
            {
                leftRows[found] = leftRow;
                rightRows[found++] = rightRow++;
            }

            if (rightRow == rightCount)
            {
                leftRow++;
                rightRow = 0;
            }
        }

        finishedRows = leftRow;
        return found;
    }
}

/// <summary>Right rows whose keys equal the left row's. NULL equals nothing, except in keys that match NULLs.</summary>
internal sealed class HashCandidates(ValueList<JoinKey> keys, HashBuild build) : JoinCandidates
{
    readonly Evaluator[] leftKeys = ExpressionCompiler.CompileAll(keys.Select(k => k.Left));
    IArrowArray[] leftColumns = [];
    ulong[] hashes = [];
    int[] first = [];
    bool[] leftJoinable = [];
    int leftCount;
    int leftRow;
    int rightRow;
    bool entered;

    public HashBuild Build => build;

    /// <summary>Left rows of the present batch without a NULL in a key; empty when that is all of them.</summary>
    public bool[] LeftJoinable => leftJoinable;

    public override void Start(ColumnBatch left, ExecutionContext context)
    {
        leftColumns = InputRows.Columns(leftKeys, left, context);
        leftCount = left.Count;
        if (hashes.Length < leftCount)
        {
            hashes = new ulong[leftCount];
            first = new int[leftCount];
        }

        leftJoinable = HashBuild.WithoutNulls(keys, leftColumns, leftCount);
        build.Table.First(leftColumns, leftJoinable, hashes.AsSpan(0, leftCount), first.AsSpan(0, leftCount));
        leftRow = 0;
        entered = false;
    }

    public override int Next(Span<int> leftRows, Span<int> rightRows, out int finishedRows)
    {
        int found = build.Table.IsUnique ? NextUnique(leftRows, rightRows) : NextChained(leftRows, rightRows);
        finishedRows = leftRow;
        return build.Table.IsExact ? found : KeepEqual(leftRows, rightRows, found);
    }

    /// <summary>Branch-free: every row is written, only those with a partner advance.</summary>
    int NextUnique(Span<int> leftRows, Span<int> rightRows)
    {
        int found = 0;
        ReadOnlySpan<int> partners = first.AsSpan(0, leftCount);
        for (; leftRow < partners.Length && found < leftRows.Length && found < rightRows.Length; leftRow++)
        {
            leftRows[found] = leftRow;
            rightRows[found] = partners[leftRow];
            found += partners[leftRow] >= 0 ? 1 : 0;
        }

        return found;
    }

    int NextChained(Span<int> leftRows, Span<int> rightRows)
    {
        int found = 0;
        while (leftRow < leftCount)
        {
            if (!entered)
            {
                rightRow = first[leftRow];
                entered = true;
            }

            for (; rightRow >= 0 && found < leftRows.Length; rightRow = build.Table.Next(rightRow, hashes[leftRow]))
            {
                leftRows[found] = leftRow;
                rightRows[found++] = rightRow;
            }

            if (rightRow >= 0)
            {
                break;
            }

            leftRow++;
            entered = false;
        }

        return found;
    }

    /// <summary>Drops the pairs that only share a hash.</summary>
    int KeepEqual(Span<int> leftRows, Span<int> rightRows, int count)
    {
        if (count == 0)
        {
            return 0;
        }

        var equal = new bool[count];
        equal.AsSpan().Fill(true);
        for (int k = 0; k < leftColumns.Length; k++)
        {
            MatchKernels.And(leftColumns[k], leftRows[..count], build.Keys[k], rightRows[..count], equal);
        }

        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            leftRows[kept] = leftRows[i];
            rightRows[kept] = rightRows[i];
            kept += equal[i] ? 1 : 0;
        }

        return kept;
    }
}
