using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Execution.Parallel;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution;

/// <summary>What a run of a plan may use: its snapshot, parameters, cancellation, and the rows of enclosing queries. Plans themselves hold no state of a run.</summary>
internal sealed class ExecutionContext
{
    // What differs between the parts of a run.
    CancellationToken cancellation;
    InputPiece? piece;
    RunMetrics? metrics;
    OperatorMetrics? operatorMetrics;
    IReadOnlyList<OuterRow> outerRows = [];
    bool oneThread;
    SharedRows? shared;

    public required ISnapshot Snapshot { get; init; }

    /// <summary>Where the statement writes; null for a query outside a transaction.</summary>
    public IWriteTransaction? Transaction { get; init; }

    /// <summary>Values by parameter slot.</summary>
    public IReadOnlyList<ScalarValue> Parameters { get; init; } = [];

    /// <summary>Services that functions of other assemblies need (the model store); looked up by type.</summary>
    public IServiceProvider? Services { get; init; }

    public CancellationToken Cancellation
    {
        get => cancellation;
        init => cancellation = value;
    }

    /// <summary>Receives reports of long work; may be called from any thread.</summary>
    public IProgress<OperationProgress>? Progress { get; init; }

    public int BatchRows { get; init; } = ColumnBatch.DefaultRows;

    /// <summary>Threads that the statement may use.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Threads that an operator may use by itself: the parts of an input are worked on side by side already.</summary>
    public int FreeThreads => Piece is null && !oneThread ? Threads : 1;

    /// <summary>Rows that a thread takes at a time; null for the usual number. Tests make it small.</summary>
    public int? PieceRows { get; init; }

    /// <summary>What the statement's operators may hold.</summary>
    public MemoryBudget Memory { get; init; } = MemoryBudget.Unlimited;

    /// <summary>What joins tell scans below them.</summary>
    public JoinFilters JoinFilters { get; init; } = new();

    /// <summary>The part of an input that this context reads; null for the whole.</summary>
    public InputPiece? Piece
    {
        get => piece;
        init => piece = value;
    }

    /// <summary>Collects what EXPLAIN ANALYZE shows; null when nobody asked.</summary>
    public RunMetrics? Metrics
    {
        get => metrics;
        init => metrics = value;
    }

    /// <summary>The counters of the operator that runs with this context; null when nobody asked.</summary>
    public OperatorMetrics? OperatorMetrics
    {
        get => operatorMetrics;
        init => operatorMetrics = value;
    }

    /// <summary>The statement's one "now" (UTC).</summary>
    public DateTimeOffset Now { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>The current rows of enclosing Apply operators, innermost last: each a batch and a row of it.</summary>
    public IReadOnlyList<OuterRow> OuterRows
    {
        get => outerRows;
        init => outerRows = value;
    }

    /// <summary>This context with one more enclosing row.</summary>
    public ExecutionContext WithOuterRow(OuterRow row) => Copy([.. OuterRows, row], Metrics, OperatorMetrics, Piece, Cancellation);

    /// <summary>This context with another nearest enclosing row.</summary>
    public ExecutionContext AtOuterRow(OuterRow row) => Copy([.. OuterRows.SkipLast(1), row], Metrics, OperatorMetrics, Piece, Cancellation);

    /// <summary>This context, counting.</summary>
    public ExecutionContext With(RunMetrics metrics) => Copy(OuterRows, metrics, null, Piece, Cancellation);

    /// <summary>This context for one operator, counting.</summary>
    public ExecutionContext With(OperatorMetrics metrics) => Copy(OuterRows, Metrics, metrics, Piece, Cancellation);

    /// <summary>This context for one part of an input.</summary>
    public ExecutionContext For(InputPiece piece, CancellationToken cancellation) => Copy(OuterRows, Metrics, OperatorMetrics, piece, cancellation);

    /// <summary>This context for one of several pieces of work of an operator that are done side by side.</summary>
    public ExecutionContext OnOneThread(CancellationToken cancellation)
    {
        ExecutionContext copy = Copy(OuterRows, Metrics, OperatorMetrics, Piece, cancellation);
        copy.oneThread = true;
        return copy;
    }

    /// <summary>The tables of WITH that are computed once; null where none are.</summary>
    public SharedRows? Shared => shared;

    /// <summary>This context for a query whose parts share rows.</summary>
    public ExecutionContext With(SharedRows shared)
    {
        ExecutionContext copy = Copy(OuterRows, Metrics, OperatorMetrics, Piece, Cancellation);
        copy.shared = shared;
        return copy;
    }

    /// <summary>The working tables of recursive CTEs that are being iterated, by CTE id.</summary>
    public Dictionary<int, IReadOnlyList<ColumnBatch>> RecursiveTables { get; init; } = [];

    /// <summary>Results of table functions under LATERAL that were worked out ahead.</summary>
    public LateralCalls LateralCalls { get; init; } = new();

    /// <summary>Results of calls that are made once per distinct arguments.</summary>
    public CallResults CallResults { get; init; } = new();

    /// <summary>Receives the number of rows that the statement writes.</summary>
    public RunResult Result { get; init; } = new();

    public void ThrowIfCancelled() => Cancellation.ThrowIfCancellationRequested();

    ExecutionContext Copy(IReadOnlyList<OuterRow> outerRows, RunMetrics? metrics, OperatorMetrics? operatorMetrics, InputPiece? piece, CancellationToken cancellation)
    {
        var copy = (ExecutionContext)MemberwiseClone();
        copy.outerRows = outerRows;
        copy.metrics = metrics;
        copy.operatorMetrics = operatorMetrics;
        copy.piece = piece;
        copy.cancellation = cancellation;
        return copy;
    }
}

/// <summary>A row of an enclosing query.</summary>
internal readonly record struct OuterRow(ColumnBatch Batch, int Row);

/// <summary>How far a long operation is.</summary>
/// <param name="Operation">What runs, for example the function's name.</param>
/// <param name="Subject">On what, for example the table.</param>
/// <param name="Done">Units finished.</param>
/// <param name="Total">Units in all, or null when unknown.</param>
/// <param name="UnitsPerSecond">Measured rate, 0 while unknown.</param>
internal readonly record struct OperationProgress(string Operation, string Subject, long Done, long? Total, double UnitsPerSecond);
