using Apache.Arrow;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>
/// Makes a join's output from candidate pairs, whatever proposes them: tests the condition on the joined rows, and adds what the kind of join
/// wants of rows with no, one or several matches. Output keeps the order of the left rows.
/// </summary>
internal sealed class JoinAssembler
{
    const int NoRow = -1;

    readonly LogicalJoinKind kind;
    readonly Evaluator? condition;
    readonly ColumnBatch right;
    readonly ExecutionContext context;
    readonly bool[] rightMatched;
    readonly int capacity;
    int[] leftPairs = [];
    int[] rightPairs = [];

    /// <param name="kind">Which rows come out.</param>
    /// <param name="condition">What pairs must satisfy besides having been proposed; over left + right columns.</param>
    /// <param name="right">The whole right input.</param>
    /// <param name="context">The run.</param>
    /// <param name="mostPairs">How many pairs there can be, where that is known: most assemblers of an Apply serve one row.</param>
    public JoinAssembler(LogicalJoinKind kind, Expression? condition, ColumnBatch right, ExecutionContext context, int mostPairs = int.MaxValue)
    {
        this.kind = kind;
        this.condition = condition is null ? null : ExpressionCompiler.Compile(condition);
        this.right = right;
        this.context = context;
        rightMatched = kind is LogicalJoinKind.Right or LogicalJoinKind.Full ? new bool[right.Count] : [];
        capacity = Math.Clamp(mostPairs, 1, context.BatchRows);
    }

    /// <summary>The joined rows of a left batch. <paramref name="unknown"/> says, for Mark, which unmatched rows the proposer cannot call FALSE.</summary>
    public IEnumerable<ColumnBatch> Join(ColumnBatch left, JoinCandidates candidates, Func<bool[], bool[]>? unknown) => Join(left, candidates, new bool[left.Count], unknown, isPart: false);

    /// <summary>
    /// The same against a part of the right input: gives pairs only, and adds to <paramref name="matched"/> which left rows have found a match. After all parts <see cref="Rest"/> gives
    /// what depends on all of them.
    /// </summary>
    public IEnumerable<ColumnBatch> JoinPart(ColumnBatch left, JoinCandidates candidates, bool[] matched) => Join(left, candidates, matched, unknown: null, isPart: true);

    IEnumerable<ColumnBatch> Join(ColumnBatch left, JoinCandidates candidates, bool[] matched, Func<bool[], bool[]>? unknown, bool isPart)
    {
        candidates.Start(left, context);
        EnsurePairs(left.Count);
        var conditionUnknown = new bool[left.Count];
        int done = 0;
        while (done < left.Count)
        {
            context.ThrowIfCancelled();
            int count = candidates.Next(leftPairs, rightPairs, out int finished);
            ColumnBatch? joined = Test(left, ref count, conditionUnknown);
            Mark(matched, count);
            ColumnBatch? output = kind switch
            {
                LogicalJoinKind.Inner or LogicalJoinKind.Right => count == 0 ? null : joined ?? Pair(left, leftPairs.AsSpan(0, count), rightPairs.AsSpan(0, count)),
                LogicalJoinKind.Left or LogicalJoinKind.Full or LogicalJoinKind.Single when isPart => count == 0 ? null : joined ?? Pair(left, leftPairs.AsSpan(0, count), rightPairs.AsSpan(0, count)),
                LogicalJoinKind.Left or LogicalJoinKind.Full or LogicalJoinKind.Single => WithUnmatched(left, count, matched, done, finished),
                _ => null,
            };
            if (output is not null)
            {
                yield return output;
            }

            done = finished;
        }

        switch (kind)
        {
            case var _ when isPart:
                break;
            case LogicalJoinKind.Semi or LogicalJoinKind.Anti:
                yield return TakeKernels.Take(left, RowsWhere(matched, kind == LogicalJoinKind.Semi));
                break;
            case LogicalJoinKind.Mark:
                yield return new ColumnBatch([.. left.Columns, MarkColumn(matched, conditionUnknown, unknown?.Invoke(matched))], left.Count);
                break;
        }
    }

    /// <summary>What a left batch gives that has met all parts of the right input: semi- and anti-joins their rows, outer joins those without a match.</summary>
    public ColumnBatch? Rest(ColumnBatch left, bool[] matched)
    {
        if (kind is LogicalJoinKind.Semi or LogicalJoinKind.Anti)
        {
            return TakeKernels.Take(left, RowsWhere(matched, kind == LogicalJoinKind.Semi));
        }

        if (kind is not (LogicalJoinKind.Left or LogicalJoinKind.Full or LogicalJoinKind.Single))
        {
            return null;
        }

        int[] rows = RowsWhere(matched, wanted: false);
        int[] noRows = new int[rows.Length];
        System.Array.Fill(noRows, NoRow);
        return Pair(left, rows, noRows);
    }

