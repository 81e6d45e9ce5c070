namespace Jammi.Sql.Storage.Writing;

/// <summary>Lets one thread at a time do work that others wait for; who waits can be stopped as well as who works.</summary>
internal sealed class StoppableGate
{
    const int MillisecondsBetweenChecks = 20;

    readonly object gate = new();

    public T Run<T>(Func<T> work, CancellationToken cancellation)
    {
        while (!Monitor.TryEnter(gate, MillisecondsBetweenChecks))
        {
            cancellation.ThrowIfCancellationRequested();
        }

        try
        {
            return work();
        }
        finally
        {
            Monitor.Exit(gate);
        }
    }
}
