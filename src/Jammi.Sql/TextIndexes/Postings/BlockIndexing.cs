using Apache.Arrow;
using Jammi.Sql.Functions.Kernels;
using Jammi.Sql.TextIndexes.Analysis;

namespace Jammi.Sql.TextIndexes.Postings;

/// <summary>Makes the terms of a block from its TEXT columns. A row is the words of its columns one after the other, with a gap that no phrase crosses.</summary>
internal static class BlockIndexing
{
    const int ColumnGap = 1;
    const int RowsBetweenChecks = 1024;

    public static TermIndex Index(IReadOnlyList<IArrowArray> columns, int rows, TextAnalysis analysis, CancellationToken cancellation)
    {
        var builder = new TermIndexBuilder(rows);
        var tokens = new TextTokens(analysis);
        for (int row = 0; row < rows; row++)
        {
            if (row % RowsBetweenChecks == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            int position = 0;
            foreach (IArrowArray column in columns)
            {
                if (column.IsNull(row))
                {
                    continue;
                }

                tokens.Read(new BytesColumn(column)[row]);
                while (tokens.Next())
                {
                    builder.Add(row, position++, tokens.Term);
                }

                position += ColumnGap;
            }
        }

        return builder.Build(cancellation);
    }

    /// <summary>Bytes of the texts of a block.</summary>
    public static long SizeOf(IReadOnlyList<IArrowArray> columns)
    {
        long bytes = 0;
        foreach (IArrowArray column in columns)
        {
            ReadOnlySpan<int> offsets = Columns.Offsets(column);
            bytes += offsets[^1] - offsets[0];
        }

        return bytes;
    }
}
