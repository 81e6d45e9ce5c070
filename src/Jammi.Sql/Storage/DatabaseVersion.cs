using Jammi.Sql.Catalog;
using Jammi.Sql.Storage.Segments;

namespace Jammi.Sql.Storage;

/// <summary>
/// A committed state in use, counted: by the database while it is the current one (or the one before, whose manifest is kept too) and by every
/// snapshot of it. It holds its segments, so that their maps and files last as long as anybody may read them.
/// </summary>
internal sealed class DatabaseVersion
{
    int references = 1;

    public DatabaseVersion(DatabaseState state)
    {
        State = state;
        Catalog = state.ToCatalog();
        foreach (Segment segment in state.Segments)
        {
            segment.Retain();
        }
    }

    public DatabaseState State { get; }

    public DatabaseCatalog Catalog { get; }

    /// <summary>Only for who knows that it is in use.</summary>
    public DatabaseVersion Retain()
    {
        Interlocked.Increment(ref references);
        return this;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref references) > 0)
        {
            return;
        }

        foreach (Segment segment in State.Segments)
        {
            segment.Release();
        }
    }
}
