using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Binding;

/// <summary>The name of a select item without an alias, by PostgreSQL's rules: a column's or a function's own name, else <c>?column?</c>.</summary>
internal static class ColumnNames
{
    public const string Unknown = "?column?";

    public static string Of(SqlExpression expression) => expression switch
    {
        NameExpression name => name.Parts[^1],
        FunctionCallExpression call => call.Name[^1].ToLowerInvariant(),
        CastExpressionSyntax cast => Of(cast.Operand) is var inner && inner != Unknown ? inner : cast.Type.Name.ToLowerInvariant(),
        TypedLiteralExpression literal => literal.Type.Name.ToLowerInvariant(),
        CaseExpressionSyntax => "case",
        SubscriptExpression subscript => Of(subscript.Operand),
        ArrayExpression => "array",
        ExistsExpression => "exists",
        SubqueryExpression { Query.Body: SelectBody { Items: [var only] } } => only.Alias ?? Of(only.Expression),
        _ => Unknown,
    };
}
