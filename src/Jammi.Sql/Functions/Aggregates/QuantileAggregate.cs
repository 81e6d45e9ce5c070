using System.Globalization;
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
/// median, quantile_cont (between two values) and quantile_disc (always one of the values), also as the standard's percentile_cont and
/// percentile_disc WITHIN GROUP (ORDER BY x). A list of fractions gives a list.
/// </summary>
internal static class QuantileAggregate
{
    const string Category = "Aggregate";
    const string Values = "FROM (VALUES (1), (2), (3), (10)) t(x)";

    public static IReadOnlyList<AggregateFunction> All { get; } =
    [
        new AggregateDefinition("median", new(Category, "median(x)", "The middle value, or the mean of the two in the middle; of values that cannot be averaged the lower of the two.", $"median(x) {Values}", "2.5"), BindMedian),
        new AggregateDefinition("quantile_cont", new(Category, "quantile_cont(x, fraction) or percentile_cont(fraction) WITHIN GROUP (ORDER BY x)", "The value that the fraction (0 to 1) of the values lies below, between two values where it falls between them. A list of fractions gives a list.", $"percentile_cont(0.25) WITHIN GROUP (ORDER BY x) {Values}", "1.75"), a => Bind(a, continuous: true)) { Synonyms = ["percentile_cont"], ArityOfOrderedSet = 2 },
        new AggregateDefinition("quantile_disc", new(Category, "quantile_disc(x, fraction) or percentile_disc(fraction) WITHIN GROUP (ORDER BY x)", "The first value at or above which lies at least the fraction (0 to 1) of the values. A list of fractions gives a list.", $"quantile_disc(x, 0.25) {Values}", "1"), a => Bind(a, continuous: false)) { Synonyms = ["percentile_disc", "quantile"], ArityOfOrderedSet = 2 },
    ];

    static AggregateBinding? BindMedian(IReadOnlyList<Expression> arguments)
    {
        if (arguments is not [{ Type: var type }])
        {
            return null;
        }

        SqlType? between = Interpolated(type);
        SqlType source = between ?? type;
        return new(source, [source], NullableResult: true, () => new State(source, between is not null, descending: false, list: false, 0.5));
    }

    /// <summary>Arguments are the value, the fraction or fractions and, from WITHIN GROUP (ORDER BY x DESC), whether the order is reversed.</summary>
    static AggregateBinding? Bind(IReadOnlyList<Expression> arguments, bool continuous)
    {
        if (arguments is not ([_, _] or [_, _, _]) || (continuous ? Interpolated(arguments[0].Type) : arguments[0].Type) is not { } source)
        {
            return null;
        }

        SqlType fractions = SqlType.List(SqlType.Double);
        bool list = OverloadResolution.ArgumentCost(arguments[1], SqlType.Double) is null;
        if (list && OverloadResolution.ArgumentCost(arguments[1], fractions) is null)
        {
            return null;
        }

        source = source.Kind == SqlTypeKind.Null ? SqlType.Integer : source;
        bool descending = arguments.Count == 3;
        ValueList<SqlType> parameters = [source, list ? fractions : SqlType.Double];
        return new(list ? SqlType.List(source) : source, descending ? [.. parameters, SqlType.Boolean] : parameters, NullableResult: true, () => new State(source, continuous, descending, list));
    }

    /// <summary>The type in which values of a type have others between them; null where they have none.</summary>
    static SqlType? Interpolated(SqlType type) => type.Kind switch
    {
        SqlTypeKind.Date => SqlType.Timestamp,
        SqlTypeKind.Timestamp or SqlTypeKind.TimestampTz or SqlTypeKind.Time => type,
        _ => type.IsNumeric || type.Kind == SqlTypeKind.Null ? SqlType.Double : null,
    };

    sealed class State(SqlType type, bool continuous, bool descending, bool list, double? fixedFraction = null) : AggregateState
    {
        /// <summary>Values fetched between two questions whether to stop.</summary>
        const int Stride = 1 << 18;

        readonly CollectedRows collected = new(type);
        double?[]? fractions = fixedFraction is null ? null : [fixedFraction];

        public override bool Collects => true;

        public override long Bytes => collected.Bytes;

        public override void EnsureGroups(int count) => collected.Ensure(count);

        public override void Update(ReadOnlySpan<int> groups, ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context)
        {
            if (fixedFraction is null && count > 0)
            {
                ReadFractions(arguments[1], count);
            }

            collected.Add(groups, arguments[..1], NullMask.Of(arguments[0], count), count);
        }

        public override void Merge(AggregateState other, ReadOnlySpan<int> groups)
        {
            var from = (State)other;
            fractions ??= from.fractions;
            collected.Merge(from.collected, groups);
        }

        public override IArrowArray Finish(int start, int count) => Finish(start, count, CancellationToken.None);

        /// <summary>One group may hold so many values that finding their places takes long.</summary>
        public override IArrowArray Finish(int start, int count, CancellationToken cancellation)
        {
            double?[] wanted = fractions ?? [];
            IArrowArray results = continuous ? Between(start, count, wanted, cancellation) : OneOf(start, count, wanted, cancellation);
            if (!list)
            {
                return wanted.Length == 0 ? ColumnFactory.Nulls(type, count) : results;
            }

            NullMask nulls = NullMask.None(count);
            var lists = new ListRows(count);
            for (int i = 0; i < count; i++)
            {
                bool empty = collected.RowsOf(start + i).IsEmpty;
                lists.AddRange(i * wanted.Length, empty ? 0 : wanted.Length);
                lists.EndRow();
                if (empty)
                {
                    nulls.SetNull(i);
                }
            }

            return lists.Build(SqlType.List(type), nulls, results);
        }

