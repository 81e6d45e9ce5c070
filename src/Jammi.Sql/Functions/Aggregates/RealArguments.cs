using Apache.Arrow;
using Jammi.Sql.Expressions;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Aggregates;

/// <summary>Arguments and results of aggregates that compute in DOUBLE.</summary>
internal static class RealArguments
{
    /// <summary>Whether there are exactly <paramref name="count"/> arguments, all numbers.</summary>
    public static bool Bind(IReadOnlyList<Expression> arguments, int count) =>
        arguments.Count == count && arguments.All(a => a.Type.IsNumeric || a.Type.Kind == SqlTypeKind.Null);

    /// <summary>One number, or NULL, for each group's state.</summary>
    public static IArrowArray Results<T>(ReadOnlySpan<T> states, Func<T, double?> finish)
    {
        NullMask nulls = NullMask.None(states.Length);
        byte[] buffer = Columns.Allocate(states.Length, out Span<double> output);
        for (int i = 0; i < states.Length; i++)
        {
            double? result = finish(states[i]);
            output[i] = result.GetValueOrDefault();
            if (result is null)
            {
                nulls.SetNull(i);
            }
        }

        return Columns.Wrap(SqlType.Double, states.Length, buffer, nulls);
    }
}
