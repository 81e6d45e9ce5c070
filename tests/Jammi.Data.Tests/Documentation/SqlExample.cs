namespace Jammi.Data.Tests.Documentation;

/// <summary>A block of SQL in a page, with the table or the error text that the page shows after it.</summary>
/// <param name="Line">Line of the block's first statement, from 1.</param>
/// <param name="ResultStart">Index of the first line after the block, where its result begins or would begin.</param>
/// <param name="ResultEnd">Index after the result's last line.</param>
sealed record SqlExample(int Line, string Sql, bool Fails, int ResultStart, int ResultEnd, IReadOnlyList<string> Result)
{
    const string Fence = "```";

    /// <summary>The examples of a markdown page, in its order.</summary>
    public static IEnumerable<SqlExample> Of(string[] page)
    {
        for (int i = 0; i < page.Length; i++)
        {
            if (!page[i].StartsWith(Fence + "sql", StringComparison.Ordinal))
            {
                continue;
            }

            bool fails = page[i].EndsWith("error", StringComparison.Ordinal);
            int start = i + 1;
            int end = Array.IndexOf(page, Fence, start);
            int result = end + 1;
            while (result < page.Length && page[result].Length == 0)
            {
                result++;
            }

            int resultEnd = result;
            if (fails && page[result] == Fence + "text")
            {
                result++;
                resultEnd = Array.IndexOf(page, Fence, result);
            }
            else
            {
                while (resultEnd < page.Length && page[resultEnd].StartsWith('|'))
                {
                    resultEnd++;
                }
            }

            yield return new(start + 1, string.Join('\n', page[start..end]), fails, end + 1, resultEnd, page[result..resultEnd]);
            i = end;
        }
    }
}
