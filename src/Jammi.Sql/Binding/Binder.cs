using Jammi.Sql.Catalog;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>
/// Turns a statement as written into a plan: names become column indexes, types and conversions are fixed, functions get their overloads.
/// Every error of naming and typing is raised here, with its place in the text. One binder binds one statement.
/// </summary>
internal sealed partial class Binder(
    DatabaseCatalog catalog,
    FunctionRegistry functions,
    IServiceProvider? services,
    ParameterCatalog parameters,
    IReadOnlyList<ISystemTable>? systemTables = null) : ITableFunctionBinder
{
    readonly IReadOnlyList<ISystemTable> systemTables = systemTables ?? SystemTables.BuiltIn;
    readonly HashSet<string> openViews = new(StringComparer.OrdinalIgnoreCase);
    bool cacheable = true;
    int nextTableId;

    /// <summary>What a table function that is being bound may name: set around <see cref="TableFunction.Bind"/>.</summary>
    CteFrame? visibleTables;
    Scope? visibleScope;

    public DatabaseCatalog Catalog => catalog;

    public IServiceProvider? Services => services;

    public CancellationToken Cancellation { get; init; }

    public BoundStatement Bind(Statement statement)
    {
        BoundStatement bound = BindStatement(statement);
        return bound with { Cacheable = bound.Cacheable && cacheable };
    }

    BoundStatement BindStatement(Statement statement) => statement switch
    {
        QueryStatement query => new(BindTopLevel(query.Query), StatementKind.Query),
        ExplainStatement explain => BindExplain(explain),
        InsertStatement insert => BindInsert(insert),
        UpdateStatement update => BindUpdate(update),
        DeleteStatement delete => BindDelete(delete),
        CopyStatement copy => BindCopy(copy),
        CreateTableStatement create => BindCreateTable(create),
        CreateTableAsStatement create => BindCreateTableAs(create),
        CreateViewStatement create => BindCreateView(create),
        CreateIndexStatement create => BindCreateIndex(create),
        CreateFullTextIndexStatement create => BindCreateFullTextIndex(create),
        CreateSchemaStatement create => BindCreateSchema(create),
        DropStatement drop => BindDrop(drop),
        AlterTableStatement alter => BindAlterTable(alter),
        TruncateStatement truncate => BindTruncate(truncate),
        ShowStatement show => BindShow(show),
        DescribeStatement describe => BindDescribe(describe),
        TransactionStatement transaction => new(LogicalValues.OneRow, StatementKind.Transaction)
        {
            Transaction = transaction.Action,
            Savepoint = transaction.Savepoint,
        },
        SetStatement set => BindSet(set),
        _ => throw new SqlException(SqlErrorCode.NotSupported, $"{statement.GetType().Name} is not supported yet.", statement.Position),
    };

    BoundStatement BindExplain(ExplainStatement explain)
    {
        if (explain.Inner is ExplainStatement or TransactionStatement or SetStatement)
        {
            throw new SqlException(SqlErrorCode.InvalidStatement, "EXPLAIN takes a query, INSERT, UPDATE, DELETE, CREATE TABLE AS or COPY.", explain.Inner.Position);
        }

        if (explain.Format is not ("text" or "json"))
        {
            throw new SqlException(SqlErrorCode.InvalidParameter, $"EXPLAIN knows the formats text and json, not {explain.Format}.", explain.Position);
        }

        BoundStatement inner = BindStatement(explain.Inner);
        return new(new LogicalExplain(inner.Plan, explain.Analyze, explain.Format), StatementKind.Explain) { Writes = explain.Analyze && inner.Writes };
    }

    BoundStatement BindSet(SetStatement set)
    {
        Expression? value = set.Value switch
        {
            null => null,
            NameExpression name => Literals.Text(string.Join('.', name.Parts)),
            var written => BindExpression(written, ExpressionContext.WithoutColumns("SET")),
        };
        return new(LogicalValues.OneRow, StatementKind.Set) { SettingName = set.Name, SettingValue = value };
    }

    /// <summary>A whole statement's query: bare NULLs and untyped parameters that nothing gave a type become TEXT.</summary>
    LogicalPlan BindTopLevel(QueryExpression query, CteFrame? tables = null)
    {
        LogicalPlan plan = BindQuery(query, outer: null, tables);
        return CastColumns(plan, plan.Schema.Columns.Select(c => c.Type.Kind == SqlTypeKind.Null ? SqlType.Text : c.Type), query.Position);
    }

    LogicalPlan ITableFunctionBinder.BindRelation(string name, SourcePosition position)
    {
        IReadOnlyList<string> parts = QualifiedName.Parse(name, position);
        return BindNamedRelation(parts, position, visibleScope, visibleTables).Plan;
    }

    LogicalPlan ITableFunctionBinder.BindFilter(LogicalPlan input, string condition, SourcePosition position)
    {
        SqlExpression written;
        try
        {
            written = Syntax.SqlParser.ParseExpression(condition);
            LogicalPlan plan = input;
            FilterBy(ref plan, written, new ExpressionContext(Scope.Of("source", input.Schema), null, "a filter"));
            return plan.Schema.Count == input.Schema.Count ? plan : Projections.First(plan, input.Schema);
        }
        catch (SqlException e)
        {
            throw new SqlException(e.Code, $"in the filter '{condition}': {e.Message}", position, e);
        }
    }

    ScalarValue? ITableFunctionBinder.TryEvaluate(Expression expression) => TryEvaluate(expression);
}
