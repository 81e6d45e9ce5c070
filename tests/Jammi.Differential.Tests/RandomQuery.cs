using CsCheck;

namespace Jammi.Differential.Tests;

/// <summary>The dialects of the engines that are compared.</summary>
enum Dialect
{
    Jammi,
    Sqlite,
    DuckDb,
}

/// <summary>A random query, whose rows are compared without regard to their order.</summary>
sealed record RandomQuery(string Text)
{
    const int MaxChoices = 60;

    /// <param name="outerAggregates">Whether subqueries may use aggregates of the query around them, which SQLite does not know.</param>
    public static Gen<RandomQuery> With(bool outerAggregates) =>
        Gen.Int[0, 1 << 16].List[0, MaxChoices].Select(choices => new RandomQuery(new QueryWriter(choices, outerAggregates).Query([])));

    /// <summary>Integer division is <c>/</c> but in DuckDB, where that is floating-point division.</summary>
    public string For(Dialect dialect) => Text.Replace("÷", dialect == Dialect.DuckDb ? "//" : "/", StringComparison.Ordinal);

    public override string ToString() => Text;
}
