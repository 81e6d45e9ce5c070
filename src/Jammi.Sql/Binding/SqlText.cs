using System.Globalization;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Binding;

/// <summary>
/// Writes an expression back as SQL that parses to the same expression: how DEFAULT and CHECK are stored. Fully parenthesised, so that no
/// precedence need be known here.
/// </summary>
internal static class SqlText
{
    public static string Write(SqlExpression expression) => expression switch
    {
        LiteralExpression literal => Literal(literal),
        TypedLiteralExpression literal => $"CAST({Quote(literal.Text)} AS {Type(literal.Type)})",
        NameExpression name => string.Join('.', name.Parts.Select(Identifier)),
        UnaryExpression { Operator: var op, Operand: var operand } => $"({op} {Write(operand)})",
        BinaryExpression binary => $"({Write(binary.Left)} {binary.Operator} {Write(binary.Right)})",
        LogicalChainExpression chain => $"({string.Join(chain.IsAnd ? " AND " : " OR ", chain.Operands.Select(Write))})",
        IsExpression test => $"({Write(test.Operand)} IS {Not(test.Negated)}{test.Test})",
        IsDistinctExpression test => $"({Write(test.Left)} IS {Not(test.Negated)}DISTINCT FROM {Write(test.Right)})",
        BetweenExpression between => $"({Write(between.Operand)} {Not(between.Negated)}BETWEEN {(between.Symmetric ? "SYMMETRIC " : string.Empty)}{Write(between.Low)} AND {Write(between.High)})",
        LikeExpression like => $"({Write(like.Operand)} {Not(like.Negated)}{Like(like.Kind)} {Write(like.Pattern)}{(like.Escape is null ? "" : $" ESCAPE {Write(like.Escape)}")})",
        InListExpression list => $"({Write(list.Operand)} {Not(list.Negated)}IN ({List(list.Items)}))",
        CaseExpressionSyntax written => Case(written),
        CastExpressionSyntax cast => $"{(cast.Try ? "TRY_CAST" : "CAST")}({Write(cast.Operand)} AS {Type(cast.Type)})",
        ArrayExpression array => $"ARRAY[{List(array.Items)}]",
        RowExpression row => $"({List(row.Items)})",
        SubscriptExpression { IsSlice: false } subscript => $"{Write(subscript.Operand)}[{Write(subscript.Low!)}]",
        FunctionCallExpression { Over: null, Filter: null, Distinct: false, OrderBy.Count: 0 } call => $"{string.Join('.', call.Name.Select(Identifier))}({List(call.Arguments.Select(a => a.Value))})",
        _ => throw new SqlException(SqlErrorCode.NotSupported, "this kind of expression cannot be stored in a table's definition.", expression.Position),
    };

    static string List(IEnumerable<SqlExpression> items) => string.Join(", ", items.Select(Write));

    static string Not(bool negated) => negated ? "NOT " : "";

    static string Like(LikeKind kind) => kind switch
    {
        LikeKind.Like => "LIKE",
        LikeKind.ILike => "ILIKE",
        LikeKind.SimilarTo => "SIMILAR TO",
        _ => "GLOB",
    };

    static string Case(CaseExpressionSyntax written)
    {
        string operand = written.Operand is null ? "" : " " + Write(written.Operand);
        string whens = string.Concat(written.Whens.Select(w => $" WHEN {Write(w.When)} THEN {Write(w.Then)}"));
        string otherwise = written.Else is null ? "" : " ELSE " + Write(written.Else);
        return $"CASE{operand}{whens}{otherwise} END";
    }

    static string Literal(LiteralExpression literal) => (literal.Kind, literal.Value) switch
    {
        (LiteralKind.Null, _) => "NULL",
        (LiteralKind.Boolean, bool value) => value ? "TRUE" : "FALSE",
        (LiteralKind.Text, string text) => Quote(text),
        (LiteralKind.Blob, byte[] bytes) => $"X'{Convert.ToHexString(bytes)}'",
        (LiteralKind.Float, double value) => value.ToString("E16", CultureInfo.InvariantCulture),
        (LiteralKind.Vector, float[] values) => $"[{string.Join(", ", values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}]",
        (_, var value) => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    static string Type(TypeName type)
    {
        string arguments = type.Arguments.Count == 0 ? "" : $"({string.Join(", ", type.Arguments)})";
        return type.Name + arguments + string.Concat(type.ArrayDimensions.Select(d => $"[{d}]"));
    }

    /// <summary>A name in quotes where it needs them.</summary>
    public static string Identifier(string name) =>
        name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_') && name.All(c => char.IsLetterOrDigit(c) || c == '_')
            ? name
            : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
