using System.Runtime.CompilerServices;
using Apache.Arrow;
using Jammi.Sql.Execution;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Kernels;

/// <summary>An operation on one value that always has a result.</summary>
internal interface IUnaryOperation<TIn, TOut>
{
    static abstract TOut Invoke(TIn value);
}

/// <summary>An operation on two values that always has a result.</summary>
internal interface IBinaryOperation<TLeft, TRight, TOut>
{
    static abstract TOut Invoke(TLeft left, TRight right);
}

/// <summary>An operation that may have no result: then <see cref="Failure"/> gives the error, or null where the result is NULL.</summary>
internal interface ICheckedUnaryOperation<TIn, TOut>
{
    static abstract bool TryInvoke(TIn value, out TOut result);

    static abstract SqlException? Failure(TIn value);
}

/// <inheritdoc cref="ICheckedUnaryOperation{TIn, TOut}"/>
internal interface ICheckedBinaryOperation<TLeft, TRight, TOut>
{
    static abstract bool TryInvoke(TLeft left, TRight right, out TOut result);

    static abstract SqlException? Failure(TLeft left, TRight right);
}

/// <summary>
/// The loops of scalar functions over fixed-width columns, written once; operations are static members of structs, so that the JIT compiles each
/// loop for its operation. BOOLEAN columns are bytes of 0 and 1 here.
/// </summary>
internal static class ScalarKernels
{
    public static ScalarKernel Unary<TOperation, TIn, TOut>(SqlType type)
        where TOperation : struct, IUnaryOperation<TIn, TOut>
        where TIn : unmanaged
        where TOut : unmanaged =>
        (arguments, count, _) =>
        {
            var input = new FixedColumn<TIn>(arguments[0]);
            byte[] buffer = Columns.Allocate(count, out Span<TOut> output);
            if (input.IsConstant)
            {
                output.Fill(TOperation.Invoke(input[0]));
            }
            else
            {
                ReadOnlySpan<TIn> values = input.Values;
                for (int i = 0; i < values.Length && i < output.Length; i++)
                {
                    output[i] = TOperation.Invoke(values[i]);
                }
            }

            return Columns.Wrap(type, count, buffer, NullMask.Of(arguments[0], count));
        };

    public static ScalarKernel Binary<TOperation, TLeft, TRight, TOut>(SqlType type)
        where TOperation : struct, IBinaryOperation<TLeft, TRight, TOut>
        where TLeft : unmanaged
        where TRight : unmanaged
        where TOut : unmanaged =>
        (arguments, count, _) =>
        {
            var left = new FixedColumn<TLeft>(arguments[0]);
            var right = new FixedColumn<TRight>(arguments[1]);
            byte[] buffer = Columns.Allocate(count, out Span<TOut> output);
            if (right.IsConstant)
            {
                TRight constant = right[0];
                for (int i = 0; i < output.Length; i++)
                {
                    output[i] = TOperation.Invoke(left[i], constant);
                }
            }
            else
            {
                ReadOnlySpan<TRight> rights = right.Values[..output.Length];
                for (int i = 0; i < rights.Length; i++)
                {
                    output[i] = TOperation.Invoke(left[i], rights[i]);
                }
            }

            return Columns.Wrap(type, count, buffer, NullMask.Any(arguments, count));
        };

    public static ScalarKernel CheckedUnary<TOperation, TIn, TOut>(SqlType type)
        where TOperation : struct, ICheckedUnaryOperation<TIn, TOut>
        where TIn : unmanaged
        where TOut : unmanaged =>
        (arguments, count, _) =>
        {
            var input = new FixedColumn<TIn>(arguments[0]);
            NullMask nulls = NullMask.Of(arguments[0], count);
            byte[] buffer = Columns.Allocate(count, out Span<TOut> output);
            for (int i = 0; i < output.Length; i++)
            {
                if (!TOperation.TryInvoke(input[i], out output[i]) && nulls.IsValid(i))
                {
                    nulls.SetNullOrThrow(i, TOperation.Failure(input[i]));
                }
            }

            return Columns.Wrap(type, count, buffer, nulls);
        };

    public static ScalarKernel CheckedBinary<TOperation, TLeft, TRight, TOut>(SqlType type)
        where TOperation : struct, ICheckedBinaryOperation<TLeft, TRight, TOut>
        where TLeft : unmanaged
        where TRight : unmanaged
        where TOut : unmanaged =>
        (arguments, count, _) =>
        {
            var left = new FixedColumn<TLeft>(arguments[0]);
            var right = new FixedColumn<TRight>(arguments[1]);
            NullMask nulls = NullMask.Any(arguments, count);
            byte[] buffer = Columns.Allocate(count, out Span<TOut> output);
            for (int i = 0; i < output.Length; i++)
            {
                if (!TOperation.TryInvoke(left[i], right[i], out output[i]) && nulls.IsValid(i))
                {
                    nulls.SetNullOrThrow(i, TOperation.Failure(left[i], right[i]));
                }
            }

            return Columns.Wrap(type, count, buffer, nulls);
        };

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void SetNullOrThrow(this NullMask nulls, int row, SqlException? failure)
    {
        if (failure is not null)
        {
            throw failure;
        }

        nulls.SetNull(row);
    }
}