        /// <summary>All fractions of all groups, one after the other, as values between values.</summary>
        IArrowArray Between(int start, int count, double?[] wanted, CancellationToken cancellation)
        {
            NullMask nulls = NullMask.None(count * wanted.Length);
            byte[] buffer = Columns.Allocate(count * wanted.Length, out Span<long> output);
            Span<double> reals = System.Runtime.InteropServices.MemoryMarshal.Cast<long, double>(output);
            IArrowArray column = collected.Column(0);
            double[] numbers = [];
            long[] moments = [];
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<int> rows = collected.RowsOf(start + i);
                int[] places = Places(wanted, rows.Length);
                if (type.Kind == SqlTypeKind.Double)
                {
                    numbers = Fetch(Columns.Values<double>(column), rows, cancellation);

                    // In SQL's order NaN is above every number.
                    SelectionKernels.Place(numbers.AsSpan(0, NansLast(numbers)), places, default(SelectionKernels.Natural<double>), cancellation);
                }
                else
                {
                    moments = Fetch(Columns.Values<long>(column), rows, cancellation);
                    SelectionKernels.Place(moments.AsSpan(), places, default(SelectionKernels.Natural<long>), cancellation);
                }

                for (int f = 0; f < wanted.Length; f++)
                {
                    int place = (i * wanted.Length) + f;
                    output[place] = 0;
                    if (rows.IsEmpty || wanted[f] is not double fraction)
                    {
                        nulls.SetNull(place);
                        continue;
                    }

                    double position = Position(fraction, rows.Length);
                    int low = (int)Math.Floor(position);
                    int high = (int)Math.Ceiling(position);
                    if (type.Kind == SqlTypeKind.Double)
                    {
                        reals[place] = low == high ? numbers[low] : numbers[low] + ((numbers[high] - numbers[low]) * (position - low));
                    }
                    else
                    {
                        long unit = type.Kind == SqlTypeKind.Time ? CivilCalendar.NanosPerTick : 1;
                        output[place] = moments[low] + ((long)Math.Round((moments[high] - moments[low]) / unit * (position - low)) * unit);
                    }
                }
            }

            return Columns.Wrap(type, count * wanted.Length, buffer, nulls);
        }

        /// <summary>All fractions of all groups, one after the other, each one of the group's values.</summary>
        IArrowArray OneOf(int start, int count, double?[] wanted, CancellationToken cancellation)
        {
            IArrowArray column = collected.Column(0);
            SortKeys keys = SortKeyKernels.Encode([column], [new SortDirection(descending, NullsFirst: false)], column.Length, threads: 1, cancellation);
            var picks = new int[count * wanted.Length];
            for (int i = 0; i < count; i++)
            {
                int[] rows = collected.RowsOf(start + i).ToArray();
                int[] places = [.. wanted.OfType<double>().Select(fraction => PlaceOf(fraction, rows.Length)).Order()];
                SelectionKernels.Place(rows.AsSpan(), places, new ByKey(keys), cancellation);
                for (int f = 0; f < wanted.Length; f++)
                {
                    picks[(i * wanted.Length) + f] = rows.Length > 0 && wanted[f] is double fraction ? rows[PlaceOf(fraction, rows.Length)] : -1;
                }
            }

            return TakeKernels.Take(column, picks);
        }

        void ReadFractions(ColumnarValue argument, int count)
        {
            for (int row = 0; row < (argument.IsConstant ? 1 : count); row++)
            {
                double?[] given = list
                    ? [.. ((object?[]?)ColumnFactory.ToObject(SqlType.List(SqlType.Double), argument.Array, row) ?? []).Cast<double?>()]
                    : [(double?)ColumnFactory.ToObject(SqlType.Double, argument.Array, row)];
                if (System.Array.Find(given, f => !(f is null or (>= 0 and <= 1))) is double outside)
                {
                    throw new SqlException(SqlErrorCode.InvalidParameter, string.Create(CultureInfo.InvariantCulture, $"The fraction of a quantile is from 0 to 1, not {outside}."));
                }

                fractions ??= given;
                if (!given.AsSpan().SequenceEqual(fractions))
                {
                    throw new SqlException(SqlErrorCode.InvalidParameter, "The fraction of a quantile must be the same for all rows.");
                }
            }
        }

        /// <summary>Where a fraction of the values ends, from 0 to one less than their count; between two values where it is no whole number.</summary>
        double Position(double fraction, int count) => (descending ? 1 - fraction : fraction) * (count - 1);

        static int PlaceOf(double fraction, int count) => Math.Max((int)Math.Ceiling(fraction * count) - 1, 0);

        /// <summary>The places next to the fractions, ascending.</summary>
        int[] Places(double?[] wanted, int count) =>
            [.. wanted.OfType<double>().SelectMany(fraction => new[] { (int)Math.Floor(Position(fraction, count)), (int)Math.Ceiling(Position(fraction, count)) }).Order()];

        static T[] Fetch<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> rows, CancellationToken cancellation)
        {
            var fetched = new T[rows.Length];
            for (int done = 0; done < fetched.Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                for (int end = Math.Min(done + Stride, fetched.Length); done < end; done++)
                {
                    fetched[done] = values[rows[done]];
                }
            }

            return fetched;
        }

        /// <summary>How many numbers there are; the NaNs come after them.</summary>
        static int NansLast(Span<double> values)
        {
            int count = values.Length;
            for (int i = 0; i < count;)
            {
                if (double.IsNaN(values[i]))
                {
                    count--;
                    (values[i], values[count]) = (values[count], values[i]);
                }
                else
                {
                    i++;
                }
            }

            return count;
        }
    }

    readonly struct ByKey(SortKeys keys) : SelectionKernels.IOrder<int>
    {
        public int Compare(int left, int right) => keys[left].SequenceCompareTo(keys[right]);
    }
}
