using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Binding;

/// <summary>SQL text kept in the catalog (views, defaults, checks) or given to a function (filters), parsed anew where it is used.</summary>
internal static class StoredSql
{
    public static QueryExpression ParseQuery(string text) => throw Unparsed(text);

    public static SqlExpression ParseExpression(string text) => throw Unparsed(text);

    static SqlException Unparsed(string text) => new(SqlErrorCode.NotSupported, $"stored SQL cannot be read yet: {text}");
}
