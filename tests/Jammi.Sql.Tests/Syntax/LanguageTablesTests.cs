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
        var grammar = new SqlGrammar();
        LanguageData computed = LanguageTables.Compute(grammar);
        ParseTable read = LanguageTables.Load(grammar, Computed);

        Assert.Equal(computed.ParserData.States.Count, read.States);
        foreach ((ParserState state, int number) in computed.ParserData.States.Select((state, number) => (state, number)))
        {
            Assert.Equal(Expected(state.DefaultAction), Text(read, read.Default(number)));
            for (int term = 0; term < read.Columns; term++)
            {
                string cell = Text(read, read.Cell(number, term));
                if (state.Actions.TryGetValue(read.Terms.All[term], out ParserAction? action))
                {
                    // Where operators compete, precedence has decided.
                    Assert.True(action is PrecedenceBasedParserAction ? cell.StartsWith("shift", StringComparison.Ordinal) || cell.StartsWith("reduce", StringComparison.Ordinal) : cell == Expected(action));
                }
                else
                {
                    Assert.Equal(Expected(null), cell);
                }
            }
        }

        string Expected(ParserAction? action) => action switch
        {
            null => "error",
            ShiftParserAction shift => $"shift {computed.ParserData.States.IndexOf(shift.NewState)}",
            ReduceParserAction reduce => $"reduce {reduce.Production.LValue.Name} {reduce.Production.RValues.Count}",
            _ => "accept",
        };
    }

    [Fact]
    public void An_automaton_of_other_rules_is_not_read()
    {
        byte[] ofOtherRules = [.. Computed];
        ofOtherRules[1] ^= 1;
        // Were it read, it would have no states.
        ofOtherRules.AsSpan(9).Clear();

        Assert.Equal(LanguageTables.Load(new SqlGrammar(), Computed).States, LanguageTables.Load(new SqlGrammar(), ofOtherRules).States);
    }

    static string Text(ParseTable table, short cell) => cell switch
    {
        ParseTable.Error => "error",
        ParseTable.Accept => "accept",
        > ParseTable.Error => $"shift {cell - 1}",
        _ => $"reduce {table.Productions[-cell - 1].Term.Name} {table.Productions[-cell - 1].Length}",
    };

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
