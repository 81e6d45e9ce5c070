namespace Jammi.Sql.Functions;

/// <summary>All functions by name, ignoring case: families of built-ins, extended by the provider before the first statement.</summary>
internal sealed class FunctionRegistry(
    IEnumerable<Func<IReadOnlyList<ScalarFunction>>> scalars,
    IEnumerable<Func<IReadOnlyList<AggregateFunction>>> aggregates,
    IEnumerable<Func<IReadOnlyList<WindowFunction>>> windows,
    IEnumerable<Func<IReadOnlyList<TableFunction>>> tables)
{
    readonly FunctionTable<ScalarFunction> scalars = new(scalars, static f => [f.Name, .. f.Aliases]);
    readonly FunctionTable<AggregateFunction> aggregates = new(aggregates, static f => [f.Name, .. f.Aliases]);
    readonly FunctionTable<WindowFunction> windows = new(windows, static f => [f.Name, .. f.Aliases]);
    readonly FunctionTable<TableFunction> tables = new(tables, static f => [f.Name, .. f.Aliases]);

    /// <summary>A registry without functions.</summary>
    public FunctionRegistry()
        : this([], [], [], [])
    {
    }

    public IEnumerable<ScalarFunction> Scalars => scalars.All;

    public IEnumerable<AggregateFunction> Aggregates => aggregates.All;

    public IEnumerable<WindowFunction> Windows => windows.All;

    public IEnumerable<TableFunction> Tables => tables.All;

    /// <summary>Every name of every kind, for suggestions.</summary>
    public IEnumerable<string> Names => scalars.Names.Concat(aggregates.Names).Concat(windows.Names).Concat(tables.Names);

    public FunctionRegistry Add(ScalarFunction function)
    {
        scalars.Add(function);
        return this;
    }

    public FunctionRegistry Add(AggregateFunction function)
    {
        aggregates.Add(function);
        return this;
    }

    public FunctionRegistry Add(WindowFunction function)
    {
        windows.Add(function);
        return this;
    }

    public FunctionRegistry Add(TableFunction function)
    {
        tables.Add(function);
        return this;
    }

    public ScalarFunction? FindScalar(string name) => scalars.Find(name);

    public AggregateFunction? FindAggregate(string name) => aggregates.Find(name);

    public WindowFunction? FindWindow(string name) => windows.Find(name);

    public TableFunction? FindTable(string name) => tables.Find(name);
}
