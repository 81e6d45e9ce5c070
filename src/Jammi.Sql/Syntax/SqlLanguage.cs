using Irony.Parsing;

namespace Jammi.Sql.Syntax;

/// <summary>The grammar and its automaton: built once, shared by all threads, which each bring their own <see cref="Parser"/>.</summary>
internal sealed class SqlLanguage
{
    private static readonly Lazy<SqlLanguage> Instance = new(() => new SqlLanguage());

    private SqlLanguage()
    {
        Grammar = new SqlGrammar();
        Data = new LanguageData(Grammar);
        if (Data.Errors.Count > 0)
        {
            throw new InvalidOperationException("The SQL grammar is faulty:\n" + string.Join('\n', Data.Errors.Select(error => $"{error.Level}: {error.Message} {error.State}")));
        }

        // What the automaton was built from is several times larger than the automaton.
        foreach (ParserState state in Data.ParserData.States)
        {
            state.ClearData();
        }
    }

    public static SqlLanguage Shared => Instance.Value;

    /// <summary>Whether the language exists or is being built.</summary>
    public static bool IsBuilt => Instance.IsValueCreated;

    public SqlGrammar Grammar { get; }

    public LanguageData Data { get; }
}
