using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Plans;
using Jammi.Sql.Types;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// Computes what needs no row, simplifies AND, OR and NOT, and takes filters away that always or never hold. An expression whose evaluation fails
/// is left as it is: its error belongs to the run, and only if a row reaches it.
/// </summary>
internal sealed class ConstantFolding : IOptimizerRule
{
    public string Name => "constant folding";

    public LogicalPlan Rewrite(LogicalPlan plan) => plan.Transform(node => Prune(node.MapExpressions(Fold)));

    static LogicalPlan Prune(LogicalPlan plan)
    {
        if (plan is not LogicalFilter filter)
        {
            return plan;
        }

        return filter.Condition is ConstantExpression { Value: var value } && IsTrue(value) ? filter.Input
            : NullFolding.CanBe(true, filter.Condition) ? plan
            : new LogicalValues(filter.Schema, default);
    }

    public static Expression Fold(Expression expression) => expression.Transform(Simplify);

    static Expression Simplify(Expression expression) => expression switch
    {
        LeafExpression => expression,
        LogicalExpression logical => Simplify(logical),
        NotExpression { Operand: NotExpression inner } => inner.Operand,
        NotExpression { Operand: IsNullExpression test } => test with { Negated = !test.Negated },
        NotExpression { Operand: InListExpression list } => list with { Negated = !list.Negated },
        IsNullExpression test => NullFolding.Simplify(test),
        CaseExpression branches => Simplify(branches),
        _ when NullFolding.NullResult(expression) is { } result => result,
        ComparisonExpression comparison => Evaluate(DateComparison.Simplify(comparison)),
        CallExpression { Function.Traits.Volatility: not Volatility.Immutable } => expression,
        _ => Evaluate(expression),
    };

    static Expression Evaluate(Expression expression)
    {
        for (int i = 0; i < expression.ChildCount; i++)
        {
            if (expression.Child(i) is not ConstantExpression)
            {
                return expression;
            }
        }

        try
        {
            return new ConstantExpression(ConstantEvaluator.Evaluate(expression, PlanningContext.Instance));
        }
        catch (SqlException)
        {
            return expression;
        }
    }

    /// <summary>Drops operands that do not matter, and decides where one decides. Equal operands are kept once, parts common to all of OR stand before it.</summary>
    static Expression Simplify(LogicalExpression logical)
    {
        var operands = new List<Expression>();
        foreach (Expression operand in Flatten(logical))
        {
            if (operand is ConstantExpression { Value: { IsNull: false } value })
            {
                if (IsTrue(value) != logical.IsAnd)
                {
                    return operand;
                }
            }
            else if (!operands.Exists(o => ExpressionEquality.AreSame(o, operand)))
            {
                operands.Add(operand);
            }
        }

        return operands.Count switch
        {
            0 => logical.IsAnd ? True : False,
            1 => operands[0],
            _ when operands.TrueForAll(o => o is ConstantExpression) => Evaluate(logical with { Operands = operands.ToValueList() }),
            _ => logical.IsAnd ? new LogicalExpression(true, operands.ToValueList()) : FactorCommon(operands),
        };
    }

    static IEnumerable<Expression> Flatten(LogicalExpression logical)
    {
        foreach (Expression operand in logical.Operands)
        {
            if (operand is LogicalExpression inner && inner.IsAnd == logical.IsAnd)
            {
                foreach (Expression part in inner.Operands)
                {
                    yield return part;
                }
            }
            else
            {
                yield return operand;
            }
        }
    }

    /// <summary>(a AND b) OR (a AND c) is a AND (b OR c): a may then be a join's key.</summary>
    static LogicalExpression FactorCommon(List<Expression> operands)
    {
        List<List<Expression>> branches = [.. operands.Select(Conjuncts.Split)];
        List<Expression> common = branches[0].FindAll(part => branches.TrueForAll(b => b.Exists(o => ExpressionEquality.AreSame(o, part))));
        if (common.Count == 0)
        {
            return new(false, operands.ToValueList());
        }

        foreach (List<Expression> branch in branches)
        {
            branch.RemoveAll(part => common.Exists(c => ExpressionEquality.AreSame(c, part)));
        }

        // A branch that is only the common part makes the rest of the OR irrelevant.
        if (!branches.Exists(b => b.Count == 0))
        {
            common.Add(new LogicalExpression(false, branches.Select(b => Conjuncts.Combine(b)!).ToValueList()));
        }

        return common.Count == 1 && common[0] is LogicalExpression only ? only : new(true, common.ToValueList());
    }

    static Expression Simplify(CaseExpression branches)
    {
        var conditions = new List<Expression>();
        var results = new List<Expression>();
        Expression otherwise = branches.Otherwise;
        for (int i = 0; i < branches.Conditions.Count; i++)
        {
            if (branches.Conditions[i] is ConstantExpression constant)
            {
                if (!IsTrue(constant.Value))
                {
                    continue;
                }

                otherwise = branches.Results[i];
                break;
            }

            conditions.Add(branches.Conditions[i]);
            results.Add(branches.Results[i]);
        }

        return conditions.Count == 0 ? otherwise : new CaseExpression(conditions.ToValueList(), results.ToValueList(), otherwise);
    }

    static bool IsTrue(ScalarValue value) => !value.IsNull && value.ToObject() is true;

    static ConstantExpression True { get; } = new(ScalarValue.From(true));

    static ConstantExpression False { get; } = new(ScalarValue.From(false));
}
