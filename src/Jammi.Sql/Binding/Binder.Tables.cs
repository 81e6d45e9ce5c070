using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>
/// FROM. Every item is bound against two chains of the same length: <c>outer</c>, what an ordinary item may refer to, and <c>lateral</c>, which shows
/// the items to its left too. The right side of a join is one level deeper than the left, because an Apply would stand there.
/// </summary>
internal sealed partial class Binder
{
    const int MaxViewDepth = 64;

    FromItem BindFrom(TableReference reference, Scope? outer, Scope? lateral, CteFrame? tables) => reference switch
    {
        SampledTable sampled => BindSampledTable(sampled, outer, lateral, tables),
        NamedTable table => BindNamedTable(table, lateral, tables),
        DerivedTable derived => BindDerivedTable(derived, derived.Lateral ? lateral : outer, tables),
        TableFunctionReference function => BindTableFunction(function, lateral, tables),
        JoinReference join => BindJoin(join, outer, lateral, tables),
        _ => throw new SqlException(SqlErrorCode.NotSupported, $"{reference.GetType().Name} is not supported yet.", reference.Position),
    };

    FromItem BindNamedTable(NamedTable table, Scope? outer, CteFrame? tables)
    {
        FromItem item;
        if (table.IsFile)
        {
            var call = new FunctionCallExpression([FileFormats.ReaderOf(table.Name[0], table.Position)], [new FunctionArgument(null, new LiteralExpression(LiteralKind.Text, table.Name[0], table.Position))], false, [], null, false, null, table.Position);
            string name = FileFormats.NameOf(table.Name[0]);
            item = BindTableFunction(new TableFunctionReference(call, false, false, new TableAlias(table.Alias?.Name ?? name, []), table.Position), outer, tables);
        }
        else
        {
            item = BindNamedRelation(table.Name, table.Position, outer, tables);
        }

        return Alias(item, table.Alias, table.Position);
    }

    FromItem BindSampledTable(SampledTable sampled, Scope? outer, Scope? lateral, CteFrame? tables)
    {
        FromItem item = BindFrom(sampled.Table, outer, lateral, tables);
        return item with { Plan = Sample(item.Plan, sampled.Sample, sampled.Position) };
    }

