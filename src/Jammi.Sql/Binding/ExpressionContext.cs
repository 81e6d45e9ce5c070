using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>Where an expression stands: what its names may mean and what it may contain. Clause is how errors name the place.</summary>
internal sealed record ExpressionContext(Scope Scope, CteFrame? Tables, string Clause)
{
    /// <summary>Takes the aggregates met; null where aggregates may not stand.</summary>
    public AggregateCollector? Aggregates { get; init; }

    /// <summary>Takes the windowed calls met; null where they may not stand.</summary>
    public WindowCollector? Windows { get; init; }

    /// <summary>Select aliases that a bare name may mean when it is no column.</summary>
    public IReadOnlyDictionary<string, Expression>? Aliases { get; init; }

    public static ExpressionContext WithoutColumns(string clause) => new(Scope.Opaque(null), null, clause);
}

/// <summary>The distinct aggregates of one SELECT, in the order in which they were met.</summary>
internal sealed class AggregateCollector
{
    readonly List<AggregateCall> calls = [];

    public IReadOnlyList<AggregateCall> Calls => calls;

    public AggregateReference Add(AggregateCall call)
    {
        int index = calls.FindIndex(c => AreSame(c, call));
        if (index < 0)
        {
            index = calls.Count;
            calls.Add(call);
        }

        return new(index, call.Binding.ReturnType, call.Binding.NullableResult);
    }

    static bool AreSame(AggregateCall a, AggregateCall b) =>
        ReferenceEquals(a.Function, b.Function)
        && a.Distinct == b.Distinct
        && a.Binding.ReturnType == b.Binding.ReturnType
        && ExpressionEquality.AreSame(a.Arguments, b.Arguments)
        && ExpressionEquality.AreSameOptional(a.Filter, b.Filter)
        && a.OrderBy.Count == b.OrderBy.Count
        && a.OrderBy.Zip(b.OrderBy).All(p => ExpressionEquality.AreSame(p.First.Expression, p.Second.Expression) && p.First.Descending == p.Second.Descending && p.First.NullsFirst == p.Second.NullsFirst);
}

/// <summary>A windowed call and the window that it is over.</summary>
internal sealed record PendingWindow(ValueList<Expression> PartitionBy, ValueList<SortKey> OrderBy, WindowCall Call, string Name, SqlType Type, bool Nullable);

/// <summary>The windowed calls of one SELECT, and its WINDOW clause.</summary>
internal sealed class WindowCollector(IReadOnlyList<NamedWindow> named)
{
    readonly List<PendingWindow> calls = [];

    public IReadOnlyList<NamedWindow> Named { get; } = named;

    public IReadOnlyList<PendingWindow> Calls => calls;

    public WindowReference Add(PendingWindow call)
    {
        calls.Add(call);
        return new(calls.Count - 1, call.Type, call.Nullable);
    }
}
