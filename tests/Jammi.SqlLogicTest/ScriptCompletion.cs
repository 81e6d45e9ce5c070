namespace Jammi.SqlLogicTest;

/// <summary>Writes a file anew with the rows that its queries gave.</summary>
public static class ScriptCompletion
{
    public static IReadOnlyList<string> Rewrite(Script script, ScriptReport report)
    {
        var result = new List<string>();
        int copied = 0;
        foreach (QueryRecord query in script.Records.OfType<QueryRecord>())
        {
            if (!report.Completions.TryGetValue(query, out IReadOnlyList<string>? rows))
            {
                continue;
            }

            result.AddRange(script.Lines.Skip(copied).Take(query.ExpectedLines.Start - copied));
            if (query.Expected is null)
            {
                result.Add("----");
            }

            result.AddRange(rows);
            copied = query.ExpectedLines.End;
        }

        result.AddRange(script.Lines.Skip(copied));
        return result;
    }
}
