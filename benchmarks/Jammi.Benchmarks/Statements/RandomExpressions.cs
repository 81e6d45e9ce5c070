using System.Globalization;
namespace Jammi.Benchmarks.Statements;

/// <summary>Whole-number expressions as a generator of tests writes them: <c>- - 32 + + CAST( NULL AS INTEGER ) * col0</c>.</summary>
sealed class RandomExpressions(Random random, IReadOnlyList<string> columns)
{
    public IReadOnlyList<string> Columns => columns;

    /// <summary>Whether columns stand within aggregates only.</summary>
    public bool Aggregates { get; init; }

    public string Next() => Sum(random.Next(1, 3));

    public string Condition() => random.Next(6) switch
    {
        0 => $"NOT {Term(0)} IS NULL",
        1 => $"{Sum(1)} IS {random.Of("", "NOT ")}NULL",
        2 => $"{random.Of("", "NOT ")}{Sum(1)} {random.Of("NOT ", "")}BETWEEN {Sum(1)} AND {Sum(1)}",
        3 => $"{Sum(1)} {random.Of("NOT ", "")}IN ( {Sum(1)}, {Sum(0)}, {Term(0)} )",
        4 => $"( {Sum(0)} ) {Comparison()} {Sum(1)} AND NOT NULL = {Term(0)}",
        _ => $"{random.Of("", "NOT ")}{Sum(1)} {Comparison()} {Sum(1)}",
    };

    string Comparison() => random.Of("<", "<=", ">", ">=", "=", "<>");

    string Sum(int depth)
    {
        string result = Term(depth);
        for (int more = random.Next(depth + 1); more > 0; more--)
        {
            // Products of four numbers at the most: literals are 32 bits wide here and 64 there.
            result += random.OneIn(3) ? $" * {Term(0)}" : $" {random.Of("+", "-", "/")} {Term(depth)}";
        }

        return result;
    }

    string Term(int depth)
    {
        string signs = string.Concat(Enumerable.Range(0, random.Of(0, 0, 1, 1, 2)).Select(_ => random.Of("+ ", "- ")));
        if (depth <= 0 || random.OneIn(2))
        {
            return signs + Leaf();
        }

        depth--;
        return signs + random.Next(6) switch
        {
            0 => $"( {Sum(depth)} )",
            1 => $"CAST( {random.Of(Sum(depth), "NULL")} AS INTEGER )",
            2 => $"COALESCE ( {Sum(depth)}, {Term(0)}{random.Of("", $", {Sum(depth)}")} )",
            3 => $"NULLIF ( {Sum(depth)}, {Term(0)} )",
            4 => $"CASE {Sum(depth)} WHEN {Term(0)} THEN {Term(0)} WHEN {Term(0)} THEN NULL{random.Of("", $" ELSE {Sum(depth)}")} END",
            _ => $"CASE WHEN {Term(0)} {Comparison()} {Term(0)} THEN {Sum(depth)} ELSE {Term(0)} END",
        };
    }

    string Leaf()
    {
        string number = random.Next(100).ToString(CultureInfo.InvariantCulture);
        if (Aggregates)
        {
            string column = random.Of([.. columns]);
            return random.Next(7) switch
            {
                0 => "COUNT ( * )",
                1 => $"COUNT( {random.Of("ALL ", "DISTINCT ", "")}{random.Of("", "- ")}{column} )",
                2 => $"SUM( {random.Of("ALL ", "DISTINCT ", "")}{random.Of("", "- ")}{column} )",
                3 => $"{random.Of("MIN", "MAX")}( {random.Of("ALL ", "DISTINCT ", "")}{column} )",
                _ => number,
            };
        }

        return columns.Count == 0 || random.OneIn(2) ? number : random.Of([.. columns]);
    }
}
