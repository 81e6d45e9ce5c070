using Irony.Parsing;
using Jammi.Sql.Syntax;

namespace Jammi.Sql.Tests.Syntax;

/// <summary>
/// The stored automaton is that of the grammar's rules. After a change of the rules, JAMMI_WRITE_TABLES=1 dotnet test tests/Jammi.Sql.Tests --filter LanguageTables
/// stores the new one; until then the engine computes it when it starts.
/// </summary>
public class LanguageTablesTests
{
    static readonly byte[] Computed = LanguageTables.Write(LanguageTables.Compute(new SqlGrammar()));

    [Fact]
    public void The_stored_automaton_is_that_of_the_rules()
    {
        string path = Path.Combine(SourceTree(), "src", "Jammi.Sql", "Syntax", "SqlGrammar.tables");
        if (Environment.GetEnvironmentVariable("JAMMI_WRITE_TABLES") == "1")
        {
            File.WriteAllBytes(path, Computed);
        }

        Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(Computed), "The grammar has changed: store its automaton with JAMMI_WRITE_TABLES=1 dotnet test tests/Jammi.Sql.Tests --filter LanguageTables");
    }

    [Fact]
    public void An_automaton_that_was_read_is_the_one_that_was_written()
    {
        LanguageData read = LanguageTables.Load(new SqlGrammar(), Computed);
        LanguageData computed = LanguageTables.Compute(new SqlGrammar());

        Assert.Equal(Computed, LanguageTables.Write(read));
        Assert.Equal(Text(computed), Text(read));
        Assert.Equal(Lookup(computed.ScannerData.TerminalsLookup), Lookup(read.ScannerData.TerminalsLookup));
        Assert.Equal(Lookup(computed.ScannerData.NonGrammarTerminalsLookup), Lookup(read.ScannerData.NonGrammarTerminalsLookup));
        Assert.Equal(computed.ScannerData.NoPrefixTerminals.Select(t => t.Name), read.ScannerData.NoPrefixTerminals.Select(t => t.Name));
        Assert.Equal(Names(computed.GrammarData.Terminals), Names(read.GrammarData.Terminals));
        Assert.Equal(Flags(computed), Flags(read));
    }

    [Fact]
    public void An_automaton_of_other_rules_is_not_read()
    {
        byte[] ofOtherRules = [.. Computed];
        ofOtherRules[1] ^= 1;
        // Were it read, the parser would have no state to begin with.
        ofOtherRules.AsSpan(9).Clear();

        Assert.Equal(Computed, LanguageTables.Write(LanguageTables.Load(new SqlGrammar(), ofOtherRules)));
    }

    static string[] Text(LanguageData language) =>
    [
        .. language.ParserData.States.Select(s => $"{s.Name}: {s.DefaultAction?.GetType().Name} {s.DefaultAction}; "
            + string.Join("; ", s.Actions.Select(a => $"{a.Key.Name} {a.Value.GetType().Name} {a.Value}").Order(StringComparer.Ordinal))),
        $"first: {language.ParserData.InitialState}, {string.Join(", ", language.ParserData.InitialStates.Select(s => $"{s.Key}: {s.Value}"))}",
    ];

    static string[] Lookup(TerminalLookupTable table) => [.. table.Select(e => $"{e.Key}: {string.Join(' ', e.Value.Select(t => t.Name))}").Order(StringComparer.Ordinal)];

    static string[] Names(IEnumerable<BnfTerm> terms) => [.. terms.Select(t => t.Name).Order(StringComparer.Ordinal)];

    /// <summary>Nullability serves only to compute the automaton.</summary>
    static string[] Flags(LanguageData language) =>
        [.. language.GrammarData.AllTerms.Where(t => t.Name is not ("scanned" or "scanned'") && !t.Name.EndsWith('\'')).Select(t => $"{t.Name} {t.Flags & ~TermFlags.IsNullable} {t.Precedence} {t.Associativity}").Order(StringComparer.Ordinal)];

    /// <summary>The root of the clone that the tests were built in. It is looked for, since a deterministic build does not tell the path of its sources.</summary>
    static string SourceTree()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Jammi.sln")))
        {
            at = at.Parent;
        }

        return at?.FullName ?? throw new InvalidOperationException("The grammar's automaton is compared in a clone of the repository.");
    }
}
