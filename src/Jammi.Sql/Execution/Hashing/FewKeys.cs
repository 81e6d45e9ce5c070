using Apache.Arrow;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Storage.Indexes;

namespace Jammi.Sql.Execution.Hashing;

/// <summary>The values of a key on the build side of a join, where they are few enough to be looked for one by one in an index of the other side.</summary>
internal sealed record FewKeys(List<KeyCells> Keys)
{
    const int Most = 256;

    public static FewKeys? Of(IArrowArray keys)
    {
        if (keys.Length is 0 or > Most)
        {
            return null;
        }

        IArrowArray[] columns = [keys];
        var hashes = new ulong[keys.Length];
        HashKernels.Hash(columns, hashes);
        return new([.. Enumerable.Range(0, keys.Length).Where(row => !Cells.IsNull(keys, row)).Select(row => new KeyCells(columns, row, hashes[row]))]);
    }
}
