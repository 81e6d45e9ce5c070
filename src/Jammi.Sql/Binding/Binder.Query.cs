using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>Queries around SELECT: WITH, set operations, VALUES, ORDER BY and LIMIT of the whole.</summary>
internal sealed partial class Binder
{
    static int LevelOf(Scope? scope) => scope is null ? 0 : scope.Level + 1;

    LogicalPlan BindQuery(QueryExpression query, Scope? outer, CteFrame? tables)
    {
        tables = BindWith(query.With, outer, tables);
        if (query.Body is SelectBody select)
        {
            return BindSelect(select, query, outer, tables);
        }

        LogicalPlan plan = BindBody(query.Body, outer, tables);
        var scope = new Scope(default, Scope.ColumnsOf(plan.Schema), outer);
        var context = new ExpressionContext(scope, tables, "ORDER BY");
        ValueList<SortKey> keys = EveryColumn(query.OrderBy, plan.Schema.Count).Select(item => ToSortKey(item, BindOutputReference(item.Expression, plan.Schema) ?? BindExpression(item.Expression, context))).ToValueList();
        return SortAndLimit(plan, keys, query, outer, tables);
    }

    LogicalPlan BindBody(QueryBody body, Scope? outer, CteFrame? tables) => body switch
    {
        SelectBody select => BindSelect(select, query: null, outer, tables),
        NestedQuery nested => BindQuery(nested.Query, outer, tables),
        ValuesBody values => BindValues(values, outer, tables),
        SetOperationBody set => BindSetOperation(set, outer, tables),
        _ => throw new SqlException(SqlErrorCode.NotSupported, $"{body.GetType().Name} is not supported yet.", body.Position),
    };

