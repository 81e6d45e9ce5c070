using Jammi.Sql.Catalog;
using Jammi.Sql.Execution;
using Jammi.Sql.Execution.Kernels;
using Jammi.Sql.Expressions;
using Jammi.Sql.Storage.Indexes;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Types;

namespace Jammi.Sql.Storage;

/// <summary>The database as it was at one commit (plus, within a transaction, its own changes). Arrays read through it stay valid until it is disposed.</summary>
internal interface ISnapshot : IDisposable
{
    /// <summary>Number of the commit.</summary>
    long Version { get; }

    DatabaseCatalog Catalog { get; }

    /// <summary>The row blocks of a table, in insertion order.</summary>
    ITableData OpenTable(TableEntry table);
}

/// <summary>The rows of a table: blocks of up to some 64k rows, each read on demand by column.</summary>
internal interface ITableData
{
    IReadOnlyList<IRowBlock> Blocks { get; }

    /// <summary>Another object for every other content: what is derived from the rows may be kept under it.</summary>
    object Version { get; }
}

/// <summary>A block of rows of a segment. Deleted rows are still in its arrays.</summary>
internal interface IRowBlock
{
    /// <summary>Rows including deleted ones.</summary>
    int RowCount { get; }

    /// <summary>Row id of the block's first row; row i has <c>FirstRowId + i</c>.</summary>
    long FirstRowId { get; }

    /// <summary>The whole column, memory-mapped where the database is on disk: reading it copies nothing.</summary>
    Apache.Arrow.IArrowArray Column(int ordinal);

    /// <summary>The file that a column which was read lies in, so that single values can be copied out of it; null where it is in memory.</summary>
    MappedFile? Map { get; }

    /// <summary>Statistics of a column of this block, or null.</summary>
    ColumnStatistics? Statistics(int ordinal);

    /// <summary>Bitmap of deleted rows (bit set = deleted), or empty when none is.</summary>
    ReadOnlyMemory<byte> Deleted { get; }

    /// <summary>Finds rows by the values of key columns; null while reading the columns is cheaper.</summary>
    /// <param name="comparers">Of the columns' types.</param>
    KeyIndex? Keys(ValueList<int> columns, CellComparer[] comparers);

    /// <summary>The rows in the order of a column; null while reading the column is cheaper.</summary>
    /// <param name="comparer">Of the column's type.</param>
    OrderedRows? Ordered(int ordinal, CellComparer comparer);

    /// <summary>The search codes of a vector column, or null when the block has none: it is small, not committed, or holds rows without direction.</summary>
    VectorIndexes.Codes.VectorCodes? Codes(int ordinal, CancellationToken cancellation, IProgress<OperationProgress>? progress = null);

    /// <summary>The cells of a vector column in the block's segment, in which it is the block of this number; null when there are none.</summary>
    (VectorIndexes.Codes.VectorCells Cells, int Block)? Cells(int ordinal, CancellationToken cancellation, IProgress<OperationProgress>? progress = null);

    /// <summary>Forgets the codes and cells of a vector column, which were found damaged; they are made again from the rows.</summary>
    void DiscardCodes(int ordinal);

    /// <summary>The terms of the block's rows, deleted ones included, for a full-text index; made from the rows where they are not kept.</summary>
    TextIndexes.Postings.TermIndex Terms(TextIndexes.TextIndexDefinition definition, CancellationToken cancellation);

    /// <summary>Forgets terms that were found damaged; they are made again from the rows.</summary>
    void DiscardTerms(TextIndexes.TextIndexDefinition definition);
}

/// <summary>The one writer's uncommitted changes. Not thread-safe. Disposing without Commit rolls back.</summary>
internal interface IWriteTransaction : IDisposable
{
    /// <summary>The database with this transaction's changes so far; a new object after each change, to be used until the next.</summary>
    ISnapshot Current { get; }

    /// <summary>Creates a table; throws DuplicateTable when a table or view of that name exists.</summary>
    TableEntry CreateTable(TableDefinition definition, bool temporary);

    /// <summary>Makes the identity column of a new table go on where that of the table which it replaces is.</summary>
    TableEntry ContinueIdentity(TableEntry table, TableEntry replaced);

    /// <summary>Replaces a definition whose columns still describe the stored rows (rename, nullability, defaults, properties).</summary>
    TableEntry AlterTable(TableEntry table, TableDefinition definition);

    void DropTable(TableEntry table);

    void CreateView(ViewEntry view);

    void DropView(ViewEntry view);

    void CreateIndex(IndexEntry index);

    void DropIndex(IndexEntry index);

    void CreateSchema(string name);

    void DropSchema(string name);

    /// <summary>Appends rows whose columns are the table's, in order and type.</summary>
    void Append(TableEntry table, ColumnBatch batch);

    /// <summary>Takes values of the table's identity column: the first of <paramref name="count"/>. They are never given again while the database is open, whatever becomes of the transaction.</summary>
    /// <exception cref="SqlException">NumericOutOfRange: the column's type has no more.</exception>
    long TakeIdentities(TableEntry table, int count);

    /// <summary>Marks rows as deleted; ids not there or deleted already are ignored. Returns how many were deleted.</summary>
    long Delete(TableEntry table, ReadOnlySpan<long> rowIds);

    /// <summary>Removes all rows.</summary>
    void Truncate(TableEntry table);

    /// <summary>Remembers the present state.</summary>
    object CreateSavepoint();

    void RollbackTo(object savepoint);

    /// <summary>Makes the changes durable and visible to later snapshots: all or nothing.</summary>
    /// <param name="progress">Told how far codes and cells of vectors are, which are made with the rows.</param>
    void Commit(IProgress<OperationProgress>? progress, CancellationToken cancellation);

    /// <summary>The same, and nobody is told.</summary>
    void Commit(CancellationToken cancellation = default) => Commit(progress: null, cancellation);
}
