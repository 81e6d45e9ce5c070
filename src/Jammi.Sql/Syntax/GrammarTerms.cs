using System.Reflection;
using Irony.Parsing;

namespace Jammi.Sql.Syntax;

/// <summary>The terms and productions of a grammar in the order in which its rules name them, which gives each a number that is the same in every process.</summary>
internal sealed class GrammarTerms
{
    /// <summary>What the automaton and its actions depend on; Irony sets other flags while it computes.</summary>
    private const TermFlags Relevant = TermFlags.IsOperator | TermFlags.IsPunctuation | TermFlags.IsTransient | TermFlags.IsList | TermFlags.IsListContainer | TermFlags.InheritPrecedence;

    /// <summary>The alternatives of a rule. Irony builds rules with operators and shows them to nobody.</summary>
    private static readonly FieldInfo RuleData = typeof(BnfExpression).GetField("Data", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
        ?? throw new InvalidOperationException("This version of Irony keeps the alternatives of a rule elsewhere.");

    private readonly Dictionary<BnfTerm, int> _numbers = [];
    private readonly List<BnfTerm> _all = [];
    private readonly List<Production> _productions = [];
    private readonly SqlGrammar _grammar;
    private readonly Terminal _empty;
    private int _unnamed;

    private GrammarTerms(SqlGrammar grammar, IReadOnlyList<NonTerminal> roots)
    {
        Roots = roots;
        _grammar = grammar;
        _empty = grammar.Empty;
        Collect(grammar.Eof);
        foreach (NonTerminal root in roots)
        {
            Collect(root);
        }

        for (int i = 0; i < _all.Count; i++)
        {
            if (_all[i] is NonTerminal nonTerminal)
            {
                AddProductions(nonTerminal);
            }
        }

        // Irony lets a root be followed by the end of the text. The parser accepts before it would reduce by this.
        foreach (NonTerminal root in roots)
        {
            var whole = new Production(new NonTerminal(root.Name + "'"));
            whole.RValues.AddRange([root, grammar.Eof]);
            _productions.Add(whole);
        }

        // Terms know their numbers, so that the scanner need not look them up.
        for (int i = 0; i < _all.Count; i++)
        {
            switch (_all[i])
            {
                case Terminals.Keyword keyword:
                    keyword.Number = i;
                    break;
                case Terminals.SqlTerminal terminal:
                    terminal.Number = i;
                    break;
            }
        }
    }

    /// <summary>The grammar's root, then those of its snippets.</summary>
    public IReadOnlyList<NonTerminal> Roots { get; }

    public IReadOnlyList<BnfTerm> All => _all;

    public IReadOnlyList<Production> Productions => _productions;

    /// <summary>A hash of all that the automaton is computed from: names, kinds, precedences and productions.</summary>
    public ulong Fingerprint { get; private set; } = 14_695_981_039_346_656_037;

    public static GrammarTerms Of(SqlGrammar grammar) => new(grammar, [grammar.Root, .. grammar.SnippetRoots]);

    public int NumberOf(BnfTerm term) => _numbers[term];

    /// <summary>The number of a term; -1 for one that no rule uses.</summary>
    public int Find(BnfTerm term) => _numbers.GetValueOrDefault(term, -1);

    /// <summary>The number of a production, which may be Irony's own object for it.</summary>
    public int NumberOf(Production production)
    {
        int number = _productions.FindIndex(p => p.LValue.Name == production.LValue.Name && p.RValues.SequenceEqual(production.RValues));
        return number >= 0 ? number : throw new InvalidOperationException($"The rules have no production {production}.");
    }

    /// <summary>How the node of a production is made: what Irony would do.</summary>
    public static Reduction ReductionOf(Production production) => ReduceParserAction.Create(production) switch
    {
        ReduceListBuilderParserAction => Reduction.Append,
        ReduceListContainerParserAction => Reduction.Members,
        ReduceTransientParserAction => Reduction.Part,
        _ => Reduction.Node,
    };

    /// <summary>
    /// Whether the operator of a production that could be reduced binds its operand tighter than the operator that comes next. A sign before an operand is
    /// the same token as the operator between two, and binds tighter than that.
    /// </summary>
    public bool BindsTighter(Production production, BnfTerm next)
    {
        foreach (BnfTerm part in production.RValues.AsEnumerable().Reverse())
        {
            if (part.Flags.HasFlag(TermFlags.InheritPrecedence) || (part is NonTerminal && part.Flags.HasFlag(TermFlags.IsTransient)))
            {
                throw new NotSupportedException($"The precedence of {part.Name} in {production} is not that of one operator.");
            }

            int precedence = _grammar.PrecedenceOf(part, production);
            if (precedence != BnfTerm.NoPrecedence)
            {
                return precedence > next.Precedence || (precedence == next.Precedence && next.Associativity == Associativity.Left);
            }
        }

        return true;
    }

    private static List<BnfTermList> Alternatives(NonTerminal term) => (List<BnfTermList>)RuleData.GetValue(term.Rule)!;

    private void Collect(BnfTerm term)
    {
        if (!_numbers.TryAdd(term, _all.Count))
        {
            return;
        }

        _all.Add(term);
        if (term is not NonTerminal nonTerminal)
        {
            return;
        }

        foreach (BnfTermList alternative in Alternatives(nonTerminal))
        {
            for (int i = 0; i < alternative.Count; i++)
            {
                // An expression within a rule becomes a nonterminal, named as Irony names it.
                if (alternative[i] is BnfExpression nested)
                {
                    alternative[i] = new NonTerminal("Unnamed" + _unnamed++, nested);
                }

                Collect(alternative[i]);
            }
        }
    }

    private void AddProductions(NonTerminal left)
    {
        foreach (BnfTermList alternative in Alternatives(left))
        {
            var production = new Production(left);
            Add(left);
            foreach (BnfTerm term in alternative)
            {
                if (term is GrammarHint)
                {
                    Mix(term.GetType().Name);
                }
                else if (term != _empty)
                {
                    production.RValues.Add(term);
                    Add(term);
                }
            }

            _productions.Add(production);
        }
    }

    private void Add(BnfTerm term)
    {
        Mix(term.Name);
        Mix(_numbers[term]);
        Mix((int)(term.Flags & Relevant));
        Mix(term.Precedence);
        Mix((int)term.Associativity);
    }

    private void Mix(string text)
    {
        foreach (char character in text)
        {
            Mix(character);
        }
    }

    /// <summary>FNV-1a: a few thousand numbers, hashed once when the process starts.</summary>
    private void Mix(int value) => Fingerprint = (Fingerprint ^ (uint)value) * 1_099_511_628_211;
}
