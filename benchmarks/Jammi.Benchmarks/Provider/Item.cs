namespace Jammi.Benchmarks.Provider;

/// <summary>A row of the table <c>items</c> that every database of the run has.</summary>
sealed record Item(long Id, double Amount, string Name)
{
    public const string Columns = "id BIGINT PRIMARY KEY, amount DOUBLE, name VARCHAR";

    /// <summary>What <see cref="Of"/> makes, as select list over a number <c>i</c>.</summary>
    public const string SelectList = "CAST(i AS BIGINT) AS id, i * 0.5e0 AS amount, 'item ' || i AS name";

    public static Item Of(long id) => new(id, id * 0.5, $"item {id}");
}
