using Jammi.Sql.Catalog;
using Jammi.Sql.Storage.Segments;
using Jammi.Sql.Storage.Writing;
using Jammi.Sql.TextIndexes;

namespace Jammi.Sql.Storage.Indexes;

/// <summary>
/// Which terms a commit makes, so that the first search need not: those of a new full-text index, and those of large new segments. Small segments are soon
/// merged with others, and their terms are made in a moment when somebody searches.
/// </summary>
internal static class TermsPreparation
{
    public static void Apply(DatabaseState settled, DatabaseState start, CancellationToken cancellation)
    {
        foreach ((IndexEntry index, TextIndexDefinition definition, TableState table) in TextIndexesOf(settled))
        {
            bool isNew = !start.Indexes.ContainsValue(index);
            HashSet<Segment> old = [.. start.Tables.GetValueOrDefault(DatabaseCatalog.Key(table.Entry.Schema, table.Entry.Name))?.Segments.Select(s => s.Segment) ?? []];
            foreach (SegmentState segment in table.Segments)
            {
                if (isNew || (segment.Segment.RowCount >= Consolidation.SmallRows && !old.Contains(segment.Segment)))
                {
                    segment.Segment.Terms.Of(definition, cancellation);
                }
            }
        }
    }

    /// <summary>The files that the terms of a state's full-text indexes have, or would have.</summary>
    public static HashSet<string> FilesOf(DatabaseState state, DatabaseFiles files) =>
    [
        .. from index in TextIndexesOf(state)
           from segment in index.Table.Segments
           where segment.Segment is FileSegment
           select files.TermsPath(((FileSegment)segment.Segment).File.Id, index.Definition.Key),
    ];

    static IEnumerable<(IndexEntry Index, TextIndexDefinition Definition, TableState Table)> TextIndexesOf(DatabaseState state)
    {
        foreach (IndexEntry index in state.Indexes.Values)
        {
            if (index.Text is not null
                && state.Tables.TryGetValue(DatabaseCatalog.Key(index.Schema, index.Table), out TableState? table)
                && TextIndexDefinition.From(index, table.Entry.Definition) is { } definition)
            {
                yield return (index, definition, table);
            }
        }
    }
}
