using System.Globalization;
using Jammi.Sql.Syntax;
using Jammi.Sql.Syntax.Ast;

namespace Jammi.Sql.Binding;

/// <summary>
/// Writes an expression back as SQL that parses to the same expression: how DEFAULT and CHECK are stored. Fully parenthesised, so that no
/// precedence need be known here.
/// </summary>
internal sealed class SqlText
{
    static readonly SqlText Unchanged = new(static name => name);

    readonly Func<string, string> column;

    SqlText(Func<string, string> column) => this.column = column;

    public static string Write(SqlExpression expression) => Unchanged.Text(expression);

    /// <summary>The expression with another name for one of its columns.</summary>
    public static string WriteRenamed(SqlExpression expression, string from, string to) =>
        new SqlText(name => string.Equals(name, from, StringComparison.OrdinalIgnoreCase) ? to : name).Text(expression);

    string Text(SqlExpression expression) => expression switch
    {
        LiteralExpression literal => Literal(literal),
        TypedLiteralExpression literal => $"CAST({Quote(literal.Text)} AS {Type(literal.Type)})",
        NameExpression name => Identifier(column(name.Parts[^1])),
        UnaryExpression { Operator: var op, Operand: var operand } => $"({op} {Text(operand)})",
        BinaryExpression binary => $"({Text(binary.Left)} {binary.Operator} {Text(binary.Right)})",
        LogicalChainExpression chain => $"({string.Join(chain.IsAnd ? " AND " : " OR ", chain.Operands.Select(Text))})",
        IsExpression test => $"({Text(test.Operand)} IS {Not(test.Negated)}{test.Test})",
        IsDistinctExpression test => $"({Text(test.Left)} IS {Not(test.Negated)}DISTINCT FROM {Text(test.Right)})",
        BetweenExpression between => $"({Text(between.Operand)} {Not(between.Negated)}BETWEEN {(between.Symmetric ? "SYMMETRIC " : string.Empty)}{Text(between.Low)} AND {Text(between.High)})",
        LikeExpression like => $"({Text(like.Operand)} {Not(like.Negated)}{Like(like.Kind)} {Text(like.Pattern)}{(like.Escape is null ? "" : $" ESCAPE {Text(like.Escape)}")})",
        InListExpression list => $"({Text(list.Operand)} {Not(list.Negated)}IN ({List(list.Items)}))",
        CaseExpressionSyntax written => Case(written),
        CastExpressionSyntax cast => $"{(cast.Try ? "TRY_CAST" : "CAST")}({Text(cast.Operand)} AS {Type(cast.Type)})",
        ArrayExpression array => $"ARRAY[{List(array.Items)}]",
        RowExpression row => $"({List(row.Items)})",
        SubscriptExpression { IsSlice: false } subscript => $"{Text(subscript.Operand)}[{Text(subscript.Low!)}]",
        FunctionCallExpression { Over: null, Filter: null, Distinct: false, OrderBy.Count: 0 } call => $"{string.Join('.', call.Name.Select(Identifier))}({List(call.Arguments.Select(a => a.Value))})",
        _ => throw new SqlException(SqlErrorCode.NotSupported, "this kind of expression cannot be stored in a table's definition.", expression.Position),
    };

    string List(IEnumerable<SqlExpression> items) => string.Join(", ", items.Select(Text));

    static string Not(bool negated) => negated ? "NOT " : "";

    static string Like(LikeKind kind) => kind switch
    {
        LikeKind.Like => "LIKE",
        LikeKind.ILike => "ILIKE",
        LikeKind.SimilarTo => "SIMILAR TO",
        _ => "GLOB",
    };

    string Case(CaseExpressionSyntax written)
    {
        string operand = written.Operand is null ? "" : " " + Text(written.Operand);
        string whens = string.Concat(written.Whens.Select(w => $" WHEN {Text(w.When)} THEN {Text(w.Then)}"));
        string otherwise = written.Else is null ? "" : " ELSE " + Text(written.Else);
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
        name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_') && name.All(c => char.IsLetterOrDigit(c) || c == '_') && !SqlGrammar.IsKeyword(name)
            ? name
            : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
