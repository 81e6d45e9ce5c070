using System.Runtime.CompilerServices;
using Jammi.Sql.Execution;
using Jammi.Sql.Storage;
using Jammi.Sql.Types;

namespace Jammi.Sql.VectorIndexes;

/// <summary>
/// Which rows of a source belong to which rows of its table of vectors, by equal keys: found out once for a version of both, so that searches need not
/// hash all keys each time. Row ids on both sides; deleted rows belong to none.
/// </summary>
internal abstract class KeyAlignment
{
    static readonly ConditionalWeakTable<object, Known> Kept = [];

    /// <summary>Whether every row of vectors has a row of the source.</summary>
    public abstract bool CoversVectors { get; }

    /// <summary>The rows of vectors that have a row of the source.</summary>
    public abstract RowBitmap Covered { get; }

    /// <summary>The alignment of these versions; made when it is not the one used last.</summary>
    public static KeyAlignment Of(ITableData source, int keyOrdinal, SqlType keyType, ITableData vectors)
    {
        if (Kept.TryGetValue(vectors.Version, out Known? known)
            && known.KeyOrdinal == keyOrdinal
            && known.SourceVersion.TryGetTarget(out object? version)
            && ReferenceEquals(version, source.Version))
        {
            return known.Alignment;
        }

        KeyAlignment made = SameRows.Find(source, keyOrdinal, vectors) ?? (KeyAlignment)new JoinedKeys(source, keyOrdinal, keyType, vectors);
        Kept.AddOrUpdate(vectors.Version, new(new(source.Version), keyOrdinal, made));
        return made;
    }

    /// <summary>The rows of vectors that belong to some rows of the source.</summary>
    /// <param name="sources">Rows that are not deleted.</param>
    public abstract RowBitmap VectorsOf(RowBitmap sources);

    /// <summary>The rows of the source of a row of vectors, in order.</summary>
    public abstract IEnumerable<int> SourcesOf(long vectorRow);

    sealed record Known(WeakReference<object> SourceVersion, int KeyOrdinal, KeyAlignment Alignment);
}
