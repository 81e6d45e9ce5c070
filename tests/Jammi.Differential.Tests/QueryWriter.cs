namespace Jammi.Differential.Tests;

/// <summary>
/// Writes a query from a list of choices, so that a shorter list is a simpler query and CsCheck can shrink one that fails. The dialect is what
/// PostgreSQL, SQLite and DuckDB share; integer division is written ÷ and spelled by <see cref="RandomQuery.For"/>.
/// Sums are cast to BIGINT: the sum of a sum is a DECIMAL here, whose division leaves a fraction, and an integer elsewhere.
/// </summary>
sealed class QueryWriter(IReadOnlyList<int> choices, bool outerAggregates)
{
    const int MaxDepth = 3;
    int next;
    int aliases;
    int depth;
    bool withoutSubqueries;

    /// <summary>A query of four columns, one each of integer, BIGINT, DOUBLE and TEXT kind, with rows in any order.</summary>
    public string Query(IReadOnlyList<string> outer)
    {
        if (++depth > MaxDepth)
        {
            depth--;
            return $"SELECT a, b, c, d FROM {Table()}";
        }

        string query = Choose(9) switch
        {
            0 or 1 or 2 or 3 => Plain(outer),
            4 or 5 => Grouped(outer),
            6 => $"SELECT * FROM ({Query(outer)}) AS u{aliases++} {Pick("UNION ALL", "UNION", "INTERSECT", "EXCEPT")} SELECT * FROM ({Query(outer)}) AS u{aliases++}",
            7 => Windowed(outer),
            _ => Limited(outer),
        };
        depth--;
        return query;
    }

    string Plain(IReadOnlyList<string> outer)
    {
        List<string> own = [];
        string from = From(own, outer);
        List<string> scope = [.. own, .. outer];
        string where = Choose(3) > 0 ? $" WHERE {Condition(scope)}" : string.Empty;
        return $"SELECT {Pick("", "DISTINCT ")}{Integer(scope)} AS a, {Big(scope)} AS b, {Real(scope)} AS c, {Text(scope)} AS d FROM {from}{where}";
    }

    string Grouped(IReadOnlyList<string> outer)
    {
        List<string> own = [];
        string from = From(own, outer);
        List<string> scope = [.. own, .. outer];
        string where = Choose(2) > 0 ? $" WHERE {Condition(scope)}" : string.Empty;
        string key = $"{own[0]}.a";
        string second = Choose(2) > 0 ? $"{own[^1]}.d" : key;
        string a = Pick("count(*)", key, $"count({Integer(own)})", $"CAST(sum({own[0]}.a) AS BIGINT)", $"count(DISTINCT {own[^1]}.d)", $"max({own[^1]}.a)");
        string b = Pick($"max({own[0]}.b)", $"min({own[^1]}.b)", "count(*)");
        string c = Pick($"max({own[0]}.c)", $"min({own[^1]}.c)", $"avg({own[0]}.a)", $"sum({own[0]}.a * 0.5e0)");
        string d = Pick($"min({own[^1]}.d)", $"max({Text(own)})");
        string inner = $"h{aliases++}";
        string ofOuter = $"EXISTS (SELECT 1 FROM {Table()} AS {inner} WHERE {inner}.a {Comparison()} {Pick($"count({own[0]}.b)", $"max({own[^1]}.a)")})";
        string having = Choose(3) > 1 ? $" HAVING {Pick("count(*) > 1", $"max({own[0]}.a) > 0", $"{key} IS NOT NULL", $"min({own[^1]}.d) < 'b'", outerAggregates ? ofOuter : "count(*) > 1")}" : string.Empty;
        return Choose(4) == 3
            ? $"SELECT {(a == key ? "count(*)" : a)} AS a, {b} AS b, {c} AS c, {d} AS d FROM {from}{where}"
            : $"SELECT {a} AS a, {b} AS b, {c} AS c, {d} AS d FROM {from}{where} GROUP BY {key}{(second == key ? string.Empty : ", " + second)}{having}";
    }

