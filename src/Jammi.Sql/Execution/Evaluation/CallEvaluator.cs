using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Evaluation;

/// <summary>
/// Calls a scalar function: once a run when its arguments are constant and it is not volatile, once per distinct argument when it asks to be memoised,
/// else over the whole batch.
/// </summary>
internal sealed class CallEvaluator : Evaluator
{
    const int MemoCapacity = 65_536;

    readonly ScalarFunction function;
    readonly ScalarBinding binding;
    readonly Evaluator[] arguments;
    readonly Dictionary<ScalarValue, IArrowArray>? memo;
    ScalarValue[]? lastConstants;
    IArrowArray? lastResult;

    public CallEvaluator(CallExpression call)
    {
        function = call.Function;
        binding = call.Binding;
        arguments = ExpressionCompiler.CompileAll(call.Arguments);
        memo = function.Traits.Memoize ? [] : null;
    }

    public override ColumnarValue Evaluate(ColumnBatch batch, ExecutionContext context)
    {
        var values = new ColumnarValue[arguments.Length];
        bool constant = function.Traits.Volatility != Volatility.Volatile;
        int columns = 0;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = arguments[i].Evaluate(batch, context);
            constant &= values[i].IsConstant;
            columns += values[i].IsConstant ? 0 : 1;
        }

        if (constant)
        {
            return ColumnarValue.Constant(EvaluateConstant(values, context));
        }

        return ColumnarValue.Column(memo is not null && columns == 1 ? EvaluateDistinct(values, batch.Count, context) : binding.Kernel(values, batch.Count, context));
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
            lastResult = binding.Kernel(values, 1, context);
            lastConstants = [.. values.Select((v, i) => new ScalarValue(binding.ParameterTypes[Math.Min(i, binding.ParameterTypes.Count - 1)], v.Array))];
        }

        return lastResult!;
    }

    /// <summary>Runs the kernel over the distinct values of the one varying argument only.</summary>
    IArrowArray EvaluateDistinct(ColumnarValue[] values, int count, ExecutionContext context)
    {
        int varying = System.Array.FindIndex(values, v => !v.IsConstant);
        SqlType type = binding.ParameterTypes[Math.Min(varying, binding.ParameterTypes.Count - 1)];
        IArrowArray column = values[varying].Array;
        var keys = new ScalarValue[count];
        var missing = new Dictionary<ScalarValue, int>();
        var missingRows = new List<int>();
        for (int row = 0; row < count; row++)
        {
            keys[row] = new ScalarValue(type, TakeKernels.Slice(column, row, 1));
            if (!memo!.ContainsKey(keys[row]) && missing.TryAdd(keys[row], missingRows.Count))
            {
                missingRows.Add(row);
            }
        }

        if (missingRows.Count > 0)
        {
            IArrowArray distinct = TakeKernels.Take(column, [.. missingRows]);
            values[varying] = ColumnarValue.Column(distinct);
            IArrowArray computed = binding.Kernel(values, missingRows.Count, context);
            if (memo!.Count + missing.Count > MemoCapacity)
            {
                memo.Clear();
                if (missing.Count < keys.Distinct().Count())
                {
                    // What was just cleared is needed again: compute the rest of this batch plainly.
                    values[varying] = ColumnarValue.Column(column);
                    return binding.Kernel(values, count, context);
                }
            }

            foreach ((ScalarValue key, int index) in missing)
            {
                // The key owns its bytes: the batch it was sliced from may be unmapped later.
                memo[new ScalarValue(type, TakeKernels.Take(distinct, [index]))] = TakeKernels.Slice(computed, index, 1);
            }
        }

        var parts = new IArrowArray[count];
        for (int row = 0; row < count; row++)
        {
            parts[row] = memo![keys[row]];
        }

        return TakeKernels.Concat(parts);
    }
}
