using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Kernels;

/// <summary>Writes one row of a text result; the row is closed by the caller.</summary>
internal delegate void WriteRow<T>(T value, BytesBuilder output);

/// <summary>
/// The loops of functions whose work on a row outweighs the call to it: NULL in, NULL out, and the function sees the other rows only. Where the
/// call would count, <see cref="ScalarKernels"/> takes the operation as a type instead.
/// </summary>
internal static class RowKernels
{
    public static ScalarKernel Map<TIn, TOut>(SqlType type, Func<TIn, TOut> compute)
        where TIn : unmanaged
        where TOut : unmanaged => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Of(arguments[0], count);
        var input = new FixedColumn<TIn>(arguments[0]);
        byte[] buffer = Columns.Allocate(count, out Span<TOut> output);
        for (int row = 0; row < count; row++)
        {
            output[row] = nulls.IsValid(row) ? compute(input[row]) : default;
        }

        return Columns.Wrap(type, count, buffer, nulls);
    };

    public static ScalarKernel Map<TFirst, TSecond, TOut>(SqlType type, Func<TFirst, TSecond, TOut> compute)
        where TFirst : unmanaged
        where TSecond : unmanaged
        where TOut : unmanaged => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var first = new FixedColumn<TFirst>(arguments[0]);
        var second = new FixedColumn<TSecond>(arguments[1]);
        byte[] buffer = Columns.Allocate(count, out Span<TOut> output);
        for (int row = 0; row < count; row++)
        {
            output[row] = nulls.IsValid(row) ? compute(first[row], second[row]) : default;
        }

        return Columns.Wrap(type, count, buffer, nulls);
    };

    public static ScalarKernel Map<TFirst, TSecond, TThird, TOut>(SqlType type, Func<TFirst, TSecond, TThird, TOut> compute)
        where TFirst : unmanaged
        where TSecond : unmanaged
        where TThird : unmanaged
        where TOut : unmanaged => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Any(arguments, count);
        var first = new FixedColumn<TFirst>(arguments[0]);
        var second = new FixedColumn<TSecond>(arguments[1]);
        var third = new FixedColumn<TThird>(arguments[2]);
        byte[] buffer = Columns.Allocate(count, out Span<TOut> output);
        for (int row = 0; row < count; row++)
        {
            output[row] = nulls.IsValid(row) ? compute(first[row], second[row], third[row]) : default;
        }

        return Columns.Wrap(type, count, buffer, nulls);
    };

    public static ScalarKernel ToText<T>(WriteRow<T> write)
        where T : unmanaged => (arguments, count, _) =>
    {
        NullMask nulls = NullMask.Of(arguments[0], count);
        var input = new FixedColumn<T>(arguments[0]);
        var output = new BytesBuilder(count);
        for (int row = 0; row < count; row++)
        {
            if (nulls.IsValid(row))
            {
                write(input[row], output);
            }

            output.EndRow();
        }

        return output.Build(SqlType.Text, nulls);
    };
}
