using Jammi.Sql.Expressions;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>An aggregate function whose overload is chosen by <paramref name="bind"/>.</summary>
internal sealed class AggregateDefinition(string name, FunctionDocumentation documentation, Func<IReadOnlyList<Expression>, AggregateBinding?> bind) : AggregateFunction
{
    public override string Name => name;

    public override IReadOnlyList<string> Aliases => Synonyms;

    public IReadOnlyList<string> Synonyms { get; init; } = [];

    public override FunctionDocumentation Documentation => documentation;

    public override bool OrderSensitive => DependsOnOrder;

    public bool DependsOnOrder { get; init; }

    public override int OrderedSetArity => ArityOfOrderedSet;

    public int ArityOfOrderedSet { get; init; }

    public override AggregateBinding? Bind(IReadOnlyList<Expression> arguments) => bind(arguments);
}
