using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Syntax;

/// <summary>Text to syntax trees: the only door to the grammar. Safe to call from any number of threads.</summary>
internal static class SqlParser
{
    /// <summary>Longer texts are data more than statements, and are not remembered.</summary>
    private const int LongestRemembered = 4_096;

    private static readonly RecentlyUsed<string, IReadOnlyList<Statement>> Remembered = new(capacity: 256);

    private static readonly SeenBefore Seen = new();

    private static int _warmUpStarted;

    /// <summary>The statements of a command, which semicolons separate. A text of nothing but white space and comments has none.</summary>
    /// <exception cref="SqlException">The text is not SQL; the position says where.</exception>
    public static IReadOnlyList<Statement> Parse(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        if (Remembered.TryGet(sql, out IReadOnlyList<Statement> known))
        {
            return known;
        }

        SqlLanguage language = SqlLanguage.Shared;
        SyntaxTree tree = SyntaxTree.Rent(sql);
        ParseDriver.Parse(language, tree, language.Grammar.Script);
        IReadOnlyList<Statement> statements = new AstBuilder(language.Grammar, tree).Script();
        SyntaxTree.Release(tree);
        if (sql.Length <= LongestRemembered && Seen.Again(sql.GetHashCode()))
        {
            Remembered.Add(sql, statements);
        }

        return statements;
    }

    /// <summary>One query, such as the stored text of a view.</summary>
    /// <exception cref="SqlException">The text is not a query.</exception>
    public static QueryExpression ParseQuery(string sql) => Parse(sql) switch
    {
        [QueryStatement query] => query.Query,
        [] => throw SourceExcerpt.SyntaxError(sql, 0, 1, "expected a query, found nothing"),
        [_, { } second, ..] => throw SourceExcerpt.Error(SqlErrorCode.SyntaxError, sql, second.Position, "expected one query, found a second statement"),
        [{ } other] => throw SourceExcerpt.Error(SqlErrorCode.SyntaxError, sql, other.Position, "expected a query, found another statement"),
    };

    /// <summary>One scalar expression, such as the stored text of a DEFAULT or a CHECK.</summary>
    /// <exception cref="SqlException">The text is not an expression.</exception>
    public static SqlExpression ParseExpression(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        SqlLanguage language = SqlLanguage.Shared;
        SyntaxTree tree = SyntaxTree.Rent(sql);
        ParseDriver.Parse(language, tree, language.Grammar.Expression);
        SqlExpression expression = new AstBuilder(language.Grammar, tree).RootExpression();
        SyntaxTree.Release(tree);
        return expression;
    }

    /// <summary>Starts building the automaton on the thread pool, where nobody did yet. Returns at once.</summary>
    public static void WarmUp()
    {
        if (Interlocked.Exchange(ref _warmUpStarted, 1) == 0)
        {
            // The first statement compiles the parser's and the builder's own code, so it is part of the warm-up.
            ThreadPool.QueueUserWorkItem(static _ => Parse("SELECT a, count(*) FROM t WHERE b = 1 AND c < 'x' ORDER BY 1 LIMIT 10"));
        }
    }
}
