using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Windows;

/// <summary>Each row's frame [Start, End) within its partition, by row number counted from the partition's first; empty when Start ≥ End.</summary>
internal sealed class WindowFrames(WindowFrameSpec spec, ValueList<SortKey> orderBy, WindowLayout layout, ExecutionContext context)
{
    readonly ScalarValue? startOffset = Offset(spec.Start, context);
    readonly ScalarValue? endOffset = Offset(spec.End, context);

    /// <summary>Whether every frame is the whole partition.</summary>
    public bool WholePartition => spec is
    {
        Start.Kind: WindowBoundKind.UnboundedPreceding,
        End.Kind: WindowBoundKind.UnboundedFollowing,
        Exclusion: WindowExclusion.NoOthers,
    } || (orderBy.Count == 0 && spec is
    {
        Unit: WindowFrameUnit.Range,
        Start.Kind: WindowBoundKind.UnboundedPreceding or WindowBoundKind.CurrentRow,
        End.Kind: WindowBoundKind.CurrentRow or WindowBoundKind.UnboundedFollowing,
        Exclusion: WindowExclusion.NoOthers,
    });

    /// <summary>Whether every frame starts with the partition, so that frames only grow from row to row.</summary>
    public bool Growing => spec is { Start.Kind: WindowBoundKind.UnboundedPreceding, Exclusion: WindowExclusion.NoOthers };

    public WindowExclusion Exclusion => spec.Exclusion;

    public void Compute(int partition, Span<int> starts, Span<int> ends)
    {
        int first = layout.StartOf(partition);
        ReadOnlySpan<int> peers = layout.Peers.AsSpan(first, layout.CountOf(partition));
        int[] groupStarts = GroupStarts(peers);
        Bounds(spec.Start, startOffset, isEnd: false, first, peers, groupStarts, starts);
        Bounds(spec.End, endOffset, isEnd: true, first, peers, groupStarts, ends);
    }

    /// <summary>The first row of each peer group, then the number of rows.</summary>
    public static int[] GroupStarts(ReadOnlySpan<int> peers)
    {
        var starts = new int[peers.IsEmpty ? 1 : peers[^1] + 2];
        for (int row = peers.Length - 1; row >= 0; row--)
        {
            starts[peers[row]] = row;
        }

        starts[^1] = peers.Length;
        return starts;
    }

    void Bounds(WindowBound bound, ScalarValue? offset, bool isEnd, int first, ReadOnlySpan<int> peers, int[] groupStarts, Span<int> result)
    {
        int count = peers.Length;
        switch (bound.Kind)
        {
            case WindowBoundKind.UnboundedPreceding:
                result.Clear();
                return;
            case WindowBoundKind.UnboundedFollowing:
                result.Fill(count);
                return;
        }

        if (bound.Kind != WindowBoundKind.CurrentRow && spec.Unit == WindowFrameUnit.Range)
        {
            RangeBounds(offset!, bound.Kind == WindowBoundKind.Preceding, isEnd, first, peers, groupStarts, result);
            return;
        }

        long distance = bound.Kind switch
        {
            WindowBoundKind.Preceding => -(long)offset!.ToObject()!,
            WindowBoundKind.Following => (long)offset!.ToObject()!,
            _ => 0,
        };
        for (int row = 0; row < count; row++)
        {
            if (spec.Unit == WindowFrameUnit.Rows)
            {
                result[row] = (int)Math.Clamp(distance > count ? count : row + distance + (isEnd ? 1 : 0), 0, count);
            }
            else
            {
                long group = distance > count ? count : peers[row] + distance + (isEnd ? 1 : 0);
                result[row] = groupStarts[(int)Math.Clamp(group, 0, groupStarts.Length - 1)];
            }
        }
    }

    /// <summary>RANGE with a distance: the frame ends where the order key is further away than that. Rows with a NULL key see their peers.</summary>
    void RangeBounds(ScalarValue offset, bool preceding, bool isEnd, int first, ReadOnlySpan<int> peers, int[] groupStarts, Span<int> result)
    {
        SortKey key = orderBy[0];
        int count = peers.Length;
        var column = TakeKernels.Slice(layout.OrderColumns[0], first, count);
        int nulls = column.NullCount;
        int from = key.NullsFirst ? nulls : 0;
        int to = key.NullsFirst ? count : count - nulls;
        RangeKey rangeKey = RangeKey.Create(key.Expression.Type, column, offset);
        bool subtract = preceding != key.Descending;
        for (int row = 0; row < count; row++)
        {
            if (row < from || row >= to)
            {
                result[row] = groupStarts[peers[row] + (isEnd ? 1 : 0)];
                continue;
            }

            // Among the sorted rows: the first not before the bound (start), or the first after it (end).
            int low = from;
            int high = to;
            while (low < high)
            {
                int middle = (low + high) >>> 1;
                int order = rangeKey.CompareToBound(middle, row, subtract);
                order = key.Descending ? -order : order;
                if (order < 0 || (isEnd && order == 0))
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            result[row] = low;
        }
    }

    static ScalarValue? Offset(WindowBound bound, ExecutionContext context)
    {
        if (bound.Offset is null)
        {
            return null;
        }

        ScalarValue value = ConstantEvaluator.Evaluate(bound.Offset, context);
        if (value.IsNull)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, "The distance of a window frame's bound must not be NULL.");
        }

        bool negative = value.Type.Kind switch
        {
            SqlTypeKind.Interval => Cells.Length(Cells.Values<SqlInterval>(value.Array)[0]) < 0,
            SqlTypeKind.Real or SqlTypeKind.Double => !(Convert.ToDouble(value.ToObject(), System.Globalization.CultureInfo.InvariantCulture) >= 0),
            SqlTypeKind.Decimal => DecimalValue.Read(value.Array, 0) < 0,
            _ => Convert.ToDecimal(value.ToObject(), System.Globalization.CultureInfo.InvariantCulture) < 0,
        };
        return negative
            ? throw new SqlException(SqlErrorCode.InvalidParameter, $"The distance of a window frame's bound must not be negative, but is {ExpressionPrinter.Print(new ConstantExpression(value))}.")
            : value;
    }
}
