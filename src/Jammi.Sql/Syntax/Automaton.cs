using Irony.Parsing;

namespace Jammi.Sql.Syntax;

/// <summary>
/// Replays tokens over the automaton, states only, to learn what may follow them. What the state of an error has actions for is of no use for messages:
/// the automaton merges states, so it names tokens that are wrong, and by the time an error is seen some right ones are gone.
/// </summary>
internal sealed class Automaton(ParseTable table)
{
    /// <summary>A stack of states that shares its lower part with others.</summary>
    public sealed record Stack(int State, Stack? Below);

    public Stack Start(NonTerminal root) => new(table.StartOf(root), null);

    /// <summary>The stack behind all tokens, or null where one of them is not accepted.</summary>
    public Stack? Replay(Stack start, ReadOnlySpan<Lexeme> tokens)
    {
        Stack? stack = start;
        foreach (Lexeme token in tokens)
        {
            stack = stack is null ? null : Accept(stack, token.Keyword, token.Terminal!);
        }

        return stack;
    }

    /// <summary>The terminals of the grammar that the stack accepts next.</summary>
    public HashSet<Terminal> Expected(Stack stack) =>
        [.. table.Terms.All.OfType<Terminal>().Where(terminal => Accept(stack, null, terminal) is not null)];

    private Stack? Accept(Stack stack, Terminals.Keyword? keyword, Terminal terminal)
    {
        int term = table.Terms.Find(terminal);
        while (true)
        {
            short action = table.Default(stack.State);
            if (action == ParseTable.Error && keyword is not null && table.Takes(stack.State, keyword.Number))
            {
                action = table.Cell(stack.State, keyword.Number);
            }
            else if (action == ParseTable.Error && term >= 0)
            {
                action = table.Cell(stack.State, term);
            }

            switch (action)
            {
                case ParseTable.Error:
                    return null;
                case ParseTable.Accept:
                    return stack;
                case > ParseTable.Error:
                    return new Stack(action - 1, stack);
                default:
                    stack = Reduce(stack, table.Productions[-action - 1]);
                    break;
            }
        }
    }

    private Stack Reduce(Stack stack, ProductionShape production)
    {
        for (int i = 0; i < production.Length; i++)
        {
            stack = stack.Below!;
        }

        return new Stack(table.Cell(stack.State, production.Left) - 1, stack);
    }
}
