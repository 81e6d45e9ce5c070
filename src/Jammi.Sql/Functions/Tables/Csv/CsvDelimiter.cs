namespace Jammi.Sql.Functions.Tables.Csv;

/// <summary>Finds what stands between the fields of a CSV file.</summary>
internal static class CsvDelimiter
{
    /// <summary>The likelier come first.</summary>
    const string Candidates = ",\t;|";

    /// <summary>The character that parts the first line into as many fields as there are columns or, where those are not known, into the most; a comma where none does.</summary>
    public static char Find(string path, CsvOptions options, int? columns)
    {
        using StreamReader text = InputFile.OpenText(path, options.Compression, options.Encoding);
        string line;
        try
        {
            for (int skipped = 0; skipped < options.Skip; skipped++)
            {
                text.ReadLine();
            }

            line = text.ReadLine() ?? "";
        }
        catch (Exception error)
        {
            throw CsvErrors.Reading(path, options.Skip + 1, error);
        }

        char best = Candidates[0];
        int most = 0;
        foreach (char candidate in Candidates)
        {
            int count = Count(line, candidate, options.Quote);
            if (count > 0 && count + 1 == columns)
            {
                return candidate;
            }

            if (count > most)
            {
                (best, most) = (candidate, count);
            }
        }

        return best;
    }

    /// <summary>How often a character comes outside quotes.</summary>
    static int Count(string line, char wanted, char quote)
    {
        int count = 0;
        bool quoted = false;
        foreach (char c in line)
        {
            quoted ^= c == quote;
            count += c == wanted && !quoted ? 1 : 0;
        }

        return count;
    }
}
