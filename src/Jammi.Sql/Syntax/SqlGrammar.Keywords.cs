using Irony.Parsing;
using Jammi.Sql.Syntax.Terminals;

namespace Jammi.Sql.Syntax;

/// <summary>
/// The vocabulary. Phrases such as GROUP BY are one token: that needs no reserved words, keeps the automaton small and reads well in error messages.
/// A phrase must not be able to occur as two names in a row, nor as a name after an operator.
/// </summary>
internal sealed partial class SqlGrammar
{
    /// <summary>Words that are never a name without quotes. They keep errors near their cause, as in <c>SELECT a, FROM t</c>.</summary>
    private static readonly string[] ReservedWords =
    [
        "ALL", "AND", "AS", "ASC", "CASE", "CAST", "CHECK", "CONSTRAINT", "CREATE", "DEFAULT", "DESC", "DISTINCT", "ELSE", "END", "FROM", "HAVING",
        "INTO", "JOIN", "LATERAL", "LIMIT", "NOT", "NULL", "OFFSET", "ON", "OR", "QUALIFY", "REFERENCES", "RETURNING", "SELECT",
        "TABLESAMPLE", "THEN", "TRUE", "FALSE", "TRY_CAST", "UNIQUE", "USING", "WHEN", "WHERE", "WINDOW", "WITH",
    ];

    /// <summary>First words of phrases, reserved so that an unfinished phrase is not taken for an alias.</summary>
    private static readonly string[] ReservedStarts = ["GROUP", "ORDER", "IS", "FOREIGN", "PRIMARY"];

    /// <summary>Every word that needs quotes to be a name.</summary>
    public static IEnumerable<string> AllReservedWords => ReservedWords.Concat(ReservedStarts);

    /// <summary>Words that are keywords only where the parser can use one.</summary>
    private static readonly string[] Words =
    [
        "ADD", "ALTER", "BOTH", "COPY", "CUBE", "DATA", "DELETE", "DROP", "ESCAPE", "EXISTS", "EXPLAIN", "FOR", "INDEX", "INSERT", "LEADING",
        "MATERIALIZED", "OVER", "PERCENT", "PLACING", "PRAGMA", "RECURSIVE", "RELEASE", "RENAME", "REPLACE", "REPEATABLE", "RESET", "ROLLUP",
        "SAVEPOINT", "SCHEMA", "SET", "SHOW", "TABLE", "TO", "TRAILING", "UPDATE", "VALUES", "VIEW",
    ];

    /// <summary>Words that are keywords only before this character (0 means a digit or a quote).</summary>
    private static readonly (string Word, char Next)[] WordsBefore =
    [
        ("ARRAY", '['), ("EXTRACT", '('), ("FILTER", '('), ("INTERVAL", '0'), ("OVERLAY", '('), ("SUBSTRING", '('), ("TRIM", '('),
    ];