    string Windowed(IReadOnlyList<string> outer)
    {
        string name = $"w{aliases++}";
        string partition = Pick("", $"PARTITION BY {name}.a ", $"PARTITION BY {name}.d ");
        const string Order = "ORDER BY {0}.a NULLS LAST, {0}.b NULLS LAST, {0}.c NULLS LAST, {0}.d NULLS LAST";
        string total = Order.Replace("{0}", name, StringComparison.Ordinal);
        string a = Pick(
            $"row_number() OVER ({partition}{total})",
            $"CAST(sum({name}.a) OVER ({partition}{total}) AS BIGINT)",
            $"count(*) OVER ({partition}ORDER BY {name}.a NULLS LAST)",
            $"rank() OVER ({partition}ORDER BY {name}.a NULLS LAST)",
            $"dense_rank() OVER ({partition}ORDER BY {name}.d NULLS LAST)",
            $"CAST(sum({name}.a) OVER ({partition}{total} ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS BIGINT)");
        string b = Pick($"lag({name}.b) OVER ({partition}{total})", $"lead({name}.b, 2) OVER ({partition}{total})", $"max({name}.b) OVER ({partition}ORDER BY {name}.a NULLS LAST)");
        string d = Pick($"first_value({name}.d) OVER ({partition}{total})", $"last_value({name}.d) OVER ({partition}{total})", $"min({name}.d) OVER ({partition.Trim()})");
        return $"SELECT {a} AS a, {b} AS b, {name}.c AS c, {d} AS d FROM ({Query(outer)}) AS {name}";
    }

    string Limited(IReadOnlyList<string> outer)
    {
        string name = $"l{aliases++}";
        string direction = Pick("NULLS LAST", "DESC NULLS FIRST", "NULLS FIRST");
        string limit = Pick("LIMIT 3", "LIMIT 2 OFFSET 1", "LIMIT 0", "LIMIT 1");
        return $"SELECT * FROM (SELECT * FROM ({Query(outer)}) AS {name} ORDER BY a {direction}, b {direction}, c {direction}, d {direction} {limit}) AS {name}x";
    }

    string From(List<string> own, IReadOnlyList<string> outer)
    {
        string from = Relation(own, outer);
        for (int joins = Choose(4) switch { 0 or 1 => 0, 2 => 1, _ => 2 }; joins > 0; joins--)
        {
            string kind = Pick("JOIN", "LEFT JOIN", "CROSS JOIN", "RIGHT JOIN", "FULL JOIN");
            string right = Relation(own, outer);
            from = kind == "CROSS JOIN" ? $"{from} CROSS JOIN {right}" : $"{from} {kind} {right} ON {JoinCondition(own, kind)}";
        }

        return from;
    }

    /// <summary>FULL joins take only equalities: that is what DuckDB and PostgreSQL can run.</summary>
    string JoinCondition(List<string> own, string kind)
    {
        // Jammi refuses subqueries in the conditions of outer joins.
        withoutSubqueries = kind != "JOIN";
        string condition = WriteJoinCondition(own, kind);
        withoutSubqueries = false;
        return condition;
    }

    string WriteJoinCondition(List<string> own, string kind)
    {
        string left = own[Choose(own.Count - 1)];
        string right = own[^1];
        string equality = Pick($"{left}.a = {right}.a", $"{left}.d = {right}.d", $"{left}.b = {right}.b", $"{left}.a = {right}.b", $"{left}.a + 1 = {right}.a");
        return Choose(3) switch
        {
            0 => equality,
            _ when kind == "FULL JOIN" => equality,
            1 => $"{equality} AND {Condition(own)}",
            _ => Condition(own),
        };
    }

    string Relation(List<string> own, IReadOnlyList<string> outer)
    {
        string alias = $"t{aliases++}";
        string relation = Choose(4) == 3 && depth < MaxDepth ? $"({Query([])}) AS {alias}" : $"{Table()} AS {alias}";
        own.Add(alias);
        return relation;
    }

