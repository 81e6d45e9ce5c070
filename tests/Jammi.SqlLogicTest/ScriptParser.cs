using System.Globalization;

namespace Jammi.SqlLogicTest;

/// <summary>
/// Reads the classic format (records separated by blank lines, <c>#</c> comments, <c>----</c> before the rows) with what later
/// runners added: messages of errors on the command's line or after <c>----</c>, <c>statement count</c>, <c>require</c>, <c>control sortmode</c>, <c>connection</c>.
/// </summary>
public sealed class ScriptParser
{
    const string Separator = "----";
    const string PatternPrefix = "<REGEX>:";

    readonly string path;
    readonly string[] lines;
    readonly List<Condition> conditions = [];
    int position;

    ScriptParser(string path, string[] lines)
    {
        this.path = path;
        this.lines = lines;
    }

    /// <exception cref="ScriptException">A line is not in the format.</exception>
    public static Script ParseFile(string path) => Parse(path, File.ReadAllLines(path));

    /// <inheritdoc cref="ParseFile"/>
    public static Script Parse(string path, string[] lines)
    {
        var parser = new ScriptParser(path, lines);
        var records = new List<ScriptRecord>();
        while (parser.Next() is { } record)
        {
            records.Add(record);
        }

        return new(path, lines, records);
    }

    ScriptRecord? Next()
    {
        while (position < lines.Length)
        {
            string line = lines[position];
            if (line.AsSpan().Trim().IsEmpty || line[0] == '#')
            {
                position++;
                continue;
            }

            string[] words = Words(line);
            if (words[0] is "skipif" or "onlyif")
            {
                conditions.Add(new(words[0] == "onlyif", Word(words, 1, "the name of an engine")));
                position++;
                continue;
            }

            IReadOnlyList<Condition> own = conditions.Count == 0 ? [] : [.. conditions];
            conditions.Clear();
            return Record(words, own);
        }

        return null;
    }

    ScriptRecord Record(string[] words, IReadOnlyList<Condition> own)
    {
        int line = position + 1;
        switch (words[0])
        {
            case "statement":
                return Statement(words, own, line);
            case "query" when words is [_, "error", ..]:
                return Failing(own, line, wordsBefore: 2);
            case "query":
                return Query(words, own, line);
            case "parameter":
                string name = Word(words, 1, "a name");
                string expression = lines[position].Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) is [_, _, var rest] ? rest : throw Wrong("parameter needs a name and an expression");
                position++;
                return new ParameterRecord(line, own, name, expression);
            case not ("halt" or "hash-threshold" or "require" or "connection" or "control") when IsClassic && own.Count > 0:
                // SQLite's evidence/slt_lang_droptable.test forgets the line "statement ok" after conditions.
                return new StatementRecord(line, own, Sql(), null, null);
        }

        ScriptRecord record = words[0] switch
        {
            "halt" => new HaltRecord(line, own),
            "hash-threshold" => new HashThresholdRecord(line, own, (int)Number(Word(words, 1, "a number"))),
            "require" => new RequireRecord(line, own, Word(words, 1, "the name of a feature")),
            "connection" => new ConnectionRecord(line, own, Word(words, 1, "a name")),
            "control" when words is [_, "sortmode", var mode, ..] => new SortModeRecord(line, own, Sort(mode) ?? throw Wrong($"there is no sort mode {mode}")),
            _ => throw Wrong($"there is no record \"{words[0]}\""),
        };
        position++;
        return record;
    }

    StatementRecord Statement(string[] words, IReadOnlyList<Condition> own, int line)
    {
        switch (Word(words, 1, "ok, error or count"))
        {
            case "ok":
                position++;
                return new(line, own, Sql(), null, null);
            case "count":
                long count = Number(Word(words, 2, "a number"));
                position++;
                return new(line, own, Sql(), count, null);
            case "error":
                return Failing(own, line, wordsBefore: 2);
            default:
                throw Wrong($"a statement is ok, error or count, not \"{words[1]}\"");
        }
    }

    StatementRecord Failing(IReadOnlyList<Condition> own, int line, int wordsBefore)
    {
        string[] parts = lines[position].Split(' ', wordsBefore + 1, StringSplitOptions.RemoveEmptyEntries);
        string message = parts.Length > wordsBefore && parts[^1][0] != '#' ? parts[^1].Trim() : string.Empty;
        position++;
        string sql = Sql();
        if (AtSeparator())
        {
            position++;
            message = string.Join('\n', Body());
        }

        ExpectedError error = message.StartsWith(PatternPrefix, StringComparison.Ordinal)
            ? new(message[PatternPrefix.Length..], IsPattern: true)
            : new(message, IsPattern: false);
        return new(line, own, sql, null, error);
    }

    QueryRecord Query(string[] words, IReadOnlyList<Condition> own, int line)
    {
        string types = Word(words, 1, "the types of the columns");
        SortMode? sort = words.Length > 2 ? Sort(words[2]) : null;
        string? label = sort is null ? words.ElementAtOrDefault(2) : words.ElementAtOrDefault(3);
        position++;
        string sql = Sql();
        if (!AtSeparator())
        {
            return new(line, own, sql, types, sort, label, null, new(position, position));
        }

        position++;
        int start = position;
        List<string> expected = Body();
        return new(line, own, sql, types, sort, label, expected, new(start, position));
    }

    string Sql()
    {
        int start = position;
        while (position < lines.Length && lines[position].Length > 0 && !AtSeparator())
        {
            position++;
        }

        return position == start ? throw Wrong("SQL is expected here")
            : position == start + 1 ? lines[start]
            : string.Join('\n', lines, start, position - start);
    }

    List<string> Body()
    {
        var body = new List<string>();
        for (; position < lines.Length && lines[position].Length > 0; position++)
        {
            body.Add(lines[position]);
        }

        return body;
    }

    bool IsClassic => !path.EndsWith(".slt", StringComparison.OrdinalIgnoreCase);

    bool AtSeparator() => position < lines.Length && lines[position] == Separator;

    static string[] Words(string line)
    {
        string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        int comment = Array.FindIndex(words, w => w[0] == '#');
        return comment < 0 ? words : words[..comment];
    }

    static SortMode? Sort(string word) => word switch
    {
        "nosort" => SortMode.NoSort,
        "rowsort" => SortMode.RowSort,
        "valuesort" => SortMode.ValueSort,
        _ => null,
    };

    long Number(string word) => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw Wrong($"a number is expected, not \"{word}\"");

    string Word(string[] words, int index, string what) => words.Length > index ? words[index] : throw Wrong($"{what} is expected after \"{words[^1]}\"");

    ScriptException Wrong(string message) => new(path, position + 1, message);
}
