using System.Buffers;
using System.Diagnostics;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage;
using Jammi.Sql.VectorIndexes.Codes;
using Jammi.Sql.VectorIndexes.Kernels;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>How a search goes about it.</summary>
internal enum SearchStrategy
{
    /// <summary>Bounds every row that may be found by its int8 codes: proven.</summary>
    Proven,

    /// <summary>Estimates every row that may be found by its 1-bit codes, and bounds those that come near.</summary>
    Estimated,
}

/// <summary>
/// Finds the k nearest rows of a vector column among those that may be found. Few rows, or <c>exact</c>, are proven by int8 codes; many are first estimated from 1-bit
/// codes. Blocks too small for codes are computed in full either way. At the end stand full products, in one order of summation; the result has
/// min(k, rows that may be found) rows always.
/// </summary>
internal sealed unsafe class VectorSearch : IDisposable
{
    /// <summary>Up to so many rows, or this share of all, are bounded one by one rather than estimated.</summary>
    public const int GatheredRows = 2000;
    public const int GatheredPercent = 2;

    /// <summary>Where there are cells, up to this share of all is bounded one by one.</summary>
    public const int GatheredPercentOfCells = 5;

    /// <summary>Below so many rows for each result estimates would leave most rows to the bounds.</summary>
    const int RowsPerResult = 16;

    /// <summary>With up to so many parts of 8,192 rows a second thread would not pay.</summary>
    const int PartsBoundAlone = 1;
    const int GroupsEstimatedAlone = 512;

    readonly ITableData table;
    readonly ExecutionContext context;
    readonly SearchBlock[] blocks;
    readonly Lazy<IReadOnlyList<SearchCells>> cells;

    /// <param name="ordinal">The vector column.</param>
    /// <param name="passing">The rows that may be found; null for all that are there.</param>
    public VectorSearch(ITableData table, int ordinal, RowBitmap? passing, ExecutionContext context)
    {
        this.table = table;
        this.context = context;
        Threads = context.Threads;
        blocks = Open(table, ordinal, passing, context);
        cells = new(() => SearchCells.Of(table, ordinal, blocks, context));
        PassingRows = blocks.Sum(b => (long)b.LiveCount);
        TotalRows = blocks.Sum(b => (long)b.Rows);
    }

    /// <summary>How many threads may work on one search. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Rows that may be found.</summary>
    public long PassingRows { get; }

    public long TotalRows { get; }

    /// <summary>Whether so few rows may be found that estimating them first would not pay.</summary>
    public static bool IsFew(long passing, long total) => passing <= Math.Max(GatheredRows, total * GatheredPercent / 100);

    public SearchStrategy Choose(int k, bool exact) =>
        exact || IsFew(PassingRows, TotalRows) || PassingRows < (long)k * RowsPerResult || (IsFewForCells(PassingRows, TotalRows) && cells.Value.Count > 0)
            ? SearchStrategy.Proven
            : SearchStrategy.Estimated;

    /// <summary>Whether so few rows may be found that looking for them in most cells would not pay.</summary>
    public static bool IsFewForCells(long passing, long total) => passing < total * GatheredPercentOfCells / 100;

    /// <summary>The k rows of highest cosine, best first, ties by key, then by row.</summary>
    /// <param name="query">Of length 1.</param>
    /// <param name="metrics">Where EXPLAIN ANALYZE counts; null when nobody asked.</param>
    public IReadOnlyList<FoundRow> Nearest(ReadOnlySpan<float> query, int k, bool exact, CellComparer keyOrder, OperatorMetrics? metrics)
    {
        var encoded = new EncodedQuery(query);
        return Rank(encoded, k, FindCandidates(encoded, Cosine, k, Choose(k, exact), Threads, metrics), keyOrder, metrics);
    }

    /// <summary>The same for several queries. Where all rows are bounded, each is read once for all queries; otherwise each thread takes queries of its own.</summary>
    public IReadOnlyList<FoundRow>[] Nearest(IReadOnlyList<float[]> queries, int k, bool exact, CellComparer keyOrder, OperatorMetrics? metrics)
    {
        SearchStrategy strategy = Choose(k, exact);
        EncodedQuery[] encoded = [.. queries.Select(q => new EncodedQuery(q))];
        CandidateSet[]? bounded = strategy == SearchStrategy.Proven && k > 0 && queries.Count > 1 ? BoundMany(encoded, k, metrics) : null;
        var results = new IReadOnlyList<FoundRow>[queries.Count];
        var counts = new OperatorMetrics?[queries.Count];
        SearchParts.Each(queries.Count, Threads, context, i =>
        {
            counts[i] = metrics is null ? null : new OperatorMetrics();
            CandidateSet found = bounded?[i] ?? FindCandidates(encoded[i], Cosine, k, strategy, threads: 1, counts[i]);
            results[i] = Rank(encoded[i], k, found, keyOrder, counts[i]);
        });
        foreach (OperatorMetrics counted in counts.OfType<OperatorMetrics>())
        {
            metrics!.Add(counted);
        }

        return results;
    }

