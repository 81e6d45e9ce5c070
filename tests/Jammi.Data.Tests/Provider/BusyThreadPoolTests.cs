using System.Data.Common;

namespace Jammi.Data.Tests.Provider;

[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneGroup;

/// <summary>What must hold when the application keeps every thread of the pool busy.</summary>
[Collection("alone")]
public sealed class BusyThreadPoolTests : ProviderTest
{
    static readonly TimeSpan Never = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_timeout_comes_all_the_same()
    {
        using DbCommand command = Command("SELECT count(*) FROM range(1000000) a JOIN range(1000000) b ON a.range < b.range * 2");
        command.CommandTimeout = 1;
        JammiException? error = null;
        var caller = new Thread(() => error = Assert.Throws<JammiException>(() => command.ExecuteScalar()));
        ThreadPool.GetMaxThreads(out int workers, out int completions);
        using var release = new ManualResetEventSlim();
        using var busy = new CountdownEvent(4 * Environment.ProcessorCount);
        Assert.True(ThreadPool.SetMaxThreads(Environment.ProcessorCount, completions));
        try
        {
            // More than there are threads: whatever is asked of the pool from now on waits until these are done.
            for (int i = 0; i < busy.InitialCount; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(
                    _ =>
                    {
                        release.Wait(Never);
                        busy.Signal();
                    },
                    null);
            }

            caller.Start();
            Assert.True(caller.Join(Never));
        }
        finally
        {
            release.Set();
            ThreadPool.SetMaxThreads(workers, completions);
            busy.Wait(Never);
        }

        Assert.Contains("CommandTimeout", error!.Message, StringComparison.Ordinal);
    }
}
