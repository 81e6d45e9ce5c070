using Jammi.Sql.Expressions;

namespace Jammi.Sql.Optimizer;

/// <summary>Whether a condition cannot be TRUE in a row where certain columns are all NULL: what makes an outer join an inner one.</summary>
internal static class NullRejection
{
    public static bool Rejects(Expression condition, Func<int, bool> isNull) => condition switch
    {
        LogicalExpression { IsAnd: true } and => and.Operands.Any(o => Rejects(o, isNull)),
        LogicalExpression or => or.Operands.All(o => Rejects(o, isNull)),
        IsNullExpression { Negated: true } test => IsNull(test.Operand, isNull),
        _ => IsNull(condition, isNull),
    };

    /// <summary>Whether the value is surely NULL. Calls are followed for operators only, which are all strict; a named function may make something of a NULL.</summary>
    static bool IsNull(Expression expression, Func<int, bool> isNull) => expression switch
    {
        ColumnExpression column => isNull(column.Index),
        CastExpression cast => IsNull(cast.Operand, isNull),
        NotExpression not => IsNull(not.Operand, isNull),
        ComparisonExpression { Operator: < ComparisonOperator.NotDistinct } comparison => IsNull(comparison.Left, isNull) || IsNull(comparison.Right, isNull),
        InListExpression { Items.Count: > 0 } list => IsNull(list.Operand, isNull),
        LogicalExpression logical => logical.Operands.All(o => IsNull(o, isNull)),
        CallExpression { Binding.NeverNull: false } call when !char.IsLetter(call.Function.Name[0]) || call.Function.Name is "like" or "ilike" => call.Arguments.Any(a => IsNull(a, isNull)),
        _ => false,
    };
}