    /// <summary>Rows proven to hold the k best by a measure, in the order of the table.</summary>
    /// <param name="direction">The query brought to length 1.</param>
    public IReadOnlyList<FoundRow> Candidates(ReadOnlySpan<float> direction, float queryNorm, VectorMeasure measure, int k, OperatorMetrics? metrics)
    {
        CandidateSet candidates = FindCandidates(new EncodedQuery(direction), new Scoring(measure, queryNorm), k, SearchStrategy.Proven, Threads, metrics);
        var rows = new List<FoundRow>();
        foreach (CandidateSet.Candidate candidate in candidates.Settle())
        {
            rows.Add(new(candidate.Upper, candidate.Block, candidate.Row));
        }

        rows.Sort((a, b) => (a.Block, a.Row).CompareTo((b.Block, b.Row)));
        return rows;
    }

    public void Dispose()
    {
        foreach (SearchCells part in cells.IsValueCreated ? cells.Value : [])
        {
            part.Cells.KeepAlive();
        }

        foreach (SearchBlock block in blocks)
        {
            block.Dispose();
        }
    }

    static Scoring Cosine => new(VectorMeasure.Cosine, 1);

    /// <summary>The blocks, their codes made where they are not there yet. When that is stopped, those that were opened are let go.</summary>
    static SearchBlock[] Open(ITableData table, int ordinal, RowBitmap? passing, ExecutionContext context)
    {
        var opened = new List<SearchBlock>(table.Blocks.Count);
        try
        {
            foreach (IRowBlock block in table.Blocks)
            {
                opened.Add(new SearchBlock(block, ordinal, passing, context));
            }

            return [.. opened];
        }
        catch
        {
            opened.ForEach(b => b.Dispose());
            throw;
        }
    }

    /// <summary>Of the candidates the k best by their scores in full, which are computed for those of the highest bounds first, until no other can come in.</summary>
    IReadOnlyList<FoundRow> Rank(EncodedQuery query, int k, CandidateSet candidates, CellComparer keyOrder, OperatorMetrics? metrics)
    {
        var nearest = new NearestRows(k, keyOrder, [.. table.Blocks.Select(b => b.Column(0))]);
        float rounding = DotKernel.RoundingError(query.Dimension);
        ReadOnlySpan<CandidateSet.Candidate> rows = candidates.SettleByBound();
        int computed = 0;
        float[] rented = ArrayPool<float>.Shared.Rent(VectorRows.FetchRoom(query.Dimension));
        fixed (float* room = rented)
        {
            for (; computed < rows.Length && rows[computed].Upper + rounding >= nearest.Threshold; computed++)
            {
                if (computed + 1 < rows.Length)
                {
                    blocks[rows[computed + 1].Block].Vectors.Prefetch(rows[computed + 1].Row);
                }

                CandidateSet.Candidate candidate = rows[computed];
                SearchBlock block = blocks[candidate.Block];
                float* vector = block.Vectors.Fetch(candidate.Row, room);
                float score = DotKernel.Dot(query.Values, vector, query.Dimension) / block.Norm(candidate.Row, vector);
                Debug.Assert(score <= candidate.Upper + rounding, "The bound of a score was violated.");
                nearest.Offer(new(score, candidate.Block, candidate.Row));
            }
        }

        ArrayPool<float>.Shared.Return(rented);

        metrics?.Add("rows computed in full", computed);
        return nearest.Sorted();
    }

    CandidateSet[] BoundMany(EncodedQuery[] queries, int k, OperatorMetrics? metrics)
    {
        CandidateSet[] found = [.. queries.Select(_ => new CandidateSet(k))];
        Tell(SearchStrategy.Proven, metrics);
        metrics?.Add("rows passing", PassingRows * queries.Length);
        SearchParts.Run(
            SearchParts.Of(Blocks(_ => true)),
            alone: 0,
            Threads,
            context,
            () => queries.Select((q, i) => new BoundScan(q, Cosine, found[i].Beside(), context)).ToArray(),
            (part, scans) => BoundScan.Scan(part, scans),
            scans =>
            {
                for (int i = 0; i < scans.Length; i++)
                {
                    Merge(scans[i], found[i], metrics);
                }
            });
        return found;
    }

