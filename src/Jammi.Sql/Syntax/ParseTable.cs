using Irony.Parsing;

namespace Jammi.Sql.Syntax;

/// <summary>How the node of a production is made of the nodes of its parts.</summary>
internal enum Reduction : byte
{
    /// <summary>A node of the parts that are no punctuation.</summary>
    Node,

    /// <summary>The one part that matters.</summary>
    Part,

    /// <summary>The list on the left with one more member.</summary>
    Append,

    /// <summary>A node of the members of the one list.</summary>
    Members,
}

/// <summary>What the parser needs to know of a production.</summary>
internal readonly record struct ProductionShape(BnfTerm Term, int Left, int Length, Reduction Reduction);

/// <summary>
/// Irony's automaton as one table: a row a state, a column a term. Conflicts between operators are decided by precedence when the table is made, because
/// they depend on nothing but the production and the next token.
/// </summary>
internal sealed class ParseTable(GrammarTerms terms, int states)
{
    /// <summary>What a cell holds: nothing, a state to go to (one more than its number), a production to reduce by (one less than its negative number), or the end.</summary>
    public const short Error = 0;
    public const short Accept = short.MaxValue;

    readonly short[] cells = new short[states * terms.All.Count];
    readonly short[] defaults = new short[states];
    readonly short[] roots = new short[terms.Roots.Count];

    public int States => states;

    public ProductionShape[] Productions { get; } = Shapes(terms);

    public GrammarTerms Terms => terms;

    public int Columns => terms.All.Count;

    public static short Shift(int state) => checked((short)(state + 1));

    public static short Reduce(int production) => checked((short)(-production - 1));

    /// <summary>Whether a cell says to go to a state.</summary>
    public static bool IsShift(short cell) => cell is > Error and < Accept;

    public ref short Cell(int state, int term) => ref cells[(state * terms.All.Count) + term];

    /// <summary>What a state does whatever comes next; <see cref="Error"/> where it has to look.</summary>
    public ref short Default(int state) => ref defaults[state];

    /// <summary>The state that begins with a root.</summary>
    public ref short Start(int root) => ref roots[root];

    public int StartOf(NonTerminal root)
    {
        for (int i = 0; i < roots.Length; i++)
        {
            if (terms.Roots[i] == root)
            {
                return roots[i];
            }
        }

        throw new ArgumentException($"{root.Name} is no root of the grammar.", nameof(root));
    }

    /// <summary>Whether a state has a use for a term as it comes next.</summary>
    public bool Takes(int state, int term) => term >= 0 && Cell(state, term) != Error;

    /// <summary>A loop, since generic methods of the framework over structs of ours are compiled when a program starts.</summary>
    static ProductionShape[] Shapes(GrammarTerms terms)
    {
        var shapes = new ProductionShape[terms.Productions.Count];
        for (int i = 0; i < shapes.Length; i++)
        {
            Production production = terms.Productions[i];
            shapes[i] = new(production.LValue, terms.Find(production.LValue), production.RValues.Count, GrammarTerms.ReductionOf(production));
        }

        return shapes;
    }
}
