using Irony.Parsing;

namespace Jammi.Sql.Syntax;

/// <summary>
/// Replays tokens over the parser's automaton, states only, to learn what may follow them. The parser's own expected set is of no use for messages:
/// the automaton merges states, so it names tokens that are wrong, and by the time an error is seen some right ones are gone.
/// </summary>
internal sealed class Automaton(LanguageData language)
{
    /// <summary>A stack of states that shares its lower part with others.</summary>
    public sealed record Stack(ParserState State, Stack? Below);

    public Stack Start(NonTerminal root) =>
        new(root == language.Grammar.Root ? language.ParserData.InitialState : language.ParserData.InitialStates[root], null);

    /// <summary>The stack behind all tokens, or null where one of them is not accepted.</summary>
    public static Stack? Replay(Stack start, IEnumerable<Token> tokens)
    {
        Stack? stack = start;
        foreach (Token token in tokens)
        {
            stack = stack is null ? null : Accept(stack, token.KeyTerm, token.Terminal);
        }

        return stack;
    }

    /// <summary>The terminals of the grammar that the stack accepts next.</summary>
    public HashSet<Terminal> Expected(Stack stack) =>
        [.. language.GrammarData.Terminals.Where(terminal => Accept(stack, null, terminal) is not null)];

    private static Stack? Accept(Stack stack, KeyTerm? keyword, Terminal terminal)
    {
        while (true)
        {
            ParserAction? action = stack.State.DefaultAction;
            if (action is null && (keyword is null || !stack.State.Actions.TryGetValue(keyword, out action)))
            {
                stack.State.Actions.TryGetValue(terminal, out action);
            }

            switch (action)
            {
                // Where precedence decides between two shapes of the same tree, both accept the token.
                case ConditionalParserAction { DefaultAction: ShiftParserAction shift }:
                    return new Stack(shift.NewState, stack);
                case ShiftParserAction shift:
                    return new Stack(shift.NewState, stack);
                case ReduceParserAction reduce:
                    stack = Reduce(stack, reduce.Production);
                    break;
                case AcceptParserAction:
                    return stack;
                default:
                    return null;
            }
        }
    }

    private static Stack Reduce(Stack stack, Production production)
    {
        for (int i = 0; i < production.RValues.Count; i++)
        {
            stack = stack.Below!;
        }

        return new Stack(((ShiftParserAction)stack.State.Actions[production.LValue]).NewState, stack);
    }
}
