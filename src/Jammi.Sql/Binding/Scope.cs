using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>A visible column: its name and the expression (over the plan's columns) that it stands for.</summary>
internal sealed record ScopeColumn(string Name, Expression Expression);

/// <summary>A table of FROM under the name by which its columns can be qualified.</summary>
internal sealed record ScopeRelation(string? Schema, string Name, ValueList<ScopeColumn> Columns)
{
    public bool Matches(IReadOnlyList<string> qualifier) => qualifier.Count switch
    {
        1 => Same(Name, qualifier[0]),
        2 => Schema is not null && Same(Schema, qualifier[0]) && Same(Name, qualifier[1]),
        _ => false,
    };

    static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// The names visible at one level of a query. Relations serve qualified names; Columns are what an unqualified name may mean and what * gives,
/// which differs from the relations' columns after USING. Parent is the level whose current row an Apply would supply.
/// </summary>
internal sealed class Scope(ValueList<ScopeRelation> relations, ValueList<ScopeColumn> columns, Scope? parent)
{
    /// <summary>From so many columns on they are looked up rather than gone through.</summary>
    const int ManyColumns = 24;

    /// <summary>Null for a name that several columns have.</summary>
    Dictionary<string, ScopeColumn?>? byName;

    public ValueList<ScopeRelation> Relations { get; } = relations;

    public ValueList<ScopeColumn> Columns { get; } = columns;

    public Scope? Parent { get; } = parent;

    /// <summary>Takes the aggregates over this level's columns that are met in a subquery; null where it stands in a clause that may have none.</summary>
    public AggregateCollector? Aggregates { get; private init; }

    /// <summary>How errors name the place of the subquery at this level.</summary>
    public string Clause { get; private init; } = "FROM";

    /// <summary>Number of levels outside this one.</summary>
    public int Level { get; } = parent is null ? 0 : parent.Level + 1;

    /// <summary>A level that exists for the count of Apply nodes but whose names may not be seen (a subquery in FROM without LATERAL).</summary>
    public static Scope Opaque(Scope? parent) => new(default, default, parent);

    /// <summary>This level as a subquery in an expression sees it.</summary>
    public Scope Around(ExpressionContext context) => new(Relations, Columns, Parent) { Aggregates = context.Aggregates, Clause = context.Clause };

    public static Scope Of(string name, PlanSchema schema, Scope? parent = null)
    {
        ValueList<ScopeColumn> columns = ColumnsOf(schema);
        return new([new ScopeRelation(null, name, columns)], columns, parent);
    }

    public static ValueList<ScopeColumn> ColumnsOf(PlanSchema schema, int offset = 0) =>
        Enumerable.Range(0, schema.Count)
            .Select(i => new ScopeColumn(schema[i].Name, new ColumnExpression(offset + i, schema[i].Name, schema[i].Type, schema[i].Nullable)))
            .ToValueList();

    /// <summary>The column that a dotted name means, here or in an enclosing query; null when there is none.</summary>
    public Expression? Find(IReadOnlyList<string> parts, SourcePosition position)
    {
        int depth = 0;
        for (Scope? scope = this; scope is not null; scope = scope.Parent, depth++)
        {
            if (scope.FindHere(parts, position) is { } found)
            {
                return depth == 0 ? found : ToOuter(found, depth);
            }
        }

        return null;
    }

    /// <summary>Every name that would have been found, as the user would write it.</summary>
    public IEnumerable<string> VisibleNames()
    {
        for (Scope? scope = this; scope is not null; scope = scope.Parent)
        {
            foreach (ScopeColumn column in scope.Columns)
            {
                yield return column.Name;
            }
        }
    }

    public IEnumerable<ScopeRelation> VisibleRelations()
    {
        for (Scope? scope = this; scope is not null; scope = scope.Parent)
        {
            foreach (ScopeRelation relation in scope.Relations)
            {
                yield return relation;
            }
        }
    }

    Expression? FindHere(IReadOnlyList<string> parts, SourcePosition position)
    {
        ScopeColumn? found = null;
        if (parts.Count == 1)
        {
            if (Columns.Count >= ManyColumns)
            {
                byName ??= ByName();
                if (byName.TryGetValue(parts[0], out found) && found is null)
                {
                    throw Ambiguous(parts, position);
                }
            }
            else
            {
                TakeOnly(Columns, parts, position, ref found);
            }

            return found is null ? OnlyColumnOf(parts[0]) : found.Expression;
        }

        string[] qualifier = parts.Count == 2 ? [parts[0]] : [.. parts.Take(parts.Count - 1)];
        foreach (ScopeRelation relation in Relations)
        {
            if (relation.Matches(qualifier))
            {
                TakeOnly(relation.Columns, parts, position, ref found);
            }
        }

        return found?.Expression;
    }

    /// <summary>Finds a column by the last part of a name. A second one is an error.</summary>
    void TakeOnly(ValueList<ScopeColumn> columns, IReadOnlyList<string> parts, SourcePosition position, ref ScopeColumn? found)
    {
        string name = parts[^1];
        foreach (ScopeColumn column in columns)
        {
            if (Same(column.Name, name))
            {
                found = found is null ? column : throw Ambiguous(parts, position);
            }
        }
    }

    Dictionary<string, ScopeColumn?> ByName()
    {
        var names = new Dictionary<string, ScopeColumn?>(Columns.Count, StringComparer.OrdinalIgnoreCase);
        foreach (ScopeColumn column in Columns)
        {
            if (!names.TryAdd(column.Name, column))
            {
                names[column.Name] = null;
            }
        }

        return names;
    }

    /// <summary>A table of one column may be named for it: <c>SELECT i FROM range(5) AS i</c>.</summary>
    Expression? OnlyColumnOf(string relation)
    {
        foreach (ScopeRelation candidate in Relations)
        {
            if (candidate.Columns.Count == 1 && Same(candidate.Name, relation))
            {
                return candidate.Columns[0].Expression;
            }
        }

        return null;
    }

    SqlException Ambiguous(IReadOnlyList<string> parts, SourcePosition position)
    {
        string name = parts[^1];
        string[] owners = [.. Relations.Where(r => r.Columns.Any(c => Same(c.Name, name))).Select(r => $"{r.Name}.{name}").Distinct(StringComparer.OrdinalIgnoreCase)];
        string choice = parts.Count == 1 && owners.Length > 1 ? $": it could be {string.Join(" or ", owners)}" : string.Empty;
        return new SqlException(SqlErrorCode.Ambiguous, $"column \"{string.Join('.', parts)}\" is ambiguous{choice}.", position);
    }

    static Expression ToOuter(Expression expression, int depth) => expression.Transform(e => e is ColumnExpression column
        ? new OuterColumnExpression(depth, column.Index, column.Name, column.Type, column.Nullable)
        : e);

    static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
