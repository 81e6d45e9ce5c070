using System.Globalization;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Functions.Lists;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>
/// How good searches are: recall_at_k, precision_at_k, mrr and ndcg_at_k. A row is a query, with the list of what was found, best first, and that of what is relevant; the result is
/// the mean over the queries that have something relevant.
/// </summary>
internal static class RetrievalAggregates
{
    const string Category = "Search quality";

    const int Found = 0;
    const int Relevant = 1;
    const int K = 2;
    const int Grades = 3;

    /// <summary>The quality of one query's result.</summary>
    /// <param name="ranks">Of the relevant items that were found, from 1, ascending, with their gains.</param>
    /// <param name="gains">Of all relevant items.</param>
    delegate double Measure(ReadOnlySpan<(int Rank, double Gain)> ranks, Span<double> gains, long k);

    public static IReadOnlyList<AggregateFunction> All { get; } =
    [
        Of("recall_at_k", "recall_at_k(found, relevant, k)", "Share of the relevant items that are among the first k found; the mean over queries, a row each. found is a list, best first (NULL when nothing was found); queries without a relevant item do not count.", "recall_at_k([7, 3, 9], [3, 4], 2)", "0.5", [3], static (ranks, gains, _) => (double)ranks.Length / gains.Length),
        Of("precision_at_k", "precision_at_k(found, relevant, k)", "Share of the first k found that are relevant (of k, also when fewer were found); the mean over queries, as recall_at_k.", "precision_at_k([7, 3, 9], [3, 4], 2)", "0.5", [3], static (ranks, _, k) => (double)ranks.Length / k),
        Of("mrr", "mrr(found, relevant)", "Mean reciprocal rank: 1 divided by the place of the first relevant item found, 0 when there is none; the mean over queries, as recall_at_k.", "mrr([7, 3, 9], [3, 4])", "0.5", [2], static (ranks, _, _) => ranks.IsEmpty ? 0 : 1.0 / ranks[0].Rank),
        Of("ndcg_at_k", "ndcg_at_k(found, relevant, k [, grades])", "Normalised discounted cumulative gain of the first k found: each relevant one gains 2^grade - 1, divided by log2(1 + place), and the sum is divided by that of the best order; the mean over queries, as recall_at_k. grades are those of the relevant items in their order, 1 when not given.", "round(ndcg_at_k([7, 3, 9], [3, 4], 2), 4)", "0.3869", [3, 4], Ndcg),
    ];

    static AggregateDefinition Of(string name, string syntax, string description, string example, string result, int[] arities, Measure measure) =>
        new(name, new(Category, syntax, description, example, result), arguments => arities.Contains(arguments.Count) ? Bind(name, arguments, measure) : null);

    static AggregateBinding? Bind(string name, IReadOnlyList<Expression> arguments, Measure measure)
    {
        if (ListArguments.Common(arguments[Found], arguments[Relevant]) is not { } items
            || (arguments.Count > K && !ListArguments.IsInteger(arguments[K]))
            || (arguments.Count > Grades && ListArguments.ListOf(arguments[Grades]) is null))
        {
            return null;
        }

        SqlType[] types = [items, items, SqlType.BigInt, SqlType.List(SqlType.Double)];
        return new(SqlType.Double, types[..arguments.Count].ToValueList(), NullableResult: true, () => new State(name, items.Element!, measure));
    }

    static double Ndcg(ReadOnlySpan<(int Rank, double Gain)> ranks, Span<double> gains, long k)
    {
        double gained = 0;
        foreach ((int rank, double gain) in ranks)
        {
            gained += gain / Math.Log2(1 + rank);
        }

        gains.Sort(static (a, b) => b.CompareTo(a));
        double best = 0;
        for (int i = 0; i < Math.Min(k, gains.Length); i++)
        {
            best += gains[i] / Math.Log2(2 + i);
        }

        return best == 0 ? 0 : gained / best;
    }

    sealed class State(string name, SqlType item, Measure measure) : AggregateState
    {
        readonly CellComparer comparer = CellComparer.For(item);
        double[] sums = [];
        long[] queries = [];

