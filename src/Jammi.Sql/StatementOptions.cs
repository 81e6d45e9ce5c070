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
}
