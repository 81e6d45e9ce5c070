namespace Jammi.Sql.Functions;

/// <summary>Calls that the binder turns into expressions of their own; here are their pages of the manual.</summary>
internal static class SpecialForms
{
    const string Category = "Conditional";

    public static IReadOnlyList<(string Name, FunctionDocumentation Documentation)> All { get; } =
    [
        ("coalesce", new(Category, "coalesce(value, ...)", "The first value that is not NULL; later ones are computed only where they are needed.", "coalesce(NULL, 7, 8)", "7")),
        ("ifnull", new(Category, "ifnull(a, b)", "coalesce of two values.", "ifnull(NULL, 7)", "7")),
        ("nvl", new(Category, "nvl(a, b)", "coalesce of two values.", "nvl(NULL, 7)", "7")),
        ("if", new(Category, "if(condition, a, b)", "a where the condition is true, else b; only the one that is needed is computed.", "if(1 < 2, 'yes', 'no')", "yes")),
        ("iif", new(Category, "iif(condition, a, b)", "The same as if.", "iif(1 > 2, 'yes', 'no')", "no")),
        ("case", new(Category, "CASE WHEN condition THEN a ... [ELSE b] END or CASE x WHEN value THEN a ... [ELSE b] END", "The result of the first branch that holds; NULL where none does and there is no ELSE.", "CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' END", "two")),
        ("cast", new("Conversion", "CAST(x AS type) or x::type", "The value as another type; an error where it cannot be converted.", "CAST('42' AS INTEGER)", "42")),
        ("try_cast", new("Conversion", "TRY_CAST(x AS type)", "CAST, with NULL where the value cannot be converted.", "TRY_CAST('soon' AS INTEGER)", "NULL")),
        ("grouping", new("Aggregate", "grouping(key, ...)", "With GROUPING SETS, ROLLUP or CUBE: a bit for each key, 1 where the row's set does not have it.", "grouping(x) FROM (VALUES (1)) t(x) GROUP BY ROLLUP (x) ORDER BY 1 DESC LIMIT 1", "1")),
    ];
}
