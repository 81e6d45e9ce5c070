namespace Jammi.Sql.Execution.Copying;

/// <summary>Writes rows to a stream in some file format.</summary>
internal abstract class RowWriter : IDisposable
{
    public abstract void Write(ColumnBatch batch);

    /// <summary>Writes what ends the file. Without it the file is not whole.</summary>
    public abstract void Finish();

    public virtual void Dispose() => GC.SuppressFinalize(this);
}