    /// <summary>A bare number is a percentage for the methods of the standard and a number of rows for a reservoir.</summary>
    static LogicalSample Sample(LogicalPlan plan, TableSample sample, SourcePosition position)
    {
        if (sample.Method is not (null or "bernoulli" or "system" or "reservoir"))
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"there is no sampling method {sample.Method}.{NameSuggestions.DidYouMean(sample.Method, ["bernoulli", "system", "reservoir"])} The methods are BERNOULLI, SYSTEM and RESERVOIR.", position);
        }

        bool isPercent = sample.Unit switch
        {
            SampleUnit.Percent => true,
            SampleUnit.Rows => false,
            _ => sample.Method is { } method
                ? method != "reservoir"
                : throw new SqlException(SqlErrorCode.InvalidParameter, "say whether the sample is a percentage or a number of rows: TABLESAMPLE (10 PERCENT) or TABLESAMPLE (10 ROWS).", position),
        };
        if (sample.Amount < 0 || (isPercent && sample.Amount > 100))
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, "TABLESAMPLE takes a percentage from 0 to 100, or a number of rows.", position);
        }

        return isPercent
            ? new(plan, sample.Amount / 100, null, sample.Seed)
            : new(plan, null, (long)sample.Amount, sample.Seed);
    }

    static FromItem Alias(FromItem item, TableAlias? alias, SourcePosition position)
    {
        if (alias is null)
        {
            return item;
        }

        if (alias.Columns.Count > item.Columns.Count)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"\"{alias.Name}\" has {item.Columns.Count} column{(item.Columns.Count == 1 ? "" : "s")}, but {alias.Columns.Count} names are given.", position);
        }

        ValueList<ScopeColumn> columns = item.Columns.Select((c, i) => i < alias.Columns.Count ? c with { Name = alias.Columns[i] } : c).ToValueList();
        return item with { Relations = [new ScopeRelation(null, alias.Name, columns)], Columns = columns };
    }

    FromItem BindDerivedTable(DerivedTable derived, Scope? outer, CteFrame? tables)
    {
        LogicalPlan plan = BindQuery(derived.Query, outer, tables);
        return Alias(FromItem.Of(plan, null, string.Empty), derived.Alias, derived.Position);
    }

    /// <summary>A CTE, table, view or system table by its name.</summary>
    FromItem BindNamedRelation(IReadOnlyList<string> parts, SourcePosition position, Scope? outer, CteFrame? tables)
    {
        if (parts.Count == 1 && CteFrame.Find(tables, parts[0]) is { } cte)
        {
            if (cte.Unusable is { } reason)
            {
                throw new SqlException(SqlErrorCode.InvalidStatement, reason, position);
            }

            cte.Used = true;
            return FromItem.Of(OuterReferences.Shift(cte.Plan, LevelOf(outer) - cte.Level), null, cte.Name);
        }

        (string? schema, string name) = SplitName(parts, position);
        if (catalog.FindTable(schema, name) is { } table)
        {
            return FromItem.Of(ScanIndexed(table, withRowId: false), table.Schema, table.Name);
        }

        if (catalog.FindView(schema, name) is { } view)
        {
            return FromItem.Of(BindView(view, position), view.Schema, view.Name);
        }

        if (FindSystemTable(schema, name) is { } system)
        {
            cacheable = false;
            return FromItem.Of(SystemTables.Read(system, catalog, services, systemTables), system.Schema, system.Name);
        }

        throw UnknownTable(parts, schema, tables, position);
    }

    static LogicalScan ScanAll(TableEntry table, bool withRowId) =>
        new(table, Enumerable.Range(0, table.Definition.Columns.Count).ToValueList(), withRowId, default);

    /// <summary>The same, with what rows can be found by.</summary>
    LogicalScan ScanIndexed(TableEntry table, bool withRowId) => catalog.Indexes.IsEmpty ? ScanAll(table, withRowId) : ScanAll(table, withRowId) with
    {
        Indexes = [.. catalog.IndexesOf(table).Where(i => i is { Text: null, Unique: false }).OrderBy(i => i.Name, StringComparer.Ordinal).Select(i => i.Columns.Select(table.OrdinalOf))],
    };

    ISystemTable? FindSystemTable(string? schema, string name) => schema is null
        ? null
        : systemTables.FirstOrDefault(t => string.Equals(t.Schema, schema, StringComparison.OrdinalIgnoreCase) && string.Equals(t.Name, name, StringComparison.OrdinalIgnoreCase));

    static (string? Schema, string Name) SplitName(IReadOnlyList<string> parts, SourcePosition position) => parts.Count switch
    {
        // A connection calls its own temp; the others' have no name for it.
        2 or 3 when SchemaNames.IsTemporary(parts[^2]) => throw new SqlException(SqlErrorCode.UndefinedTable, $"schema \"{parts[^2]}\" does not exist.", position),
        1 => (null, parts[0]),
        2 => (parts[0], parts[1]),
        3 => (parts[1], parts[2]),
        _ => throw new SqlException(SqlErrorCode.UndefinedTable, $"\"{string.Join('.', parts)}\" has too many parts: write table or schema.table.", position),
    };

    SqlException UnknownTable(IReadOnlyList<string> parts, string? schema, CteFrame? tables, SourcePosition position)
    {
        string written = string.Join('.', parts);
        string name = parts[^1];
        if (functions.FindTable(name) is not null)
        {
            return new(SqlErrorCode.UndefinedTable, $"table \"{written}\" does not exist, but {name} is a function: write {name}(...).", position);
        }

        if (schema is not null && !SchemaExists(schema))
        {
            IEnumerable<string> schemas = catalog.Schemas.Concat(systemTables.Select(t => t.Schema)).Append(SchemaNames.Temporary);
            return new(SqlErrorCode.UndefinedTable, $"schema \"{schema}\" does not exist.{NameSuggestions.DidYouMean(schema, schemas)}", position);
        }

        return new(SqlErrorCode.UndefinedTable, $"table \"{written}\" does not exist.{NameSuggestions.DidYouMean(written, RelationNames(tables))}", position);
    }

    bool SchemaExists(string schema) =>
        catalog.Schemas.Contains(schema, StringComparer.OrdinalIgnoreCase)
        || string.Equals(schema, SchemaNames.Temporary, StringComparison.OrdinalIgnoreCase)
        || systemTables.Any(t => string.Equals(t.Schema, schema, StringComparison.OrdinalIgnoreCase));

    /// <summary>Every relation as a user would write it.</summary>
    IEnumerable<string> RelationNames(CteFrame? tables)
    {
        static string Written(string schema, string name) => schema is SchemaNames.Main or SchemaNames.Temporary ? name : $"{schema}.{name}";
        return CteFrame.Names(tables)
            .Concat(catalog.VisibleTables.Select(t => Written(SchemaNames.Shown(t.Schema), t.Name)))
            .Concat(catalog.VisibleViews.Select(v => Written(SchemaNames.Shown(v.Schema), v.Name)))
            .Concat(systemTables.Select(t => Written(t.Schema, t.Name)));
    }

    /// <summary>A view is its query, bound afresh where it is used; places inside it mean nothing to the reader of the statement, so errors name the view.</summary>
    LogicalPlan BindView(ViewEntry view, SourcePosition position)
    {
        string name = view.Schema == SchemaNames.Main ? view.Name : $"{SchemaNames.Shown(view.Schema)}.{view.Name}";
        if (!openViews.Add(name) || openViews.Count > MaxViewDepth)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, $"view \"{name}\" uses itself.", position);
        }

        (CteFrame?, Scope?) visible = (visibleTables, visibleScope);
        try
        {
            (visibleTables, visibleScope) = (null, null);
            LogicalPlan plan = BindTopLevel(Syntax.SqlParser.ParseQuery(view.Query));
            return Rename(plan, [.. view.Columns], name, position);
        }
        catch (SqlException e)
        {
            throw new SqlException(e.Code, $"in view \"{name}\": {e.Message}", position, e);
        }
        finally
        {
            (visibleTables, visibleScope) = visible;
            openViews.Remove(name);
        }
    }
}
