using System.Buffers;
using Jammi.Sql.VectorIndexes.Kernels;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>
/// Memory for the looked-up sums of a search's runs. Estimating a row again from its sum costs little beside looking its codes up again, and two bytes a row stay in the processor's cache.
/// Arrays are rented, so that they are not cleared for every search.
/// </summary>
internal sealed class SumRoom : IDisposable
{
    const int LeastGroups = 1024;

    readonly List<ushort[]> rented = [];
    int used;

    /// <summary>Room for so many groups of 64 rows.</summary>
    public Memory<ushort> Take(int groups)
    {
        int wanted = groups * BitBlockKernel.BlockRows;
        if (rented.Count == 0 || rented[^1].Length - used < wanted)
        {
            rented.Add(ArrayPool<ushort>.Shared.Rent(Math.Max(wanted, LeastGroups * BitBlockKernel.BlockRows)));
            used = 0;
        }

        used += wanted;
        return rented[^1].AsMemory(used - wanted, wanted);
    }

    /// <summary>Nobody may use what was taken any more.</summary>
    public void Dispose()
    {
        rented.ForEach(array => ArrayPool<ushort>.Shared.Return(array));
        rented.Clear();
    }
}
