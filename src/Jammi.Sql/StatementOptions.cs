using Jammi.Sql.Execution;
using Jammi.Sql.Types;

namespace Jammi.Sql;

/// <summary>A parameter's value, by name (without prefix) or, where the name is empty, by position.</summary>
internal sealed record ParameterValue(string Name, ScalarValue Value);

/// <summary>How a statement is to be run.</summary>
internal sealed record StatementOptions
{
    public IReadOnlyList<ParameterValue> Parameters { get; init; } = [];

    public CancellationToken Cancellation { get; init; }

    public IProgress<OperationProgress>? Progress { get; init; }

    /// <summary>Bind only: the result has its columns and no rows, and nothing is changed.</summary>
    public bool SchemaOnly { get; init; }

    /// <summary>Rows in a batch; tests make it small to meet every border between batches.</summary>
    public int BatchRows { get; init; } = ColumnBatch.DefaultRows;

    /// <summary>Threads that the statement may use; null for what the session says.</summary>
    public int? Threads { get; init; }

    /// <summary>Bytes that the statement's operators may hold; null for what the session says.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Rows that a thread takes at a time; null for the usual number. Tests make it small.</summary>
    public int? PieceRows { get; init; }

    /// <summary>Whether the plan is optimised; tests compare it with the plan as bound.</summary>
    public bool Optimize { get; init; } = true;
}