    /// <summary>Keywords of several spellings; the first names the keyword in the grammar and in messages.</summary>
    private static readonly string[][] Phrases =
    [
        ["ADD COLUMN"],
        ["ALTER COLUMN"],
        ["ALTER TABLE"],
        ["AT TIME ZONE"],
        ["BEGIN", "BEGIN TRANSACTION", "BEGIN WORK", "START TRANSACTION"],
        ["BETWEEN", "NOT BETWEEN", "BETWEEN SYMMETRIC", "NOT BETWEEN SYMMETRIC", "BETWEEN ASYMMETRIC", "NOT BETWEEN ASYMMETRIC"],
        ["CHARACTER VARYING", "CHAR VARYING", "DOUBLE PRECISION"],
        ["COMMIT", "COMMIT TRANSACTION", "COMMIT WORK"],
        ["CURRENT ROW"],
        ["DEFAULT VALUES"],
        ["DESCRIBE"],
        ["DISTINCT ON"],
        ["DO NOTHING"],
        ["DO UPDATE SET"],
        ["DROP COLUMN"],
        ["DROP DEFAULT"],
        ["EXCLUDE", "EXCLUDE NO OTHERS", "EXCLUDE CURRENT ROW", "EXCLUDE GROUP", "EXCLUDE TIES"],
        ["EXPLAIN ANALYZE"],
        ["FETCH FIRST", "FETCH NEXT"],
        ["FOLLOWING"],
        ["FOREIGN KEY"],
        ["FULLTEXT INDEX"],
        ["GROUP BY"],
        ["GROUPING SETS"],
        ["IF EXISTS"],
        ["IF NOT EXISTS"],
        ["IGNORE NULLS", "RESPECT NULLS"],
        ["IGNORE NULLS OVER", "RESPECT NULLS OVER"],
        ["IN", "NOT IN"],
        ["INTERSECT", "INTERSECT ALL", "INTERSECT DISTINCT"],
        ["IS DISTINCT FROM", "IS NOT DISTINCT FROM"],
        ["IS NULL", "IS NOT NULL", "IS TRUE", "IS NOT TRUE", "IS FALSE", "IS NOT FALSE", "IS UNKNOWN", "IS NOT UNKNOWN"],
        ["LEFT JOIN", "LEFT OUTER JOIN", "RIGHT JOIN", "RIGHT OUTER JOIN", "FULL JOIN", "FULL OUTER JOIN", "INNER JOIN",
            "SEMI JOIN", "LEFT SEMI JOIN", "ANTI JOIN", "LEFT ANTI JOIN"],
        ["CROSS JOIN"],
        ["NATURAL JOIN", "NATURAL INNER JOIN", "NATURAL LEFT JOIN", "NATURAL LEFT OUTER JOIN", "NATURAL RIGHT JOIN",
            "NATURAL RIGHT OUTER JOIN", "NATURAL FULL JOIN", "NATURAL FULL OUTER JOIN"],
        ["LIKE", "NOT LIKE", "ILIKE", "NOT ILIKE", "SIMILAR TO", "NOT SIMILAR TO", "GLOB", "NOT GLOB"],
        ["NOT MATERIALIZED"],
        ["NOT NULL"],
        ["NULLS FIRST", "NULLS LAST"],
        ["ON CONFLICT"],
        ["ORDER BY"],
        ["PARTITION BY"],
        ["PRECEDING"],
        ["PRIMARY KEY"],
        ["RANGE", "GROUPS"],
        ["RENAME COLUMN"],
        ["RENAME TO"],
        ["ROLLBACK", "ROLLBACK TRANSACTION", "ROLLBACK WORK"],
        ["ROLLBACK TO", "ROLLBACK TO SAVEPOINT", "ROLLBACK TRANSACTION TO SAVEPOINT", "ROLLBACK WORK TO SAVEPOINT"],
        ["RELEASE SAVEPOINT"],
        ["ROWS", "ROW"],
        ["ROWS ONLY", "ROW ONLY"],
        ["ROWS WITH TIES", "ROW WITH TIES"],
        ["SET DEFAULT"],
        ["SET NOT NULL", "DROP NOT NULL"],
        ["SHOW ALL"],
        ["TEMPORARY", "TEMP"],
        ["TRUNCATE", "TRUNCATE TABLE"],
        ["TYPE", "SET DATA TYPE"],
        ["UNBOUNDED PRECEDING", "UNBOUNDED FOLLOWING"],
        ["UNION", "UNION ALL", "UNION DISTINCT", "EXCEPT", "EXCEPT ALL", "EXCEPT DISTINCT"],
        ["UNIQUE INDEX"],
        ["WITH NO DATA"],
        ["WITH ORDINALITY"],
        ["WITH TIME ZONE", "WITHOUT TIME ZONE"],
        ["WITHIN GROUP"],
        ["YEAR", "YEARS", "QUARTER", "QUARTERS", "MONTH", "MONTHS", "WEEK", "WEEKS", "DAY", "DAYS", "HOUR", "HOURS", "MINUTE", "MINUTES",
            "SECOND", "SECONDS", "MILLISECOND", "MILLISECONDS", "MICROSECOND", "MICROSECONDS", "DECADE", "DECADES", "CENTURY", "CENTURIES"],
    ];

    /// <summary>Those of <see cref="Phrases"/> whose single words are reserved.</summary>
    private static readonly string[] ReservedPhrases = ["BETWEEN", "IN", "INTERSECT", "LIKE", "UNION"];

