using Jammi.Sql.Storage;
using Jammi.Sql.VectorIndexes.Codes;

namespace Jammi.Sql.VectorIndexes.Search;

/// <summary>What happens when a search meets codes that are not what was written.</summary>
internal static class DamagedCodes
{
    /// <summary>Runs a search; when it meets damaged codes, has the column's codes made again from the rows and runs it once more.</summary>
    public static T Repair<T>(ITableData table, int ordinal, Func<T> search)
    {
        try
        {
            return search();
        }
        catch (CodesDamagedException)
        {
            foreach (IRowBlock block in table.Blocks)
            {
                block.DiscardCodes(ordinal);
            }

            return search();
        }
    }
}
