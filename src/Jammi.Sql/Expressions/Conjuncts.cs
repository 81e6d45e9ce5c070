using Jammi.Sql.Types;

namespace Jammi.Sql.Expressions;

/// <summary>Conditions as lists of parts that must all hold.</summary>
internal static class Conjuncts
{
    public static List<Expression> Split(Expression? condition)
    {
        var parts = new List<Expression>();
        Collect(condition, parts);
        return parts;
    }

    /// <summary>The condition that all parts hold; null when there is none.</summary>
    public static Expression? Combine(IReadOnlyList<Expression> parts) => parts.Count switch
    {
        0 => null,
        1 => parts[0],
        _ => new LogicalExpression(IsAnd: true, parts.ToValueList()),
    };

    static void Collect(Expression? condition, List<Expression> parts)
    {
        if (condition is LogicalExpression { IsAnd: true } and)
        {
            foreach (Expression operand in and.Operands)
            {
                Collect(operand, parts);
            }
        }
        else if (condition is not null)
        {
            parts.Add(condition);
        }
    }
}