    CandidateSet FindCandidates(EncodedQuery query, Scoring scoring, int k, SearchStrategy strategy, int threads, OperatorMetrics? metrics)
    {
        var found = new CandidateSet(k);
        if (k == 0)
        {
            return found;
        }

        Tell(strategy, metrics);
        metrics?.Add("rows passing", PassingRows);
        bool estimate = strategy == SearchStrategy.Estimated;
        Bound(SearchParts.Of(Blocks(b => !estimate || b.Codes is null)), query, scoring, found, threads, metrics);
        if (estimate)
        {
            Estimate(query, scoring, k, found, threads, metrics);
        }

        return found;
    }

    void Tell(SearchStrategy strategy, OperatorMetrics? metrics)
    {
        if (metrics is not null)
        {
            metrics.Route = blocks.All(b => b.Codes is null) ? SearchRoute.Plain
                : strategy == SearchStrategy.Estimated ? cells.Value.Count > 0 ? SearchRoute.Cells : SearchRoute.Estimate
                : IsFew(PassingRows, TotalRows) || (IsFewForCells(PassingRows, TotalRows) && cells.IsValueCreated && cells.Value.Count > 0) ? SearchRoute.Gather
                : SearchRoute.Proven;
        }
    }

    IEnumerable<(SearchBlock Block, int Index)> Blocks(Func<SearchBlock, bool> which) => blocks.Select((b, i) => (b, i)).Where(b => which(b.b));

    /// <summary>Every row that may be found.</summary>
    void Bound(SearchPart[] parts, EncodedQuery query, Scoring scoring, CandidateSet found, int threads, OperatorMetrics? metrics) => SearchParts.Run(
        parts,
        PartsBoundAlone,
        threads,
        context,
        () => new BoundScan(query, scoring, found.Beside(), context),
        (part, bounds) => bounds.Scan(part),
        bounds => Merge(bounds, found, metrics));

    /// <summary>The rows whose estimate comes near enough to the best: of all blocks without cells, and of the cells that may hold some.</summary>
    void Estimate(EncodedQuery query, Scoring scoring, int k, CandidateSet found, int threads, OperatorMetrics? metrics)
    {
        using var room = new SumRoom();
        BestEstimates best = BitScan.NewBest(k);
        var inCells = cells.Value.SelectMany(c => c.Blocks).ToHashSet();
        List<BitRun> runs = [.. Blocks(b => b.Codes is not null && b.LiveCount > 0).Where(b => !inCells.Contains(b.Index)).Select(b => new BitRun(query, b.Block, b.Index, room))];
        EstimateRuns(runs);
        if (cells.Value.Count > 0)
        {
            var probes = new CellProbes(query, cells.Value, room);
            while (probes.Next(found.Threshold) is { Count: > 0 } next)
            {
                EstimateRuns(next);
                probes.Learn(next);
                runs.AddRange(next);
            }

            metrics?.Add("cells", probes.Count);
            metrics?.Add("cells probed", probes.Probed);
        }

        metrics?.Add("rows estimated by 1 bit", runs.Sum(r => (long)r.LiveCount));
        BitPart[] parts = BitPart.Of(runs);
        float known = found.Threshold;
        BoundSome((part, rows) => BitScan.Best(part, known, rows));
        float threshold = found.Threshold;
        BoundSome((part, rows) => BitScan.Survivors(part, threshold, known, rows));

        void EstimateRuns(IReadOnlyList<BitRun> some)
        {
            BitPart[] own = BitPart.Of(some);
            SearchParts.Run(own, Alone(own), threads, context, () => BitScan.NewBest(k), BitScan.Estimate, best.Offer);
            found.Raise(new BoundScan(query, scoring, found, context).SureScore(blocks, best.Settle(), k));
        }

        void BoundSome(RowsOfPart choose) => SearchParts.Run(
            parts,
            Alone(parts),
            threads,
            context,
            () => (Bounds: new BoundScan(query, scoring, found.Beside(), context), Rows: ArrayPool<StoredRow>.Shared.Rent(SearchParts.Rows)),
            (part, state) => state.Bounds.Bound(blocks, choose(part, state.Rows)),
            state =>
            {
                ArrayPool<StoredRow>.Shared.Return(state.Rows);
                Merge(state.Bounds, found, metrics);
            });
    }

    static int Alone(BitPart[] parts) => parts.Sum(p => p.Groups) <= GroupsEstimatedAlone ? parts.Length : 1;

    delegate ReadOnlySpan<StoredRow> RowsOfPart(BitPart part, StoredRow[] rows);

    static void Merge(BoundScan bounds, CandidateSet found, OperatorMetrics? metrics)
    {
        found.Add(bounds.Candidates);
        if (bounds.CodedRows > 0)
        {
            metrics?.Add("rows bounded by int8", bounds.CodedRows);
        }

        if (bounds.ComputedRows > 0)
        {
            metrics?.Add("rows without codes", bounds.ComputedRows);
        }
    }
}
