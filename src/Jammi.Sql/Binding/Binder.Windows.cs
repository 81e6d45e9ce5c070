using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

internal sealed partial class Binder
{
    WindowReference BindWindowCall(FunctionCallExpression call, string name, ExpressionContext context)
    {
        if (context.Windows is not { } collector)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"the window function {name} cannot stand in {context.Clause}: compute it in a subquery, or use QUALIFY.", call.Position);
        }

        ExpressionContext inner = context with { Windows = null, Clause = "the argument of a window function" };
        WindowSpecification window = ResolveWindow(call.Over!, collector.Named);
        ValueList<Expression> partition = window.PartitionBy.Select(p => BindExpression(p, inner)).ToValueList();
        ValueList<SortKey> order = window.OrderBy.Select(o => BindSortKey(o, inner)).ToValueList();
        WindowFrameSpec frame = BindFrame(window, order, inner);

        if (functions.FindWindow(name) is { } function)
        {
            return collector.Add(BindWindowFunction(call, function, partition, order, frame, inner));
        }

        if (functions.FindAggregate(name) is { } aggregate)
        {
            AggregateCall bound = BindAggregate(call, aggregate, inner);
            if (bound.OrderBy.Count > 0)
            {
                throw new SqlException(SqlErrorCode.NotSupported, "ORDER BY inside a windowed aggregate is not supported yet: put it in OVER (...).", call.Position);
            }

            var windowed = new WindowCall(null, null, aggregate, bound.Binding, bound.Arguments, bound.Filter, bound.Distinct, call.IgnoreNulls, frame);
            return collector.Add(new(partition, order, windowed, name, bound.Binding.ReturnType, bound.Binding.NullableResult));
        }

        throw functions.FindScalar(name) is null
            ? UnknownFunction(name, call.Position)
            : new SqlException(SqlErrorCode.InvalidStatement, $"{name} is neither a window nor an aggregate function: it cannot have OVER.", call.Position);
    }

    PendingWindow BindWindowFunction(FunctionCallExpression call, WindowFunction function, ValueList<Expression> partition, ValueList<SortKey> order, WindowFrameSpec frame, ExpressionContext inner)
    {
        if (call.Distinct || call.Filter is not null || call.OrderBy.Count > 0)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"DISTINCT, FILTER and ORDER BY inside the call are for aggregate functions, and {function.Name} is none.", call.Position);
        }

        Expression[] arguments = [.. call.Arguments.Select(a => BindExpression(a.Value, inner))];
        WindowBinding binding = Resolve(arguments, function.Bind)
            ?? throw NoOverload(function.Name, arguments, [function.Documentation.Syntax], call.Position);
        ValueList<Expression> cast = CastArguments(arguments, binding.ParameterTypes, call.Position);
        var bound = new WindowCall(function, binding, null, null, cast, null, Distinct: false, call.IgnoreNulls, frame);
        return new(partition, order, bound, function.Name, binding.ReturnType, binding.NullableResult);
    }

    /// <summary>The window with what a named one contributes: its partition, and its order unless the call has one.</summary>
    static WindowSpecification ResolveWindow(WindowSpecification window, IReadOnlyList<NamedWindow> named)
    {
        if (window.BaseName is null)
        {
            return window;
        }

        // A WINDOW may build on those before it; looking only backwards rules out cycles.
        int place = -1;
        for (int i = 0; i < named.Count; i++)
        {
            if (string.Equals(named[i].Name, window.BaseName, StringComparison.OrdinalIgnoreCase))
            {
                place = i;
            }
        }

        if (place < 0)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"window \"{window.BaseName}\" is not defined.{NameSuggestions.DidYouMean(window.BaseName, named.Select(n => n.Name))}", window.Position);
        }

        WindowSpecification source = ResolveWindow(named[place].Window, [.. named.Take(place)]);
        if (window.PartitionBy.Count > 0)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"PARTITION BY of window \"{window.BaseName}\" cannot be changed.", window.Position);
        }

        if (window.OrderBy.Count > 0 && source.OrderBy.Count > 0)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"ORDER BY of window \"{window.BaseName}\" cannot be changed.", window.Position);
        }

        return window with
        {
            BaseName = null,
            PartitionBy = source.PartitionBy,
            OrderBy = window.OrderBy.Count > 0 ? window.OrderBy : source.OrderBy,
            Frame = window.Frame ?? source.Frame,
        };
    }

    /// <summary>Without a frame clause: up to the current row's last peer when ordered, else the whole partition.</summary>
    WindowFrameSpec BindFrame(WindowSpecification window, ValueList<SortKey> order, ExpressionContext context)
    {
        if (window.Frame is not { } frame)
        {
            WindowBoundKind end = order.Count > 0 ? WindowBoundKind.CurrentRow : WindowBoundKind.UnboundedFollowing;
            return new(WindowFrameUnit.Range, new(WindowBoundKind.UnboundedPreceding, null), new(end, null), WindowExclusion.NoOthers);
        }

        bool hasOffset = frame.Start.Offset is not null || frame.End.Offset is not null;
        if (frame.Unit == FrameUnit.Range && hasOffset && order.Count != 1)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, "RANGE with a distance needs exactly one ORDER BY expression in its window.", window.Position);
        }

        if (frame.Unit == FrameUnit.Groups && order.Count == 0)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, "GROUPS needs an ORDER BY in its window.", window.Position);
        }

        if (frame.Start.Kind == FrameBoundKind.UnboundedFollowing || frame.End.Kind == FrameBoundKind.UnboundedPreceding || frame.Start.Kind > frame.End.Kind)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, "the frame ends before it starts.", window.Position);
        }

        SqlType? orderType = order.Count == 1 ? order[0].Expression.Type : null;
        return new(
            (WindowFrameUnit)frame.Unit,
            BindBound(frame.Start, frame.Unit, orderType, context),
            BindBound(frame.End, frame.Unit, orderType, context),
            frame.Exclude.ToUpperInvariant() switch
            {
                "CURRENT ROW" => WindowExclusion.CurrentRow,
                "GROUP" => WindowExclusion.Group,
                "TIES" => WindowExclusion.Ties,
                _ => WindowExclusion.NoOthers,
            });
    }

    WindowBound BindBound(FrameBound bound, FrameUnit unit, SqlType? orderType, ExpressionContext context)
    {
        if (bound.Offset is not { } written)
        {
            return new((WindowBoundKind)bound.Kind, null);
        }

        Expression offset = BindExpression(written, context with { Scope = Scope.Opaque(context.Scope.Parent), Aggregates = null, Clause = "a frame's distance" });
        SqlType type = unit == FrameUnit.Range && orderType is not null
            ? orderType.IsTemporal ? SqlType.Interval : orderType
            : SqlType.BigInt;
        return new((WindowBoundKind)bound.Kind, Coerce(offset, type, "a frame's distance", written.Position));
    }

    /// <summary>Puts the windowed calls on top of the plan, one node per different window, and gives the columns that they become.</summary>
    static LogicalPlan AddWindows(LogicalPlan plan, List<PendingWindow> calls, out ColumnExpression[] results)
    {
        results = new ColumnExpression[calls.Count];
        var rest = Enumerable.Range(0, calls.Count).ToList();
        while (rest.Count > 0)
        {
            PendingWindow first = calls[rest[0]];
            List<int> together = rest.FindAll(i => SameWindow(first, calls[i]));
            rest.RemoveAll(together.Contains);

            var columns = new List<OutputColumn>(plan.Schema.Columns);
            foreach (int i in together)
            {
                results[i] = new(columns.Count, calls[i].Name, calls[i].Type, calls[i].Nullable);
                columns.Add(new(calls[i].Name, calls[i].Type, calls[i].Nullable));
            }

            plan = new LogicalWindow(plan, first.PartitionBy, first.OrderBy, together.Select(i => calls[i].Call).ToValueList(), new PlanSchema(columns.ToValueList()));
        }

        return plan;
    }

    static bool SameWindow(PendingWindow a, PendingWindow b) =>
        ExpressionEquality.AreSame(a.PartitionBy, b.PartitionBy)
        && a.OrderBy.Count == b.OrderBy.Count
        && a.OrderBy.Zip(b.OrderBy).All(p => ExpressionEquality.AreSame(p.First.Expression, p.Second.Expression) && p.First.Descending == p.Second.Descending && p.First.NullsFirst == p.Second.NullsFirst);
}