    LogicalPlan SortAndLimit(LogicalPlan plan, ValueList<SortKey> keys, QueryExpression query, Scope? outer, CteFrame? tables)
    {
        if (keys.Count > 0)
        {
            plan = new LogicalSort(plan, keys);
        }

        if (query.WithTies && keys.Count == 0)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, "WITH TIES needs an ORDER BY.", query.Position);
        }

        Expression? limit = BindCount(query.Limit, "LIMIT", outer, tables);
        Expression? offset = BindCount(query.Offset, "OFFSET", outer, tables);
        return limit is null && offset is null ? plan : new LogicalLimit(plan, limit, offset, query.WithTies ? keys : default);
    }

    /// <summary>A number of rows: a BIGINT without columns, not negative; NULL means none was given.</summary>
    Expression? BindCount(SqlExpression? written, string clause, Scope? outer, CteFrame? tables)
    {
        if (written is null)
        {
            return null;
        }

        Expression count = BindExpression(written, new ExpressionContext(Scope.Opaque(outer), tables, clause));
        count = TryEvaluate(Coerce(count, SqlType.BigInt, clause, written.Position)) is { } value
            ? new ConstantExpression(value)
            : Coerce(count, SqlType.BigInt, clause, written.Position);
        if (count.Any(e => e is BoundSubquery))
        {
            throw new SqlException(SqlErrorCode.NotSupported, $"a subquery in {clause} is not supported yet.", written.Position);
        }

        return count switch
        {
            ConstantExpression { Value.IsNull: true } => null,
            ConstantExpression { Value: var constant } when constant.ToObject() is long and < 0 => throw new SqlException(SqlErrorCode.InvalidParameter, $"{clause} must not be negative.", written.Position),
            _ => count,
        };
    }

    /// <summary>An ORDER BY item that names an output column by its position or alias; null when it is an expression.</summary>
    static ColumnExpression? BindOutputReference(SqlExpression expression, PlanSchema output)
    {
        int index = OutputIndex(expression, output.Columns.Select(c => (string?)c.Name), "ORDER BY");
        return index < 0 ? null : new(index, output[index].Name, output[index].Type, output[index].Nullable);
    }

    /// <summary>ORDER BY ALL: each column of the result by its number.</summary>
    static IReadOnlyList<OrderItem> EveryColumn(IReadOnlyList<OrderItem> order, int columns) => order is [{ Expression: EveryColumnExpression all } item]
        ? [.. Enumerable.Range(1, columns).Select(i => item with { Expression = new LiteralExpression(LiteralKind.Integer, (long)i, all.Position) })]
        : order;

    /// <summary>The place of the select item that an ordinal or a bare name means, or -1.</summary>
    static int OutputIndex(SqlExpression expression, ValueList<string?> names, string clause)
    {
        if (expression is LiteralExpression { Kind: LiteralKind.Integer } ordinal)
        {
            long place = ordinal.Value is long number ? number : 0;
            return place >= 1 && place <= names.Count
                ? (int)place - 1
                : throw new SqlException(SqlErrorCode.InvalidStatement, $"{clause} position {ordinal.Value} is not in the select list, which has {names.Count} column{(names.Count == 1 ? "" : "s")}.", ordinal.Position);
        }

        if (expression is not NameExpression { Parts: [var name] })
        {
            return -1;
        }

        for (int i = 0; i < names.Count; i++)
        {
            if (string.Equals(names[i], name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    LogicalPlan BindValues(ValuesBody values, Scope? outer, CteFrame? tables)
    {
        int width = values.Rows[0].Count;
        var context = new ExpressionContext(Scope.Opaque(outer), tables, "VALUES");
        var rows = new List<Expression[]>();
        foreach (IReadOnlyList<SqlExpression> row in values.Rows)
        {
            if (row.Count != width)
            {
                throw new SqlException(SqlErrorCode.InvalidStatement, $"the rows of VALUES must have the same length: the first has {width} values, this one {row.Count}.", row.Count > 0 ? row[0].Position : values.Position);
            }

            rows.Add([.. row.Select(e => BindExpression(e, context))]);
        }

        var columns = new OutputColumn[width];
        for (int i = 0; i < width; i++)
        {
            Expression[] unified = UnifyAll([.. rows.Select(r => r[i])], "VALUES", [.. values.Rows.Select(r => r[i].Position)]);
            for (int j = 0; j < rows.Count; j++)
            {
                rows[j][i] = unified[j];
            }

            columns[i] = new($"column{i + 1}", unified[0].Type, unified.Any(e => e.Nullable));
        }

        return RowsPlan(rows, new PlanSchema(columns.ToValueList()));
    }

    /// <summary>Rows of expressions without columns; rows that hold subqueries become queries of their own.</summary>
    static LogicalPlan RowsPlan(IReadOnlyList<Expression[]> rows, PlanSchema schema)
    {
        if (!rows.Any(r => r.Any(e => e.Any(part => part is BoundSubquery))))
        {
            return new LogicalValues(schema, rows.Select(r => r.ToValueList()).ToValueList());
        }

        LogicalPlan? all = null;
        foreach (Expression[] row in rows)
        {
            LogicalPlan source = LogicalValues.OneRow;
            ValueList<Expression> attached = row.Select(e => AttachSubqueries(ref source, e)).ToArray().ToValueList();
            LogicalPlan one = new LogicalProject(source, attached, schema);
            all = all is null ? one : new LogicalSetOperation(LogicalSetKind.Union, All: true, all, one, schema);
        }

        return all!;
    }

    LogicalSetOperation BindSetOperation(SetOperationBody set, Scope? outer, CteFrame? tables)
    {
        LogicalPlan left = BindBody(set.Left, outer, tables);
        LogicalPlan right = BindBody(set.Right, outer, tables);
        return Combine(set, left, right);
    }

    LogicalSetOperation Combine(SetOperationBody set, LogicalPlan left, LogicalPlan right)
    {
        string name = set.Operation.ToString().ToUpperInvariant();
        if (left.Schema.Count != right.Schema.Count)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"the queries of {name} must have the same number of columns: the left has {left.Schema.Count}, the right {right.Schema.Count}.", set.Position);
        }

        ValueList<SqlType> types = Enumerable.Range(0, left.Schema.Count)
            .Select(i => SetColumnType(left, right, i, name, set.Position))
            .ToValueList();
        left = CastColumns(left, types, set.Left.Position);
        right = CastColumns(right, types, set.Right.Position);
        PlanSchema schema = new(Enumerable.Range(0, types.Count).Select(i => new OutputColumn(
            left.Schema[i].Name,
            types[i],
            left.Schema[i].Nullable || (set.Operation == SetOperation.Union && right.Schema[i].Nullable))).ToValueList());
        return new((LogicalSetKind)set.Operation, set.All, left, right, schema);
    }

    /// <summary>Text literals of a SELECT take the other side's type, as anywhere.</summary>
    static SqlType SetColumnType(LogicalPlan left, LogicalPlan right, int column, string name, SourcePosition position)
    {
        bool Untyped(LogicalPlan plan) => plan is LogicalProject project && IsUntyped(project.Expressions[column]);
        SqlType leftType = left.Schema[column].Type;
        SqlType rightType = right.Schema[column].Type;
        return (Untyped(left), Untyped(right)) switch
        {
            (true, false) when rightType.Kind != SqlTypeKind.Null => rightType,
            (false, true) when leftType.Kind != SqlTypeKind.Null => leftType,
            _ => CommonType(leftType, rightType, name, position),
        };
    }

    CteFrame? BindWith(WithClause? with, Scope? outer, CteFrame? tables)
    {
        if (with is null)
        {
            return tables;
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (CommonTableExpression table in with.Tables)
        {
            if (!names.Add(table.Name))
            {
                throw new SqlException(SqlErrorCode.DuplicateTable, $"WITH defines \"{table.Name}\" twice.", table.Position);
            }

            LogicalPlan plan = with.Recursive ? BindRecursive(table, outer, tables) : Rename(BindQuery(table.Query, outer, tables), table.Columns, table.Name, table.Position);
            if (table.Materialized != false)
            {
                plan = new LogicalShared(nextTableId++, plan, Always: table.Materialized == true);
            }

            tables = new CteFrame(tables, new CteEntry(table.Name, LevelOf(outer), plan));
        }

        return tables;
    }

    /// <summary>
    /// A table of WITH RECURSIVE: anchor UNION [ALL] step. The step is bound against the anchor's columns; where it widens a type, again against the
    /// wider ones. A table that does not use itself is an ordinary one.
    /// </summary>
    LogicalPlan BindRecursive(CommonTableExpression table, Scope? outer, CteFrame? tables)
    {
        int level = LevelOf(outer);
        QueryExpression query = table.Query;
        if (query is not { Body: SetOperationBody { Operation: SetOperation.Union } union, OrderBy.Count: 0, Limit: null, Offset: null, With: null })
        {
            var unusable = new CteEntry(table.Name, level, LogicalValues.OneRow)
            {
                Unusable = $"\"{table.Name}\" uses itself, so it must be written as: start query UNION [ALL] query that uses \"{table.Name}\", without ORDER BY or LIMIT.",
            };
            return Rename(BindQuery(query, outer, new CteFrame(tables, unusable)), table.Columns, table.Name, table.Position);
        }

        var inAnchor = new CteEntry(table.Name, level, LogicalValues.OneRow) { Unusable = $"the first query of \"{table.Name}\" cannot use \"{table.Name}\": only the one after UNION can." };
        LogicalPlan anchor = Rename(BindBody(union.Left, outer, new CteFrame(tables, inAnchor)), table.Columns, table.Name, table.Position);
        int id = nextTableId++;
        for (int attempt = 0; ; attempt++)
        {
            PlanSchema schema = new(anchor.Schema.Columns.Select(c => new OutputColumn(c.Name, c.Type.Kind == SqlTypeKind.Null ? SqlType.Text : c.Type, Nullable: true)));
            anchor = CastColumns(anchor, schema.Columns.Select(c => c.Type), union.Left.Position);
            var self = new CteEntry(table.Name, level, new LogicalRecursiveReference(id, schema));
            LogicalPlan step = BindBody(union.Right, outer, new CteFrame(tables, self));
            LogicalSetOperation combined = Combine(union, anchor, step);
            if (!self.Used)
            {
                return combined;
            }

            ValueList<SqlType> wanted = combined.Schema.Columns.Select(c => c.Type);
            if (attempt > 0 || wanted.Equals(schema.Columns.Select(c => c.Type)))
            {
                step = CastColumns(step, schema.Columns.Select(c => c.Type), union.Right.Position);
                return new LogicalRecursive(id, union.All, anchor, step, schema);
            }

            anchor = CastColumns(anchor, wanted, union.Left.Position);
        }
    }

    /// <summary>The plan's columns under other names: the first ones where fewer are given.</summary>
    static LogicalPlan Rename(LogicalPlan plan, IReadOnlyList<string> names, string table, SourcePosition position)
    {
        if (names.Count == 0)
        {
            return plan;
        }

        if (names.Count > plan.Schema.Count)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"\"{table}\" has {plan.Schema.Count} column{(plan.Schema.Count == 1 ? "" : "s")}, but {names.Count} names are given.", position);
        }

        PlanSchema schema = new(plan.Schema.Columns.Select((c, i) => i < names.Count ? c with { Name = names[i] } : c).ToValueList());
        return Projections.First(plan, schema);
    }
}
