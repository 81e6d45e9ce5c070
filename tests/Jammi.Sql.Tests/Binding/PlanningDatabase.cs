using System.Collections.Immutable;
using Apache.Arrow;
using Jammi.Sql.Binding;
using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Syntax;
using Jammi.Sql.Syntax.Ast;
using Jammi.Sql.Types;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.Tests.Binding;

/// <summary>A catalog without data, made from CREATE statements: enough to bind and optimise against, and to look at plans as text.</summary>
internal sealed class PlanningDatabase
{
    readonly FunctionRegistry functions = TestFunctions.AddTo(BuiltinFunctions.CreateRegistry());
    DatabaseCatalog catalog = new()
    {
        DefinitionVersion = 1,
        Tables = ImmutableDictionary<string, TableEntry>.Empty,
        Views = ImmutableDictionary<string, ViewEntry>.Empty,
        Indexes = ImmutableDictionary<string, IndexEntry>.Empty,
    };

    public List<GivenParameter> Parameters { get; } = [];

    /// <summary>The tables of most tests: a gallery with its sources.</summary>
    public static PlanningDatabase Gallery() => new PlanningDatabase()
        .Table("CREATE TABLE figures (figure_id INTEGER PRIMARY KEY, title TEXT, year INTEGER, source_id INTEGER, image BLOB, price DECIMAL(10,2), made DATE)", rows: 10_000)
        .Table("CREATE TABLE sources (source_id INTEGER PRIMARY KEY, country TEXT NOT NULL, license TEXT)", rows: 100)
        .Table("CREATE TABLE visits (figure_id INTEGER, day DATE, visitors BIGINT)", rows: 1_000_000)
        .View("CREATE VIEW recent AS SELECT figure_id, title, year FROM figures WHERE year > 2000");

    public PlanningDatabase Table(string sql, long rows = 1000)
    {
        var create = (CreateTableStatement)SqlParser.Parse(sql)[0];
        TableDefinition definition = new TableDefinitionBuilder(Binder(), SchemaNames.Main, create.Name.Parts[^1]).Build(create);
        var entry = new TableEntry(catalog.Tables.Count + 1, 1, definition, rows, Temporary: false);
        return With(catalog.Tables.Add(DatabaseCatalog.Key(entry.Schema, entry.Name), entry), catalog.Views);
    }

    public PlanningDatabase View(string sql)
    {
        var create = (CreateViewStatement)SqlParser.Parse(sql)[0];
        var entry = new ViewEntry(SchemaNames.Main, create.Name.Parts[^1], create.QueryText, create.Columns.ToValueList(), Temporary: false);
        return With(catalog.Tables, catalog.Views.Add(DatabaseCatalog.Key(entry.Schema, entry.Name), entry));
    }

    public PlanningDatabase Parameter(string? name, SqlType type)
    {
        Parameters.Add(new(name, type));
        return this;
    }

    public BoundStatement Bind(string sql) => Binder().Bind(SqlParser.Parse(sql)[0]);

    /// <summary>The plan as bound.</summary>
    public string Plan(string sql) => PlanPrinter.Print(Bind(sql).Plan, withRows: false);

    /// <summary>The plan after all rules.</summary>
    public string Optimized(string sql) => PlanPrinter.Print(Jammi.Sql.Optimizer.Optimizer.Optimize(Bind(sql).Plan), withRows: false);

    /// <summary>Output columns as <c>name TYPE</c>, with <c>NOT NULL</c> where so.</summary>
    public string Columns(string sql) => string.Join(", ", Bind(sql).Schema.Columns.Select(c => $"{c.Name} {c.Type}{(c.Nullable ? "" : " NOT NULL")}"));

    /// <summary>The error of a statement, with the text that it points at: <c>message |text|</c>.</summary>
    public string Error(string sql)
    {
        SqlException error = Assert.Throws<SqlException>(() => Bind(sql));
        string place = error.Position.IsKnown ? sql.Substring(error.Position.Offset, Math.Min(error.Position.Length, sql.Length - error.Position.Offset)) : "";
        return $"{error.Message} |{place}|";
    }

    public SqlErrorCode ErrorCode(string sql) => Assert.Throws<SqlException>(() => Bind(sql)).Code;

    Binder Binder() => new(catalog, functions, null, new ParameterCatalog(Parameters));

    PlanningDatabase With(ImmutableDictionary<string, TableEntry> tables, ImmutableDictionary<string, ViewEntry> views)
    {
        catalog = new() { DefinitionVersion = catalog.DefinitionVersion + 1, Tables = tables, Views = views, Indexes = catalog.Indexes };
        return this;
    }
}

/// <summary>Functions with the traits that planning looks at; they are never run.</summary>
internal static class TestFunctions
{
    public static FunctionRegistry AddTo(FunctionRegistry registry) => registry
        .Add(new PlannedScalar("costly", new FunctionTraits(Volatility.Stable, CostPerRow: 1_000_000)))
        .Add(new PlannedScalar("dice", new FunctionTraits(Volatility.Volatile)))
        .Add(new PlannedTable());

    sealed class PlannedScalar(string name, FunctionTraits traits) : ScalarFunction
    {
        public override string Name => name;

        public override FunctionDocumentation Documentation { get; } = new("Test", $"{name}(x)", "A function of the planner's tests.", $"{name}(1)", null);

        public override FunctionTraits Traits => traits;

        public override ScalarBinding? Bind(IReadOnlyList<Expression> arguments) =>
            new(SqlType.Double, arguments.Select(a => a.Type).ToValueList(), (_, _, _) => throw new InvalidOperationException("Planning runs nothing."));
    }

    sealed class PlannedTable : TableFunction
    {
        public override string Name => "files";

        public override FunctionDocumentation Documentation { get; } = new("Test", "files(path [, depth => ] [, source => ])", "A table function of the planner's tests.", "SELECT 1", null);

        public override IReadOnlyList<TableFunctionParameter> Parameters { get; } =
        [
            new("path", SqlType.Text),
            new("depth", SqlType.BigInt, Optional: true),
            new("source", null, Optional: true, AcceptsRelation: true),
        ];

        public override LogicalPlan Bind(IReadOnlyList<TableFunctionArgument?> arguments, ITableFunctionBinder binder)
        {
            var schema = new PlanSchema([new OutputColumn("name", SqlType.Text, false), new OutputColumn("size", SqlType.BigInt, false), new OutputColumn("bytes", SqlType.Blob, true)]);
            LogicalPlan? relation = arguments[2] switch
            {
                { Relation: { } plan } => plan,
                { Constant: { } name } argument => binder.BindRelation((string)name.ToObject()!, argument.Position),
                _ => null,
            };
            return LogicalTableFunction.Create(
                Name,
                new NoRows(),
                schema,
                arguments.Where(a => a?.Expression is not null && a.Relation is null).Select(a => a!.Expression!).ToValueList(),
                relation is null ? default : [relation]);
        }
    }

    sealed class NoRows : TableSource
    {
        public override long? EstimatedRows => 50;

        public override BatchReader Open(TableSourceInput input, IReadOnlyList<int> projection, ExecutionContext context) => throw new InvalidOperationException("Planning runs nothing.");
    }
}
