using CsCheck;

namespace Jammi.Differential.Tests;

/// <summary>Tables and a query over them.</summary>
sealed record RandomCase(RandomTables Tables, RandomQuery Query)
{
    public static Gen<RandomCase> Gen(bool forSqlite) => CsCheck.Gen.Select(RandomTables.With(notANumber: !forSqlite), RandomQuery.With(outerAggregates: !forSqlite), (tables, query) => new RandomCase(tables, query));

    public override string ToString() => $"{Tables}\n{Query}";
}