    string Condition(IReadOnlyList<string> scope)
    {
        if (++depth > MaxDepth + 1)
        {
            depth--;
            return $"{Column(scope, 'a')} {Comparison()} {Pick("1", "0", "2")}";
        }

        string condition = Choose(withoutSubqueries ? 11 : 16) switch
        {
            0 => Compared(Integer(scope), Integer(scope)),
            1 => Compared(Text(scope), Text(scope)),
            2 => $"({Condition(scope)} AND {Condition(scope)})",
            3 => $"({Condition(scope)} OR {Condition(scope)})",
            4 => $"NOT ({Condition(scope)})",
            5 => $"{Column(scope, "abcd"[Choose(4)])} IS {Pick("", "NOT ")}NULL",
            6 => Compared(Big(scope), Big(scope)),
            7 => Compared(Real(scope), Real(scope)),
            8 => $"{Integer(scope)} {Pick("", "NOT ")}IN ({Integer(scope)}, {Pick("1", "NULL", "3")})",
            9 => $"{Integer(scope)} {Pick("", "NOT ")}BETWEEN {Integer(scope)} AND {Integer(scope)}",
            10 => $"{Text(scope)} {Pick("", "NOT ")}LIKE {Pick("'a%'", "'%b'", "'_'", "'%'", "'%é%'", "''")}",
            11 => $"{Pick("", "NOT ")}EXISTS ({Query(scope)})",
            12 => $"{Column(scope, 'a')} {Pick("", "NOT ")}IN (SELECT a FROM ({Query(scope)}) AS i{aliases++})",
            13 => $"{Integer(scope)} {Comparison()} (SELECT {Pick("count(*)", "max(a)", "sum(a)", "min(a) + 1")} FROM ({Query(scope)}) AS s{aliases++})",
            14 => $"{Column(scope, 'd')} IS {Pick("", "NOT ")}DISTINCT FROM {Text(scope)}",
            _ => $"{Column(scope, 'b')} {Pick("", "NOT ")}IN (SELECT b FROM {Table()} AS i{aliases} WHERE i{aliases++}.a = {Column(scope, 'a')})",
        };
        depth--;
        return condition;
    }

    string Integer(IReadOnlyList<string> scope)
    {
        if (++depth > MaxDepth + 2)
        {
            depth--;
            return Column(scope, 'a');
        }

        string value = Choose(withoutSubqueries ? 11 : 12) switch
        {
            0 or 1 => Column(scope, 'a'),
            2 => Pick("1", "0", "-1", "3", "CAST(NULL AS INTEGER)"),
            3 => $"({Integer(scope)} + {Integer(scope)})",
            4 => $"({Integer(scope)} - {Integer(scope)})",
            5 => $"({Column(scope, 'a')} * {Integer(scope)})",
            6 => $"({Integer(scope)} ÷ {Column(scope, 'a')})",
            7 => $"CASE WHEN {Condition(scope)} THEN {Integer(scope)} ELSE {Integer(scope)} END",
            8 => $"coalesce({Integer(scope)}, {Integer(scope)})",
            9 => $"length({Text(scope)})",
            10 => $"nullif({Integer(scope)}, {Pick("1", "0", "2")})",
            _ => $"(SELECT {Pick("count(*)", "max(q.a)", "min(q.a)")} FROM {Table()} AS q WHERE q.{Pick("a", "b")} {Pick("=", "<", ">=")} {Column(scope, 'a')})",
        };
        depth--;
        return value;
    }

    string Big(IReadOnlyList<string> scope) => Choose(4) switch
    {
        0 or 1 => Column(scope, 'b'),
        2 => Pick("9223372036854775807", "1", "2147483648"),
        _ => $"coalesce({Column(scope, 'b')}, {Column(scope, 'a')})",
    };

    string Real(IReadOnlyList<string> scope) => Choose(4) switch
    {
        0 or 1 => Column(scope, 'c'),
        2 => Pick("1.5e0", "0e0"),
        _ => $"(0.5e0 * {Integer(scope)})",
    };

    string Text(IReadOnlyList<string> scope) => Choose(6) switch
    {
        0 or 1 or 2 => Column(scope, 'd'),
        3 => Pick("'a'", "''", "'é'", "'b'"),
        4 => $"coalesce({Column(scope, 'd')}, 'none')",
        _ => $"({Column(scope, 'd')} || {Pick("'x'", "''")})",
    };

    string Column(IReadOnlyList<string> scope, char column) => $"{scope[Choose(scope.Count)]}.{column}";

    /// <summary>A column is not compared with itself: DuckDB was seen to keep the NULLs that an outer join made.</summary>
    string Compared(string left, string right)
    {
        string comparison = Comparison();
        return left == right ? $"{left} IS NOT NULL" : $"{left} {comparison} {right}";
    }

    string Comparison() => Pick("=", "<>", "<", "<=", ">", ">=");

    string Table() => Pick("x", "y", "z");

    string Pick(params ReadOnlySpan<string> options) => options[Choose(options.Length)];

    /// <summary>The next choice among <paramref name="options"/>; the first, simplest one when there are no more.</summary>
    int Choose(int options) => next < choices.Count ? choices[next++] % options : 0;
}
