using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Functions;

internal enum Volatility
{
    /// <summary>Same arguments, same result, for ever: folded at plan time.</summary>
    Immutable,

    /// <summary>Same result within one statement (now(), a model call): with constant arguments evaluated once a run.</summary>
    Stable,

    /// <summary>A new result every row (random()).</summary>
    Volatile,
}

/// <summary>What the planner may know about a function without knowing what it does.</summary>
/// <param name="CostPerRow">Relative cost; an addition is 1, anything from 1,000 is placed after filters and under LIMIT.</param>
/// <param name="PreferredBatchRows">How many rows it wants at once; 0 for no wish.</param>
/// <param name="Memoize">Whether equal arguments should be computed once per run.</param>
internal sealed record FunctionTraits(Volatility Volatility = Volatility.Immutable, double CostPerRow = 1, int PreferredBatchRows = 0, bool Memoize = false)
{
    public static FunctionTraits Default { get; } = new();
}

/// <summary>
/// Computes a column from argument columns. <paramref name="arguments"/> have the bound parameter types and are columns of
/// <paramref name="count"/> rows or constants; the result has <paramref name="count"/> rows, or one row when every argument is constant
/// and the function is not volatile (the caller then passes count 1).
/// </summary>
internal delegate IArrowArray ScalarKernel(ReadOnlySpan<ColumnarValue> arguments, int count, ExecutionContext context);

/// <summary>An overload chosen for argument types: the binder casts the arguments to <paramref name="ParameterTypes"/>.</summary>
internal sealed record ScalarBinding(SqlType ReturnType, ValueList<SqlType> ParameterTypes, ScalarKernel Kernel)
{
    /// <summary>Whether the result may be NULL even when no argument is (division by zero, TRY forms, lookups).</summary>
    public bool MayReturnNull { get; init; }

    /// <summary>Whether the result is never NULL whatever the arguments (concat, coalesce-like functions).</summary>
    public bool NeverNull { get; init; }

    public bool NullableWhen(ValueList<Expression> arguments) => !NeverNull && (MayReturnNull || arguments.Any(a => a.Nullable));
}

/// <summary>A scalar function or operator: resolved by name, bound by argument types, run by its kernel. Operators are named by their symbol (<c>+</c>).</summary>
internal abstract class ScalarFunction
{
    /// <summary>Lower-case name.</summary>
    public abstract string Name { get; }

    public virtual IReadOnlyList<string> Aliases => [];

    public abstract FunctionDocumentation Documentation { get; }

    public virtual FunctionTraits Traits => FunctionTraits.Default;

    /// <summary>
    /// Chooses an overload for the argument expressions (bound, types final except <see cref="SqlTypeKind.Null"/> for bare NULLs and untyped parameters),
    /// or returns null when none fits: the caller then reports the signatures.
    /// </summary>
    public abstract ScalarBinding? Bind(IReadOnlyList<Expression> arguments);

    /// <summary>The same, for functions whose binding may take long and can be stopped.</summary>
    public virtual ScalarBinding? Bind(IReadOnlyList<Expression> arguments, CancellationToken cancellation) => Bind(arguments);

    /// <summary>The parameters by which arguments may be named, with the values of those left out; empty where arguments go by position only.</summary>
    public virtual IReadOnlyList<(string Name, ScalarValue Default)> NamedParameters => [];

    /// <summary>
    /// A name of the space that the resulting vectors live in, where it can be known from constant arguments (the model's name), else null.
    /// Lets a search check that a query vector and stored vectors belong together.
    /// </summary>
    public virtual string? VectorSpace(IReadOnlyList<Expression> arguments) => null;

    /// <summary>Signatures for error messages, one a line.</summary>
    public virtual IReadOnlyList<string> Signatures => [Documentation.Syntax];
}
