using Jammi.Sql.Catalog;
using Jammi.Sql.Storage;

namespace Jammi.Sql.Execution;

/// <summary>The context in which constants are computed before there is a run: no tables, no parameters.</summary>
internal static class PlanningContext
{
    public static ExecutionContext Instance { get; } = new() { Snapshot = new NoSnapshot() };

    sealed class NoSnapshot : ISnapshot
    {
        public long Version => 0;

        public DatabaseCatalog Catalog => throw Unavailable();

        public ITableData OpenTable(TableEntry table) => throw Unavailable();

        public void Dispose()
        {
        }

        static SqlException Unavailable() => new(SqlErrorCode.Internal, "A constant cannot read tables.");
    }
}