        public override void EnsureGroups(int count)
        {
            if (count > sums.Length)
            {
                int capacity = Math.Max(count, Math.Max(4, sums.Length * 2));
                System.Array.Resize(ref sums, capacity);
                System.Array.Resize(ref queries, capacity);
            }
        }

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            var lists = new Lists(arguments, comparer);
            for (int row = 0; row < count; row++)
            {
                long k = arguments.Length > K ? CountOf(arguments[K], row) : long.MaxValue;
                if (lists.Judge(row, k, out ReadOnlySpan<(int Rank, double Gain)> ranks, out Span<double> gains))
                {
                    sums[groups[row]] += measure(ranks, gains, k);
                    queries[groups[row]]++;
                }
            }
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            var from = (State)other;
            for (int i = 0; i < groups.Length; i++)
            {
                sums[groups[i]] += from.sums[i];
                queries[groups[i]] += from.queries[i];
            }
        }

        public override IArrowArray Finish(int start, int count)
        {
            NullMask nulls = NullMask.None(count);
            byte[] buffer = Columns.Allocate(count, out Span<double> output);
            for (int i = 0; i < count; i++)
            {
                if (queries[start + i] == 0)
                {
                    nulls.SetNull(i);
                    continue;
                }

                output[i] = sums[start + i] / queries[start + i];
            }

            return Columns.Wrap(SqlType.Double, count, buffer, nulls);
        }

        long CountOf(ColumnarValue value, int row)
        {
            long? k = ((Int64Array)value.Array).GetValue(value.IndexOf(row));
            return k > 0 ? k.Value : throw new SqlException(SqlErrorCode.InvalidParameter, string.Create(CultureInfo.InvariantCulture, $"k, the number of rows that {name} looks at, is {k?.ToString(CultureInfo.InvariantCulture) ?? "NULL"}; it must be 1 or more."));
        }
    }

    /// <summary>The lists of some rows, and what of the relevant was found.</summary>
    readonly ref struct Lists
    {
        readonly CellComparer comparer;
        readonly ReadOnlySpan<ColumnarValue> arguments;
        readonly ListColumn found;
        readonly ListColumn relevant;
        readonly ListColumn grades;
        readonly List<int> items = [];
        readonly List<double> gains = [];
        readonly List<(int Rank, double Gain)> ranks = [];

        public Lists(ReadOnlySpan<ColumnarValue> arguments, CellComparer comparer)
        {
            this.arguments = arguments;
            this.comparer = comparer;
            found = new ListColumn(arguments[Found]);
            relevant = new ListColumn(arguments[Relevant]);
            grades = arguments.Length > Grades ? new ListColumn(arguments[Grades]) : default;
        }

        /// <summary>False when nothing is relevant. An item counts once, at its first place.</summary>
        public bool Judge(int row, long k, out ReadOnlySpan<(int Rank, double Gain)> judged, out Span<double> all)
        {
            ReadRelevant(row);
            ranks.Clear();
            int start = found.Start(row);
            int looked = IsNull(Found, row) ? 0 : (int)Math.Min(k, found.Count(row));
            for (int i = 0; i < looked; i++)
            {
                if (Find(found.Items, start + i) is >= 0 and int place)
                {
                    ranks.Add((i + 1, gains[place]));
                    items[place] = Taken;
                }
            }

            judged = CollectionsMarshal.AsSpan(ranks);
            all = CollectionsMarshal.AsSpan(gains);
            return gains.Count > 0;
        }

        const int Taken = -1;

        void ReadRelevant(int row)
        {
            items.Clear();
            gains.Clear();
            int start = relevant.Start(row);
            int count = IsNull(Relevant, row) ? 0 : relevant.Count(row);
            for (int i = 0; i < count; i++)
            {
                if (!relevant.Items.IsNull(start + i) && Find(relevant.Items, start + i) < 0)
                {
                    items.Add(start + i);
                    gains.Add(GainOf(row, i));
                }
            }
        }

        double GainOf(int row, int index)
        {
            if (arguments.Length <= Grades || IsNull(Grades, row))
            {
                return 1;
            }

            if (index >= grades.Count(row) || grades.Items.IsNull(grades.Start(row) + index))
            {
                throw new SqlException(SqlErrorCode.InvalidParameter, "ndcg_at_k needs a grade for each relevant item: grades is shorter than relevant or has a NULL.");
            }

            return Math.Pow(2, ((DoubleArray)grades.Items).Values[grades.Start(row) + index]) - 1;
        }

        /// <summary>The place among the relevant items of one that equals an item; negative when there is none.</summary>
        int Find(IArrowArray of, int item)
        {
            for (int i = 0; i < items.Count && !of.IsNull(item); i++)
            {
                if (items[i] != Taken && comparer.Compare(relevant.Items, items[i], of, item) == 0)
                {
                    return i;
                }
            }

            return -1;
        }

        bool IsNull(int argument, int row) => arguments[argument].Array.IsNull(arguments[argument].IndexOf(row));
    }
}
