using Jammi.Sql.Catalog;
using Jammi.Sql.Execution.Copying;
using Jammi.Sql.Expressions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>COPY: from a file it is an INSERT of what the format's reader gives, to a file it writes a query's rows.</summary>
internal sealed partial class Binder
{
    static readonly string[] CopyFormats = ["csv", "parquet", "arrow", "json"];

    BoundStatement BindCopy(CopyStatement copy)
    {
        string format = CopyFormat(copy);
        List<FunctionArgument> options = [.. copy.Options.Where(o => !Same(o.Name ?? "", "format")).Select(o => o with { Name = OptionName(o.Name ?? "") })];
        return copy.FromFile ? BindCopyFrom(copy, format, options) : BindCopyTo(copy, format, options);
    }

    static string CopyFormat(CopyStatement copy)
    {
        FunctionArgument? option = copy.Options.FirstOrDefault(o => Same(o.Name ?? "", "format"));
        string? named = option?.Value switch
        {
            null => null,
            LiteralExpression { Value: string text } => text,
            NameExpression { Parts: [var word] } => word,
            var other => throw new SqlException(SqlErrorCode.InvalidParameter, "FORMAT takes csv, parquet, arrow or json.", other.Position),
        };
        string? format = (named ?? FileFormats.Of(copy.Path))?.ToLowerInvariant();
        return CopyFormats.Contains(format)
            ? format!
            : throw new SqlException(SqlErrorCode.InvalidParameter, $"COPY knows the formats csv, parquet, arrow and json, and '{named ?? copy.Path}' names none of them: write (FORMAT csv).", option?.Value.Position ?? copy.Position);
    }

    /// <summary>Other databases' names of the options.</summary>
    static string OptionName(string written) => written.ToLowerInvariant() switch
    {
        "delim" or "sep" => "delimiter",
        "nullstr" => "null",
        "sample_size" => "sample",
        "codec" => "compression",
        var name => name,
    };

    /// <summary>A file that a table was copied to holds its identities, so they are taken, as PostgreSQL does. Text files are read as the types that the table's columns have, so that '007' stays a text. CSV fields go to columns by their place, JSON keys by their name.</summary>
    BoundStatement BindCopyFrom(CopyStatement copy, string format, List<FunctionArgument> options)
    {
        List<FunctionArgument> arguments = [new(null, new LiteralExpression(LiteralKind.Text, copy.Path, copy.Position)), .. options.Select(o => o with { Value = WordAsText(o.Value) })];
        if (format is "csv" or "json" && !options.Exists(o => Same(o.Name!, "columns")))
        {
            TableEntry table = RequireTable(copy.Table!);
            IEnumerable<ColumnDefinitionEntry> columns = TargetColumns(table, copy.Columns, copy.Table!.Position).Select(i => table.Definition.Columns[i]);
            string definition = string.Join(", ", columns.Select(c => $"\"{c.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\" {c.Type}"));
            arguments.Add(new("columns", new LiteralExpression(LiteralKind.Text, definition, copy.Position)));
        }

        var call = new FunctionCallExpression(["read_" + format], arguments, false, [], null, false, null, copy.Position);
        var source = new TableFunctionReference(call, false, false, null, copy.Position);
        var select = new SelectBody(false, [], [new SelectItem(new StarExpression([], [], copy.Position), null)], source, null, null, null, [], null, copy.Position);
        var query = new QueryExpression(null, select, [], null, null, false, copy.Position);
        return BindInsert(new InsertStatement(copy.Table!, null, copy.Columns, query, null, [], null, copy.Position) { Overriding = InsertOverriding.SystemValue });
    }

    /// <summary>Options may be bare words: (COMPRESSION gzip).</summary>
    static SqlExpression WordAsText(SqlExpression value) =>
        value is NameExpression { Parts: [var word] } ? new LiteralExpression(LiteralKind.Text, word, value.Position) : value;

    BoundStatement BindCopyTo(CopyStatement copy, string format, List<FunctionArgument> options)
    {
        LogicalPlan plan = copy.Query is { } query ? BindTopLevel(query) : BindCopiedTable(copy);
        CopyTarget target = CopyTargets.Create(format, copy.Path, [.. options.Select(o => new CopyOption(o.Name!, OptionValue(o), o.Value.Position))]);
        try
        {
            target.Check(plan.Schema);
        }
        catch (SqlException error) when (!error.Position.IsKnown)
        {
            throw new SqlException(error.Code, error.Message, copy.Position, error);
        }

        return new(new LogicalCopyTo(plan, copy.Path, target), StatementKind.Write) { Writes = false, Cacheable = false };
    }

    LogicalPlan BindCopiedTable(CopyStatement copy)
    {
        FromItem item = BindNamedRelation(copy.Table!.Parts, copy.Table.Position, null, null);
        if (copy.Columns.Count == 0)
        {
            return item.Plan;
        }

        Scope scope = item.ToScope(null);
        Expression[] columns = [.. copy.Columns.Select(c => BindName(new NameExpression([c], copy.Position), new ExpressionContext(scope, null, "COPY")))];
        return new LogicalProject(item.Plan, columns.ToValueList(), new PlanSchema(columns.Select((c, i) => new OutputColumn(copy.Columns[i], c.Type, c.Nullable)).ToValueList()));
    }

    ScalarValue OptionValue(FunctionArgument option) => TryEvaluate(BindExpression(WordAsText(option.Value), ExpressionContext.WithoutColumns("COPY options")))
        ?? throw new SqlException(SqlErrorCode.InvalidParameter, $"the option {option.Name} needs a constant.", option.Value.Position);
}
