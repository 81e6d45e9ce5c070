using Jammi.Sql.Execution.Memory;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Operators;

/// <summary>Both inputs of a join whose build side is too large for memory as a whole, shared out by their keys: the parts that belong together are joined by themselves.</summary>
internal sealed class SpilledJoin(SpillingRows right, SpillingRows left) : IDisposable
{
    public int Count => right.Files!.Count;

    public SpillFile Right(int partition) => right.Files![partition];

    public SpillFile Left(int partition) => left.Files![partition];

    public void Dispose()
    {
        right.Dispose();
        left.Dispose();
    }
}
