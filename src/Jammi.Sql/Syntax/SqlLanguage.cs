namespace Jammi.Sql.Syntax;

/// <summary>The grammar and its automaton: built once, shared by all threads, which each bring their own <see cref="ParseDriver"/>.</summary>
internal sealed class SqlLanguage
{
    /// <summary>The resource with the automaton.</summary>
    private const string TablesName = "SqlGrammar.tables";

    private static readonly Lazy<SqlLanguage> Instance = new(() => new SqlLanguage());

    private SqlLanguage()
    {
        Grammar = new SqlGrammar();
        Table = LanguageTables.Load(Grammar, ReadStored());
    }

    public static SqlLanguage Shared => Instance.Value;

    /// <summary>Whether the language exists or is being built.</summary>
    public static bool IsBuilt => Instance.IsValueCreated;

    public SqlGrammar Grammar { get; }

    public ParseTable Table { get; }

    /// <summary>The automaton as it was when it was last stored.</summary>
    private static byte[] ReadStored()
    {
        using Stream resource = typeof(SqlLanguage).Assembly.GetManifestResourceStream(TablesName)!;
        byte[] stored = new byte[resource.Length];
        resource.ReadExactly(stored);
        return stored;
    }
}
