using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Evaluation;

/// <summary>Turns a bound expression into its evaluator: one switch, one evaluator per kind of expression.</summary>
internal static class ExpressionCompiler
{
    public static Evaluator Compile(Expression expression) => expression switch
    {
        ColumnExpression e => new ColumnEvaluator(e.Index),
        OuterColumnExpression e => new OuterColumnEvaluator(e.Depth, e.Index),
        ConstantExpression e => new ConstantValueEvaluator(e.Value),
        ParameterExpression e => new ParameterEvaluator(e.Slot, e.Type),
        CallExpression e => new CallEvaluator(e),
        CastExpression e => new CastEvaluator(Compile(e.Operand), e.Operand.Type, e.Target, e.Try),
        ComparisonExpression e => new ComparisonEvaluator(e.Operator, e.Left.Type, Compile(e.Left), Compile(e.Right)),
        LogicalExpression e => new LogicalEvaluator(e.IsAnd, CompileAll(e.Operands)),
        NotExpression e => new NotEvaluator(Compile(e.Operand)),
        IsNullExpression e => new IsNullEvaluator(Compile(e.Operand), e.Negated),
        InListExpression e => new InListEvaluator(e),
        CaseExpression e => new CaseEvaluator(CompileAll(e.Conditions), CompileAll(e.Results), Compile(e.Otherwise), e.Type),
        CoalesceExpression e => new CoalesceEvaluator(CompileAll(e.Operands), e.Type),
        _ => throw new SqlException(SqlErrorCode.Internal, $"{expression.GetType().Name} has no evaluator."),
    };

    public static Evaluator[] CompileAll(ValueList<Expression> expressions)
    {
        var evaluators = new Evaluator[expressions.Count];
        for (int i = 0; i < evaluators.Length; i++)
        {
            evaluators[i] = Compile(expressions[i]);
        }

        return evaluators;
    }
}
