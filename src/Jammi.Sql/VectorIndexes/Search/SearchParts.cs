using System.Runtime.ExceptionServices;
using Jammi.Sql.VectorIndexes.Kernels;
using ExecutionContext = Jammi.Sql.Execution.ExecutionContext;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>Some groups of 64 rows of a block, for one thread to search.</summary>
/// <param name="BlockIndex">Of the block in the table.</param>
internal readonly record struct SearchPart(SearchBlock Block, int BlockIndex, int FirstGroup, int Groups);

/// <summary>
/// Cuts blocks into parts and has them worked on by several threads where there is enough to do. A thread has a state of its own; what states hold at the end is merged in any
/// order, so that a search may use only what does not depend on which thread did what.
/// </summary>
internal static class SearchParts
{
    /// <summary>Rows of a part, at most.</summary>
    public const int Rows = 8192;

    const int Groups = Rows / BitBlockKernel.BlockRows;

    public static SearchPart[] Of(IEnumerable<(SearchBlock Block, int Index)> blocks)
    {
        var parts = new List<SearchPart>();
        foreach ((SearchBlock block, int index) in blocks)
        {
            for (int group = 0; block.LiveCount > 0 && group < block.Live.Length; group += Groups)
            {
                parts.Add(new(block, index, group, Math.Min(Groups, block.Live.Length - group)));
            }
        }

        return [.. parts];
    }

    /// <param name="alone">Up to so many parts one thread does all.</param>
    public static void Run<TPart, TState>(TPart[] parts, int alone, int threads, ExecutionContext context, Func<TState> start, Action<TPart, TState> work, Action<TState> finish)
    {
        if (parts.Length <= Math.Max(1, alone) || threads == 1)
        {
            TState state = start();
            foreach (TPart part in parts)
            {
                context.ThrowIfCancelled();
                work(part, state);
            }

            finish(state);
            return;
        }

        FirstError(() => RunParallel(parts, threads, context, start, work, finish));
    }

    /// <summary>Does work for each of so many numbers, each by one thread.</summary>
    public static void Each(int count, int threads, ExecutionContext context, Action<int> work) =>
        FirstError(() => Parallel.For(0, count, new ParallelOptions { CancellationToken = context.Cancellation, MaxDegreeOfParallelism = threads }, work));

    static void FirstError(Action work)
    {
        try
        {
            work();
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }

    static void RunParallel<TPart, TState>(TPart[] parts, int threads, ExecutionContext context, Func<TState> start, Action<TPart, TState> work, Action<TState> finish)
    {
        var gate = new Lock();
        Parallel.ForEach(
            parts,
            new ParallelOptions { CancellationToken = context.Cancellation, MaxDegreeOfParallelism = threads },
            start,
            (part, _, state) =>
            {
                work(part, state);
                return state;
            },
            state =>
            {
                lock (gate)
                {
                    finish(state);
                }
            });
    }
}
