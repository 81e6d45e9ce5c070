using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;

namespace Jammi.Sql.Execution.Windows;

/// <summary>How sorted rows fall into partitions, and partitions into groups of ORDER BY peers.</summary>
internal sealed class WindowLayout
{
    readonly int[] partitionStarts;

    WindowLayout(int[] partitionStarts, int[] peers, IArrowArray[] orderColumns)
    {
        this.partitionStarts = partitionStarts;
        Peers = peers;
        OrderColumns = orderColumns;
    }

    public int PartitionCount => partitionStarts.Length - 1;

    /// <summary>Per row the number of its peer group, counted from 0 in each partition.</summary>
    public int[] Peers { get; }

    public IArrowArray[] OrderColumns { get; }

    public int StartOf(int partition) => partitionStarts[partition];

    public int CountOf(int partition) => partitionStarts[partition + 1] - partitionStarts[partition];

    /// <summary>Per row the number of its partition.</summary>
    public int[] PartitionOfRows()
    {
        var partitions = new int[Peers.Length];
        for (int p = 0; p < PartitionCount; p++)
        {
            partitions.AsSpan(StartOf(p), CountOf(p)).Fill(p);
        }

        return partitions;
    }

    public static WindowLayout Of(IArrowArray[] partitionColumns, IArrowArray[] orderColumns, int count)
    {
        bool[] samePartition = SameAsBefore(partitionColumns, count);
        bool[] samePeers = SameAsBefore(orderColumns, count);
        var starts = new List<int>();
        var peers = new int[count];
        for (int row = 0; row < count; row++)
        {
            if (row == 0 || !samePartition[row - 1])
            {
                starts.Add(row);
            }
            else
            {
                peers[row] = peers[row - 1] + (samePeers[row - 1] ? 0 : 1);
            }
        }

        starts.Add(count);
        return new([.. starts], peers, orderColumns);
    }

    /// <summary>Entry i: whether row i + 1 equals row i in every column.</summary>
    static bool[] SameAsBefore(IArrowArray[] columns, int count)
    {
        var same = new bool[Math.Max(count - 1, 0)];
        same.AsSpan().Fill(true);
        int[] rows = [.. Enumerable.Range(0, count)];
        foreach (IArrowArray column in columns)
        {
            MatchKernels.And(column, rows.AsSpan(0, same.Length), column, rows.AsSpan(Math.Min(1, count)), same);
        }

        return same;
    }
}
