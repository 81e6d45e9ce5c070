using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Operators;

/// <summary>+ - * / % over numbers, dates and times, and vectors: chooses the operands' common type and its kernel.</summary>
internal static class ArithmeticOperators
{
    const string Category = "Arithmetic";

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new GenericFunction("+", new(Category, "a + b", "Sum of numbers; a date or timestamp moved on by days or an interval; vectors add element by element. Integer overflow is an error.", "1 + 2", "3"), a => Bind('+', a)),
        new GenericFunction("-", new(Category, "a - b, -a", "Difference of numbers, or a number's negative; two dates differ by days, two timestamps by an interval.", "DATE '2020-03-01' - DATE '2020-02-01'", "29"), a => Bind('-', a)),
        new GenericFunction("*", new(Category, "a * b", "Product of numbers; of an interval and a number; of vectors element by element.", "6 * 7", "42"), a => Bind('*', a)),
        new GenericFunction("/", new(Category, "a / b", "Quotient: of integers truncated to an integer, else DOUBLE (REAL for REALs). NULL when b is 0.", "7 / 2", "3"), a => Bind('/', a)),
        new GenericFunction("%", new(Category, "a % b", "Remainder, with the sign of a. NULL when b is 0.", "-7 % 3", "-1"), a => Bind('%', a)) { Synonyms = ["mod"] },
    ];

    /// <summary>A numeric operator over operands of any two numeric types; for functions that are written like an operator too.</summary>
    static ScalarBinding? Bind(char symbol, IReadOnlyList<Expression> arguments)
    {
        if (arguments.Count == 1)
        {
            return symbol is '+' or '-' ? Sign(symbol, arguments[0]) : null;
        }

        if (arguments.Count != 2)
        {
            return null;
        }

        (SqlType left, SqlType right) = OperandTypes(arguments[0], arguments[1]);
        if (left.IsNumeric && right.IsNumeric)
        {
            return Numeric(symbol, left, right);
        }

        if (left.IsVector || right.IsVector)
        {
            return VectorArithmetic.Bind(symbol, arguments[0], arguments[1]);
        }

        IReadOnlyList<Overload> temporal = symbol switch
        {
            '+' => TemporalArithmetic.Addition,
            '-' => TemporalArithmetic.Subtraction,
            '*' => TemporalArithmetic.Multiplication,
            '/' => TemporalArithmetic.Division,
            _ => [],
        };
        return OverloadResolution.Bind(IsSpanOfParameter(arguments) ? [.. temporal.Where(o => o.Parameters.All(p => p.Kind == SqlTypeKind.Interval))] : temporal, arguments);
    }

    /// <summary>A TimeSpan of less than a day comes as a TIME; beside an interval it is one, as a longer one would be.</summary>
    static bool IsSpanOfParameter(IReadOnlyList<Expression> operands) =>
        operands.Any(o => o is ParameterExpression { Type.Kind: SqlTypeKind.Time }) && operands.Any(o => o.Type.Kind == SqlTypeKind.Interval);

    /// <summary>NULL and a text literal take the type of the other operand where that is a number; two NULLs are integers.</summary>
    static (SqlType Left, SqlType Right) OperandTypes(Expression left, Expression right)
    {
        SqlType leftType = Untyped(left) && right.Type.IsNumeric ? right.Type : left.Type;
        SqlType rightType = Untyped(right) && left.Type.IsNumeric ? left.Type : right.Type;
        return leftType.Kind == SqlTypeKind.Null && rightType.Kind == SqlTypeKind.Null ? (SqlType.Integer, SqlType.Integer) : (leftType, rightType);
    }

    static bool Untyped(Expression expression) => expression.Type.Kind == SqlTypeKind.Null || OverloadResolution.IsTextLiteral(expression);

    static ScalarBinding Numeric(char symbol, SqlType left, SqlType right)
    {
        bool divides = symbol is '/' or '%';
        SqlType common = TypeCoercion.CommonType(left, right)!;
        if (common.Kind == SqlTypeKind.Decimal && symbol != '/')
        {
            if (Decimal(symbol, TypeCoercion.AsDecimal(left), TypeCoercion.AsDecimal(right)) is { } binding)
            {
                return binding;
            }

            common = SqlType.Double;
        }

        if (common.Kind == SqlTypeKind.Decimal)
        {
            common = SqlType.Double;
        }

        ScalarKernel kernel = common.IsFloating ? FloatArithmetic.Binary(symbol, common) : IntegerArithmetic.Binary(symbol, common);
        return new(common, [common, common], kernel) { MayReturnNull = divides };
    }

    static ScalarBinding? Decimal(char symbol, SqlType left, SqlType right)
    {
        switch (symbol)
        {
            case '*':
                return DecimalArithmetic.ProductType(left, right) is { } product ? new(product, [left, right], DecimalArithmetic.Product(left, right, product)) : null;
            case '%':
                SqlType remainder = DecimalArithmetic.RemainderType(left, right);
                return new(remainder, [left, right], DecimalArithmetic.Remainder(left, right, remainder)) { MayReturnNull = true };
            default:
                SqlType sum = DecimalArithmetic.SumType(left, right);
                return new(sum, [left, right], DecimalArithmetic.Sum(symbol == '-', left, right, sum));
        }
    }

    static ScalarBinding? Sign(char symbol, Expression operand)
    {
        SqlType type = operand.Type.Kind switch
        {
            SqlTypeKind.Null => SqlType.Integer,
            SqlTypeKind.Text when OverloadResolution.IsTextLiteral(operand) => SqlType.Double,
            // The negative of an unsigned number needs a signed type.
            SqlTypeKind.UTinyInt => SqlType.SmallInt,
            SqlTypeKind.USmallInt => SqlType.Integer,
            SqlTypeKind.UInteger => SqlType.BigInt,
            SqlTypeKind.UBigInt => SqlType.Decimal(20, 0),
            _ => operand.Type,
        };
        if (!type.IsNumeric && type.Kind != SqlTypeKind.Interval)
        {
            return null;
        }

        if (symbol == '+')
        {
            return new(type, [type], (arguments, _, _) => arguments[0].Array);
        }

        ScalarKernel kernel = type.Kind switch
        {
            SqlTypeKind.Decimal => DecimalArithmetic.Negate(type),
            SqlTypeKind.Interval => TemporalArithmetic.NegateInterval,
            _ => type.IsFloating ? FloatArithmetic.Negate(type) : IntegerArithmetic.Negate(type),
        };
        return new(type, [type], kernel);
    }
}
