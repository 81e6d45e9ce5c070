namespace Jammi.Sql.Execution.Parallel;

/// <summary>Pieces of work that leave what they make in places of their own.</summary>
internal static class SideBySide
{
    /// <summary>Does each piece, on so many threads; the token that a piece is given stops it.</summary>
    public static void Run(int count, int threads, Action<int, CancellationToken> work, CancellationToken cancellation)
    {
        if (count <= 1 || threads <= 1)
        {
            for (int i = 0; i < count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                work(i, cancellation);
            }

            return;
        }

        using var pieces = new OrderedWork<bool>(
            count,
            threads,
            (i, token) =>
            {
                token.ThrowIfCancellationRequested();
                work(i, token);
                return true;
            },
            cancellation);
        foreach (bool _ in pieces.InOrder())
        {
        }
    }
}
