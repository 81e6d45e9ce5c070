namespace Jammi.Sql.Execution;

/// <summary>A running operator: pulled batch by batch by one thread at a time.</summary>
internal abstract class BatchReader : IDisposable
{
    /// <summary>The next batch, never empty, or null at the end (and ever after).</summary>
    public abstract ColumnBatch? Next();

    /// <summary>Releases what the run holds; may be called before the end, and twice.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
