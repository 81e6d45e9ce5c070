using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions;

/// <summary>A function that only exists with OVER (row_number, lag ...). Aggregates over windows are the window operator's own affair.</summary>
internal abstract class WindowFunction
{
    /// <summary>Lower-case name.</summary>
    public abstract string Name { get; }

    public virtual IReadOnlyList<string> Aliases => [];

    public abstract FunctionDocumentation Documentation { get; }

    public abstract WindowBinding? Bind(IReadOnlyList<Expression> arguments);
}

/// <summary>A window function's overload.</summary>
internal sealed record WindowBinding(SqlType ReturnType, ValueList<SqlType> ParameterTypes, bool NullableResult, WindowKernel Kernel);

/// <summary>Computes the function for every row of one partition.</summary>
internal delegate IArrowArray WindowKernel(in WindowPartition partition);

/// <summary>
/// One partition, sorted. Arguments are columns of <see cref="Count"/> rows. Peers[i] is the number (from 0, rising) of the ORDER BY peer group of row i.
/// FrameStart/FrameEnd give each row's frame as [start, end) after the frame clause (empty when start ≥ end).
/// </summary>
internal readonly struct WindowPartition
{
    public required int Count { get; init; }

    public required ColumnarValue[] Arguments { get; init; }

    public required int[] Peers { get; init; }

    public required int[] FrameStart { get; init; }

    public required int[] FrameEnd { get; init; }

    public required bool IgnoreNulls { get; init; }
}