    /// <summary>Right rows without a match, for Right and Full: the left columns are NULL.</summary>
    public IEnumerable<ColumnBatch> UnmatchedRight(PlanSchema leftSchema)
    {
        if (rightMatched.Length == 0)
        {
            yield break;
        }

        int[] rows = RowsWhere(rightMatched, wanted: false);
        ColumnBatch nothing = InputRows.Empty(leftSchema);
        for (int start = 0; start < rows.Length; start += context.BatchRows)
        {
            int count = Math.Min(context.BatchRows, rows.Length - start);
            int[] noRows = new int[count];
            System.Array.Fill(noRows, NoRow);
            yield return Pair(nothing, noRows, rows.AsSpan(start, count));
        }
    }

    /// <summary>Room for all pairs of a few rows, or for a batch of pairs.</summary>
    void EnsurePairs(int leftRows)
    {
        int needed = (int)Math.Clamp((long)leftRows * right.Count, 1, capacity);
        if (leftPairs.Length < needed)
        {
            leftPairs = new int[needed];
            rightPairs = new int[needed];
        }
    }

    /// <summary>Leaves the pairs that satisfy the condition; gives their rows where they had to be made.</summary>
    ColumnBatch? Test(ColumnBatch left, ref int count, bool[] conditionUnknown)
    {
        if (condition is null || count == 0)
        {
            return null;
        }

        ColumnBatch joined = Pair(left, leftPairs.AsSpan(0, count), rightPairs.AsSpan(0, count));
        ColumnarValue truth = condition.Evaluate(joined, context);
        if (kind == LogicalJoinKind.Mark)
        {
            for (int i = 0; i < count; i++)
            {
                conditionUnknown[leftPairs[i]] |= Cells.IsNull(truth.Array, truth.IndexOf(i));
            }
        }

        int[] passing = BooleanColumn.TrueRows(truth, count);
        if (passing.Length == count)
        {
            return joined;
        }

        for (int i = 0; i < passing.Length; i++)
        {
            leftPairs[i] = leftPairs[passing[i]];
            rightPairs[i] = rightPairs[passing[i]];
        }

        count = passing.Length;
        return kind is LogicalJoinKind.Inner or LogicalJoinKind.Right ? TakeKernels.Take(joined, passing) : null;
    }

    void Mark(bool[] matched, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (kind == LogicalJoinKind.Single && matched[leftPairs[i]])
            {
                throw new SqlException(SqlErrorCode.CardinalityViolation, "A subquery used as a value gave more than one row; make it give one, for example by an aggregate or LIMIT 1.");
            }

            matched[leftPairs[i]] = true;
        }

        if (rightMatched.Length > 0)
        {
            for (int i = 0; i < count; i++)
            {
                rightMatched[rightPairs[i]] = true;
            }
        }
    }

    /// <summary>The matched pairs and, between them in their order, the left rows of start … end - 1 that have found no match.</summary>
    ColumnBatch? WithUnmatched(ColumnBatch left, int count, bool[] matched, int start, int end)
    {
        int missing = 0;
        for (int row = start; row < end; row++)
        {
            missing += matched[row] ? 0 : 1;
        }

        if (missing == 0)
        {
            return count == 0 ? null : Pair(left, leftPairs.AsSpan(0, count), rightPairs.AsSpan(0, count));
        }

        var leftRows = new int[count + missing];
        var rightRows = new int[count + missing];
        int pair = 0;
        int written = 0;
        for (int row = start; row <= end; row++)
        {
            for (; pair < count && (leftPairs[pair] <= row || row == end); pair++)
            {
                leftRows[written] = leftPairs[pair];
                rightRows[written++] = rightPairs[pair];
            }

            if (row < end && !matched[row])
            {
                leftRows[written] = row;
                rightRows[written++] = NoRow;
            }
        }

        return Pair(left, leftRows, rightRows);
    }

    /// <summary>Copies the rows' numbers: the buffers of pairs are used again.</summary>
    ColumnBatch Pair(ColumnBatch left, ReadOnlySpan<int> leftRows, ReadOnlySpan<int> rightRows) =>
        ColumnBatch.Pair(left, leftRows.ToArray(), right, rightRows.ToArray());

    static int[] RowsWhere(bool[] flags, bool wanted)
    {
        var rows = new int[flags.Length];
        int found = 0;
        for (int i = 0; i < flags.Length; i++)
        {
            rows[found] = i;
            found += flags[i] == wanted ? 1 : 0;
        }

        return rows[..found];
    }

    static IArrowArray MarkColumn(bool[] matched, bool[] conditionUnknown, bool[]? proposerUnknown)
    {
        byte[] bits = new byte[ColumnFactory.BitmapBytes(matched.Length)];
        byte[] validity = new byte[bits.Length];
        for (int row = 0; row < matched.Length; row++)
        {
            if (matched[row])
            {
                Validity.Set(bits, row);
                Validity.Set(validity, row);
            }
            else if (!conditionUnknown[row] && proposerUnknown?[row] != true)
            {
                Validity.Set(validity, row);
            }
        }

        return BooleanColumn.Create(matched.Length, bits, validity);
    }
}
