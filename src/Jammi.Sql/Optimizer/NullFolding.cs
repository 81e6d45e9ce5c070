using Jammi.Sql.Execution;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Optimizer;

/// <summary>
/// What NULL decides alone. Arithmetic and comparisons with a NULL are NULL, and arithmetic is NULL only where an operand is (or a divisor is zero):
/// in both cases the rest, which might fail, need not be computed.
/// </summary>
internal static class NullFolding
{
    /// <summary>The NULL that an operation over a constant NULL gives, else null.</summary>
    public static ConstantExpression? NullResult(Expression expression)
    {
        bool strict = expression switch
        {
            ComparisonExpression { Operator: < ComparisonOperator.NotDistinct } => true,
            InListExpression { Items.Count: > 0, Operand: ConstantExpression { Value.IsNull: true } } => true,
            CallExpression call => IsArithmetic(call),
            _ => false,
        };
        if (!strict || expression is not InListExpression && !HasNullOperand(expression))
        {
            return null;
        }

        return new(ScalarValue.NullOf(expression.Type));
    }

    /// <summary>IS [NOT] NULL of arithmetic is that of its operands.</summary>
    public static Expression Simplify(IsNullExpression test) => Test(test.Operand, test.Negated);

    /// <summary>Whether a condition can hold in some row, as far as its constants tell.</summary>
    public static bool CanBe(bool truth, Expression condition) => condition switch
    {
        ConstantExpression { Value: var value } => !value.IsNull && value.ToObject() is bool actual && actual == truth,
        NotExpression not => CanBe(!truth, not.Operand),
        LogicalExpression logical when logical.IsAnd == truth => logical.Operands.All(o => CanBe(truth, o)),
        LogicalExpression logical => logical.Operands.Any(o => CanBe(truth, o)),
        _ => true,
    };

    static Expression Test(Expression operand, bool negated)
    {
        switch (operand)
        {
            case ConstantExpression constant:
                return Constant(constant.Value.IsNull != negated);
            case { Nullable: false } when !ExpressionColumns.IsVolatile(operand):
                return Constant(negated);
            case CastExpression { Try: false } cast when cast.Type.IsNumeric && cast.Operand.Type.IsNumeric:
                return Test(cast.Operand, negated);
            case CallExpression call when IsArithmetic(call) && (!call.Binding.MayReturnNull || IsIntegerDivision(call)):
                List<Expression> tests = [.. call.Arguments.Select(a => Test(a, negated))];
                if (call.Binding.MayReturnNull)
                {
                    tests.Add(IsZero(call.Arguments[1], negated));
                }

                return ConstantFolding.Fold(tests.Count == 1 ? tests[0] : new LogicalExpression(IsAnd: negated, tests.ToValueList()));
            default:
                return new IsNullExpression(operand, negated);
        }
    }

    static ComparisonExpression IsZero(Expression divisor, bool negated)
    {
        var zero = new CastExpression(new ConstantExpression(ScalarValue.From(0)), divisor.Type, Try: false);
        return new(negated ? ComparisonOperator.NotEqual : ComparisonOperator.Equal, divisor, ConstantFolding.Fold(zero));
    }

    static bool IsIntegerDivision(CallExpression call) => call.Function.Name is "/" or "%" && call.Type.IsInteger && call.Arguments.All(a => a.Type.IsInteger);

    static bool IsArithmetic(CallExpression call) =>
        call.Function.Name is "+" or "-" or "*" or "/" or "%" && call.Type.IsNumeric && call.Arguments.All(a => a.Type.IsNumeric || a.Type.Kind == SqlTypeKind.Null);

    static bool HasNullOperand(Expression expression)
    {
        for (int i = 0; i < expression.ChildCount; i++)
        {
            if (expression.Child(i) is ConstantExpression { Value.IsNull: true })
            {
                return true;
            }
        }

        return false;
    }

    static ConstantExpression Constant(bool truth) => new(ScalarValue.From(truth));
}
