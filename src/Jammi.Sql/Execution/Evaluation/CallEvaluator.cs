using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Evaluation;

/// <summary>
/// Calls a scalar function: once a run when its arguments are constant and it is not volatile, once per distinct arguments when it asks to be memoised,
/// else over the whole batch.
/// </summary>
internal sealed class CallEvaluator : Evaluator
{
    readonly ScalarFunction function;
    readonly ScalarBinding binding;
    readonly Evaluator[] arguments;
    readonly bool memoize;
    readonly string? counted;
    ScalarValue[]? lastConstants;
    IArrowArray? lastResult;

    public CallEvaluator(CallExpression call)
    {
        function = call.Function;
        binding = call.Binding;
        arguments = ExpressionCompiler.CompileAll(call.Arguments);
        memoize = function.Traits.Memoize && function.Traits.Volatility != Volatility.Volatile;
        counted = function.Traits.CostPerRow >= ExpressionColumns.Expensive ? $"{function.Name} inputs" : null;
    }

    public override ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context)
    {
        var values = new ColumnarValue[arguments.Length];
        bool constant = true;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = arguments[i].Evaluate(batch, context);
            constant &= values[i].IsConstant;
        }

        if (constant && function.Traits.Volatility != Volatility.Volatile)
        {
            return ColumnarValue.Constant(EvaluateConstant(values, context));
        }

        return ColumnarValue.Column(memoize ? EvaluateDistinct(values, batch.Count, context) : Call(values, batch.Count, context));
    }

    IArrowArray Call(ColumnarValue[] values, int count, ExecutionContext context)
    {
        if (counted is not null)
        {
            context.OperatorMetrics?.Add(counted, count);
        }

        return binding.Kernel(values, count, context);
    }

    IArrowArray EvaluateConstant(ColumnarValue[] values, ExecutionContext context)
    {
        bool same = lastConstants is not null;
        for (int i = 0; same && i < values.Length; i++)
        {
            same = ReferenceEquals(lastConstants![i].Array, values[i].Array);
        }

        if (!same)
        {
            lastResult = memoize ? EvaluateDistinct(values, 1, context) : Call(values, 1, context);
            lastConstants = [.. values.Select((v, i) => new ScalarValue(ParameterType(i), v.Array))];
        }

        return lastResult!;
    }

    SqlType ParameterType(int argument) => binding.ParameterTypes[Math.Min(argument, binding.ParameterTypes.Count - 1)];

    /// <summary>Runs the kernel over the arguments that the run has not met, each once.</summary>
    IArrowArray EvaluateDistinct(ColumnarValue[] values, int count, ExecutionContext context)
    {
        int[] varying = [.. Enumerable.Range(0, values.Length).Where(i => !values[i].IsConstant)];
        CallMemo memo = context.CallResults.Of(function, binding, values.Select((v, i) => v.IsConstant ? new ScalarValue(ParameterType(i), v.Array) : null).ToValueList());
        lock (memo.Gate)
        {
            var keys = new ValueList<ScalarValue>[count];
            var parts = new IArrowArray?[count];
            var missing = new Dictionary<ValueList<ScalarValue>, int>();
            var missingRows = new List<int>();
            for (int row = 0; row < count; row++)
            {
                keys[row] = varying.Select(i => new ScalarValue(ParameterType(i), TakeKernels.Slice(values[i].Array, row, 1))).ToValueList();
                parts[row] = memo.Find(keys[row]);
                if (parts[row] is null && missing.TryAdd(keys[row], missingRows.Count))
                {
                    missingRows.Add(row);
                }
            }

            if (missingRows.Count > 0)
            {
                int[] rows = [.. missingRows];
                IArrowArray computed = Call([.. values.Select(v => v.IsConstant ? v : ColumnarValue.Column(TakeKernels.Take(v.Array, rows)))], rows.Length, context);
                memo.Reserve(rows.Length);
                for (int i = 0; i < rows.Length; i++)
                {
                    memo.Add(keys[rows[i]], TakeKernels.Slice(computed, i, 1));
                }

                for (int row = 0; row < count; row++)
                {
                    parts[row] ??= TakeKernels.Slice(computed, missing[keys[row]], 1);
                }
            }

            return TakeKernels.Concat(parts!);
        }
    }
}
