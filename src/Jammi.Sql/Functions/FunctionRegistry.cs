namespace Jammi.Sql.Functions;

/// <summary>All functions by name, ignoring case. Built once from the lists of built-ins, extended by the provider before the first statement; then read-only.</summary>
internal sealed class FunctionRegistry
{
    readonly Dictionary<string, ScalarFunction> scalars = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, AggregateFunction> aggregates = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, WindowFunction> windows = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, TableFunction> tables = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<ScalarFunction> Scalars => scalars.Values.Distinct();

    public IEnumerable<AggregateFunction> Aggregates => aggregates.Values.Distinct();

    public IEnumerable<WindowFunction> Windows => windows.Values.Distinct();

    public IEnumerable<TableFunction> Tables => tables.Values.Distinct();

    public FunctionRegistry Add(ScalarFunction function) => Add(scalars, function, [function.Name, .. function.Aliases]);

    public FunctionRegistry Add(AggregateFunction function) => Add(aggregates, function, [function.Name, .. function.Aliases]);

    public FunctionRegistry Add(WindowFunction function) => Add(windows, function, [function.Name, .. function.Aliases]);

    public FunctionRegistry Add(TableFunction function) => Add(tables, function, [function.Name, .. function.Aliases]);

    public ScalarFunction? FindScalar(string name) => scalars.GetValueOrDefault(name);

    public AggregateFunction? FindAggregate(string name) => aggregates.GetValueOrDefault(name);

    public WindowFunction? FindWindow(string name) => windows.GetValueOrDefault(name);

    public TableFunction? FindTable(string name) => tables.GetValueOrDefault(name);

    /// <summary>Every name of every kind, for suggestions.</summary>
    public IEnumerable<string> Names => scalars.Keys.Concat(aggregates.Keys).Concat(windows.Keys).Concat(tables.Keys);

    FunctionRegistry Add<T>(Dictionary<string, T> functions, T function, string[] names)
    {
        foreach (string name in names)
        {
            if (!functions.TryAdd(name, function))
            {
                throw new ArgumentException($"A function named {name} is registered already.");
            }
        }

        return this;
    }
}
