using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Windows;

/// <summary>Functions of a row's place in its partition.</summary>
internal static class RankingFunctions
{
    const string Category = "Window";

    public static IReadOnlyList<WindowFunction> All { get; } =
    [
        Numbers("row_number", new(Category, "row_number() OVER (...)", "The number of the row in its partition, from 1.", "row_number() OVER ()", "1"), (in WindowPartition p, Span<long> o) =>
        {
            for (int i = 0; i < o.Length; i++)
            {
                o[i] = i + 1;
            }
        }),
        Numbers("rank", new(Category, "rank() OVER (... ORDER BY ...)", "One more than the rows before the row's peers: 1, 2, 2, 4.", "rank() OVER (ORDER BY 1)", "1"), Rank),
        Numbers("dense_rank", new(Category, "dense_rank() OVER (... ORDER BY ...)", "The number of the row's group of peers: 1, 2, 2, 3.", "dense_rank() OVER (ORDER BY 1)", "1"), (in WindowPartition p, Span<long> o) =>
        {
            for (int i = 0; i < o.Length; i++)
            {
                o[i] = p.Peers[i] + 1;
            }
        }),
        Fractions("percent_rank", new(Category, "percent_rank() OVER (... ORDER BY ...)", "(rank - 1) / (rows - 1), from 0 to 1.", "percent_rank() OVER (ORDER BY 1)", "0"), PercentRank),
        Fractions("cume_dist", new(Category, "cume_dist() OVER (... ORDER BY ...)", "The share of rows up to and including the row's peers.", "cume_dist() OVER (ORDER BY 1)", "1"), CumulativeDistribution),
        new WindowDefinition("ntile", new(Category, "ntile(n) OVER (... ORDER BY ...)", "The number, from 1 to n, of the row's bucket when the partition is cut into n of nearly the same size.", "ntile(4) OVER (ORDER BY 1)", "1"), a =>
            a.Count == 1 ? new(SqlType.BigInt, [SqlType.BigInt], NullableResult: true, Ntile) : null),
    ];

    delegate void Fill<T>(in WindowPartition partition, Span<T> output);

    static WindowDefinition Numbers(string name, FunctionDocumentation documentation, Fill<long> fill) => Define(name, documentation, SqlType.BigInt, fill);

    static WindowDefinition Fractions(string name, FunctionDocumentation documentation, Fill<double> fill) => Define(name, documentation, SqlType.Double, fill);

    static WindowDefinition Define<T>(string name, FunctionDocumentation documentation, SqlType type, Fill<T> fill)
        where T : unmanaged
    {
        WindowKernel kernel = (in WindowPartition partition) =>
        {
            byte[] buffer = Columns.Allocate(partition.Count, out Span<T> output);
            fill(partition, output);
            return ColumnFactory.FromValues(type, partition.Count, buffer);
        };
        return new(name, documentation, a => a.Count == 0 ? new(type, [], NullableResult: false, kernel) : null);
    }

    static void Rank(in WindowPartition partition, Span<long> output)
    {
        for (int i = 0; i < output.Length; i++)
        {
            output[i] = i > 0 && partition.Peers[i] == partition.Peers[i - 1] ? output[i - 1] : i + 1;
        }
    }

    static void PercentRank(in WindowPartition partition, Span<double> output)
    {
        var ranks = new long[output.Length];
        Rank(partition, ranks);
        for (int i = 0; i < output.Length; i++)
        {
            output[i] = output.Length == 1 ? 0 : (ranks[i] - 1) / (output.Length - 1.0);
        }
    }

    static void CumulativeDistribution(in WindowPartition partition, Span<double> output)
    {
        for (int i = output.Length - 1, end = output.Length; i >= 0; i--)
        {
            end = i + 1 < output.Length && partition.Peers[i] != partition.Peers[i + 1] ? i + 1 : end;
            output[i] = (double)end / output.Length;
        }
    }

    static IArrowArray Ntile(in WindowPartition partition)
    {
        byte[] buffer = Columns.Allocate(partition.Count, out Span<long> output);
        NullMask nulls = NullMask.Any(partition.Arguments, partition.Count);
        if (nulls.IsNull(0))
        {
            return ColumnFactory.Nulls(SqlType.BigInt, partition.Count);
        }

        // As in PostgreSQL the first row says how many buckets there are; the first buckets take the rows left over.
        long buckets = Cells.Values<long>(partition.Arguments[0].Array)[0];
        if (buckets <= 0)
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"ntile cuts into at least 1 bucket, not {buckets}.");
        }

        long size = partition.Count / buckets;
        long larger = partition.Count % buckets;
        long rowsInLarger = larger * (size + 1);
        for (int i = 0; i < output.Length; i++)
        {
            output[i] = i < rowsInLarger ? (i / (size + 1)) + 1 : larger + ((i - rowsInLarger) / size) + 1;
        }

        return ColumnFactory.FromValues(SqlType.BigInt, partition.Count, buffer);
    }
}