    /// <summary>Symbols; those of one row share a keyword, because the grammar treats them alike.</summary>
    private static readonly string[][] Symbols =
    [
        ["("], [")"], ["["], ["]"], [","], [";"], ["."], [":"], ["::"], ["=>", ":="],
        ["="], ["~"], ["+"], ["-"], ["*"], ["^"],
        ["/", "%"],
        ["<", "==", "<>", "!=", "<=", ">", ">=", "~*", "!~", "!~*"],
        ["||", "&", "|", "#", "<<", ">>", "<=>", "<#>", "<->", "->", "->>"],
    ];

    private static readonly string[] Punctuation =
    [
        "(", ")", "[", "]", ",", ";", ".", "SELECT", "FROM", "WHERE", "GROUP BY", "HAVING", "WINDOW", "QUALIFY", "ORDER BY", "PARTITION BY", "ON", "USING",
        "AS", "WHEN", "THEN", "ELSE", "END", "INTO", "SET", "RETURNING", "VALUES", "TABLESAMPLE", "REPEATABLE", "DISTINCT ON", "REFERENCES",
    ];

    /// <summary>Whether a word can be a name only in quotes.</summary>
    public static bool IsReserved(string word) =>
        ReservedWords.Concat(ReservedStarts).Concat(ReservedPhrases).Contains(word, StringComparer.OrdinalIgnoreCase);

    /// <summary>Fills <see cref="Grammar.KeyTerms"/>, from where the strings in the rules take their keywords.</summary>
    private void DefineVocabulary(KeywordTable keywords)
    {
        KeyTerms = new KeyTermTable(StringComparer.Ordinal);
        foreach (string word in ReservedWords)
        {
            DefineWord(new Keyword(word) { IsReserved = true });
        }

        foreach (string word in Words)
        {
            DefineWord(new Keyword(word));
        }

        foreach ((string word, char next) in WordsBefore)
        {
            DefineWord(new Keyword(word) { OnlyBefore = next });
        }

        foreach (string word in (string[])["ANY", "SOME"])
        {
            keywords.Add(word, DefineShared("ANY", () => new Keyword("ANY") { OnlyBefore = '(' }));
        }

        foreach (string[] spellings in Phrases)
        {
            var keyword = new Keyword(spellings[0]) { IsReserved = ReservedPhrases.Contains(spellings[0]), OnlyWhereExpected = spellings[0] == "NOT NULL" };
            KeyTerms.Add(spellings[0], keyword);
            foreach (string spelling in spellings)
            {
                keywords.Add(spelling, keyword);
            }
        }

        // A word on its own that only ever starts a phrase is in no rule, so it can only be an error.
        foreach (string word in ReservedStarts)
        {
            keywords.Add(word, new Keyword(word) { IsReserved = true });
        }

        foreach (string[] spellings in Symbols)
        {
            var keyword = new Keyword(spellings[0]);
            KeyTerms.Add(spellings[0], keyword);
            foreach (string spelling in spellings)
            {
                SymbolTable.Add(spelling, keyword);
            }
        }

        void DefineWord(Keyword keyword)
        {
            KeyTerms.Add(keyword.Text, keyword);
            keywords.Add(keyword.Text, keyword);
        }

        Keyword DefineShared(string name, Func<Keyword> create)
        {
            if (!KeyTerms.TryGetValue(name, out KeyTerm? keyword))
            {
                KeyTerms.Add(name, keyword = create());
            }

            return (Keyword)keyword;
        }
    }

    /// <summary>Set operations, then NOT, AND, OR, then arithmetic: higher binds tighter. PostgreSQL's order.</summary>
    private void DefinePrecedence()
    {
        RegisterOperators(1, "UNION");
        RegisterOperators(2, "INTERSECT");

        RegisterOperators(3, "OR");
        RegisterOperators(4, "AND");
        RegisterOperators(5, "NOT");
        RegisterOperators(6, "IS NULL", "IS DISTINCT FROM");

        RegisterOperators(10, "||");
        RegisterOperators(11, "+", "-");
        RegisterOperators(12, "*", "/");
        RegisterOperators(13, "^");
        RegisterOperators(14, "AT TIME ZONE");
        RegisterOperators(UnaryPrecedence, Associativity.Right, "~");
        RegisterOperators(16, "::");
        RegisterOperators(17, "[");
    }
}
