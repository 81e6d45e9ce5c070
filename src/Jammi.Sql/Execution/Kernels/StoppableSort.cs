using System.Runtime.ExceptionServices;

namespace Jammi.Sql.Execution.Kernels;

/// <summary>A sort in place that looks at its token now and then: of millions of items it takes seconds.</summary>
internal static class StoppableSort
{
    const uint ComparisonsBetweenChecks = 1 << 16;

    public static void Sort<T>(Span<T> items, Comparison<T> compare, CancellationToken cancellation)
    {
        uint comparisons = 0;
        try
        {
            items.Sort((left, right) =>
            {
                if (++comparisons % ComparisonsBetweenChecks == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                }

                return compare(left, right);
            });
        }
        catch (InvalidOperationException error) when (error.InnerException is OperationCanceledException stopped)
        {
            // The sort wraps whatever a comparison throws.
            ExceptionDispatchInfo.Throw(stopped);
        }
    }
}
