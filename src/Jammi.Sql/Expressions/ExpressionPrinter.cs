using System.Globalization;
using Jammi.Sql.Types;

namespace Jammi.Sql.Expressions;

/// <summary>Expressions as SQL-like text for EXPLAIN and error messages.</summary>
internal static class ExpressionPrinter
{
    const int LongestText = 40;

    public static string Print(Expression expression) => expression switch
    {
        ColumnExpression e => e.Name,
        OuterColumnExpression e => $"outer.{e.Name}",
        ConstantExpression e => Print(e.Value),
        ParameterExpression e => string.IsNullOrEmpty(e.Name) ? string.Create(CultureInfo.InvariantCulture, $"${e.Slot + 1}") : "@" + e.Name,
        CallExpression { Arguments.Count: 2 } e when !char.IsLetter(e.Function.Name[0]) => $"({Print(e.Arguments[0])} {e.Function.Name} {Print(e.Arguments[1])})",
        CallExpression e => $"{e.Function.Name}({string.Join(", ", e.Arguments.Select(Print))})",
        CastExpression e => $"{(e.Try ? "try_cast" : "cast")}({Print(e.Operand)} as {e.Target})",
        ComparisonExpression e => $"{Print(e.Left)} {Symbol(e.Operator)} {Print(e.Right)}",
        LogicalExpression e => $"({string.Join(e.IsAnd ? " and " : " or ", e.Operands.Select(Print))})",
        NotExpression e => $"not {Print(e.Operand)}",
        IsNullExpression e => $"{Print(e.Operand)} is {(e.Negated ? "not " : string.Empty)}null",
        InListExpression e => $"{Print(e.Operand)} {(e.Negated ? "not " : string.Empty)}in ({(e.Items.Count <= 8 ? string.Join(", ", e.Items.Select(Print)) : $"{e.Items.Count} values")})",
        CaseExpression e => $"case {string.Join(' ', e.Conditions.Zip(e.Results, (c, r) => $"when {Print(c)} then {Print(r)}"))} else {Print(e.Otherwise)} end",
        CoalesceExpression e => $"coalesce({string.Join(", ", e.Operands.Select(Print))})",
        _ => expression.GetType().Name,
    };

    public static string Print(ScalarValue value) => value.ToObject() switch
    {
        null => "null",
        string text => $"'{(text.Length > LongestText ? string.Concat(text.AsSpan(0, LongestText), "…") : text).Replace("'", "''", StringComparison.Ordinal)}'",
        float[] vector => string.Create(CultureInfo.InvariantCulture, $"[{vector.Length} numbers]"),
        byte[] bytes => string.Create(CultureInfo.InvariantCulture, $"[{bytes.Length} bytes]"),
        object?[] items => string.Create(CultureInfo.InvariantCulture, $"[{items.Length} items]"),
        bool truth => truth ? "true" : "false",
        DateOnly date => $"'{date:yyyy-MM-dd}'",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        var other => other.ToString()!,
    };

    static string Symbol(ComparisonOperator op) => op switch
    {
        ComparisonOperator.Equal => "=",
        ComparisonOperator.NotEqual => "<>",
        ComparisonOperator.Less => "<",
        ComparisonOperator.LessOrEqual => "<=",
        ComparisonOperator.Greater => ">",
        ComparisonOperator.GreaterOrEqual => ">=",
        ComparisonOperator.NotDistinct => "is not distinct from",
        _ => "is distinct from",
    };
}
