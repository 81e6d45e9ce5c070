using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Evaluation;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Execution.Operators;
using Jammi.Sql.Types;
using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Kernels;
using Jammi.Sql.VectorIndexes.Search;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes.SimilarityJoins;

/// <summary>
/// Pairs of rows whose similarity may reach a limit: those whose bound does (see <see cref="SimilarityFrame"/>), computed for blocks of rows on all processors, and of these those
/// whose similarity in full does, up to rounding.
/// </summary>
internal sealed unsafe class SimilarCandidates : JoinCandidates
{
    /// <summary>Left rows that one thread works on before it takes others: with sixteen right rows they fill no more than the first-level cache.</summary>
    const int LeftPanelsPerTask = 4;

    readonly Evaluator leftVector;
    readonly ExecutionContext context;
    readonly OperatorMetrics? metrics;
    readonly float least;
    readonly float rounding;
    readonly SimilarityFrame frame;
    readonly SimilaritySide right;
    List<int>[] pairs = [];
    int leftRow;
    int taken;

    /// <param name="least">Pairs of lower similarity do not join.</param>
    public SimilarCandidates(SimilarityCondition condition, float least, ColumnBatch rightRows, ExecutionContext context, OperatorMetrics? metrics)
    {
        this.context = context;
        this.metrics = metrics;
        leftVector = ExpressionCompiler.Compile(condition.Left);
        IArrowArray vectors = TakeKernels.Materialize(ExpressionCompiler.Compile(condition.Right).Evaluate(rightRows, context), rightRows.Count);
        int dimension = condition.Right.Type.Dimension;

        // Cosines are of vectors no longer than 1, whose rounding errors are known; those of others are in proportion to their lengths, and part of what is known of a row.
        rounding = 1e-5f + (4 * DotKernel.RoundingError(dimension));
        this.least = condition.Measure == VectorMeasure.Cosine ? least - rounding : least - (Math.Abs(least) * rounding);
        frame = SimilarityFrame.For(condition.Measure, vectors, dimension, this.least);
        right = new SimilaritySide(frame, vectors, context);
    }

    public override void Start(ColumnBatch left, ExecutionContext context)
    {
        var side = new SimilaritySide(frame, TakeKernels.Materialize(leftVector.Evaluate(left, context), left.Count), context);
        pairs = new List<int>[left.Count];
        leftRow = 0;
        taken = 0;
        int tasks = (side.Panels + LeftPanelsPerTask - 1) / LeftPanelsPerTask;
        long computed = 0;
        Parallel.For(0, tasks, new ParallelOptions { CancellationToken = context.Cancellation, MaxDegreeOfParallelism = context.Threads }, task =>
        {
            long own = FindPairs(side, task * LeftPanelsPerTask, Math.Min(side.Panels, (task + 1) * LeftPanelsPerTask));
            Interlocked.Add(ref computed, own);
        });
        metrics?.Add("pairs", (long)left.Count * right.Vectors.Length);
        metrics?.Add("pairs computed in full", computed);
    }

    public override int Next(Span<int> leftRows, Span<int> rightRows, out int finishedRows)
    {
        int found = 0;
        while (leftRow < pairs.Length)
        {
            List<int>? own = pairs[leftRow];
            for (; own is not null && taken < own.Count && found < leftRows.Length; taken++)
            {
                leftRows[found] = leftRow;
                rightRows[found++] = own[taken];
            }

            if (own is not null && taken < own.Count)
            {
                break;
            }

            leftRow++;
            taken = 0;
        }

        finishedRows = leftRow;
        return found;
    }

    long FindPairs(SimilaritySide left, int firstPanel, int endPanel)
    {
        const int Right = SimilaritySide.PanelRows;
        float* products = stackalloc float[PanelKernel.LeftRows * Right];
        float common = frame.Common;
        long computed = 0;
        fixed (float* leftPrefixes = left.Prefixes, rightPrefixes = right.Prefixes, offsets = right.Offsets, rests = right.Rests)
        {
            for (int panel = 0; panel < right.Panels; panel++)
            {
                Vector512<float> rightOffsets = Vector512.Load(offsets + (panel * Right)) + Vector512.Create(common);
                Vector512<float> rightRests = Vector512.Load(rests + (panel * Right));
                for (int l = firstPanel * Right; l < endPanel * Right; l += PanelKernel.LeftRows)
                {
                    float* rows = leftPrefixes + ((long)(l / Right) * Right * frame.Prefix) + (l % Right);
                    PanelKernel.Multiply(rows, Right, rightPrefixes + ((long)panel * Right * frame.Prefix), frame.Prefix, products);
                    for (int i = 0; i < PanelKernel.LeftRows; i++)
                    {
                        Vector512<float> bound = Vector512.Load(products + (i * Right)) + rightOffsets + Vector512.Create(left.Offsets[l + i]) + (rightRests * Vector512.Create(left.Rests[l + i]));
                        ulong reaching = Vector512.GreaterThanOrEqual(bound, Vector512.Create(least)).ExtractMostSignificantBits();
                        for (; reaching != 0; reaching &= reaching - 1)
                        {
                            computed++;
                            Compute(left, l + i, (panel * Right) + BitOperations.TrailingZeroCount(reaching));
                        }
                    }
                }
            }
        }

        return computed;
    }

    /// <summary>Right rows come in ascending order, so that pairs do, too.</summary>
    void Compute(SimilaritySide left, int leftRow, int rightRow)
    {
        if (float.IsFinite(left.Offsets[leftRow]) && float.IsFinite(right.Offsets[rightRow]))
        {
            ReadOnlySpan<float> a = ColumnFactory.VectorAt(left.Vectors, leftRow);
            ReadOnlySpan<float> b = ColumnFactory.VectorAt(right.Vectors, rightRow);
            if (IsBelow(a, b))
            {
                return;
            }
        }

        (pairs[leftRow] ??= []).Add(rightRow);
    }

    /// <summary>Whether a pair does not reach the limit, whatever rounding may do.</summary>
    bool IsBelow(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (frame.Measure == VectorMeasure.Euclidean)
        {
            float distance = TensorPrimitives.Distance(a, b);
            return distance * distance * (1 - rounding) > -2 * least;
        }

        float lengths = MathF.Sqrt(DotKernel.Dot(a, a)) * MathF.Sqrt(DotKernel.Dot(b, b));
        return frame.Measure == VectorMeasure.Cosine ? DotKernel.Dot(a, b) < least * lengths : DotKernel.Dot(a, b) + (lengths * rounding) < least;
    }
}
