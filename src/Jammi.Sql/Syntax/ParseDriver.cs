using Irony.Parsing;
using Jammi.Sql.Syntax.Terminals;

namespace Jammi.Sql.Syntax;

/// <summary>
/// Runs the automaton over a text: shifts tokens, reduces them by productions, and makes the nodes that Irony's own parser would make. It differs in what it leaves
/// behind: no object for a token, a node, a list or a place, of which Irony needs some 500 bytes a token.
/// </summary>
internal ref struct ParseDriver
{
    [ThreadStatic]
    static (int State, int Node)[]? spareStack;

    readonly SqlLanguage language;
    readonly ParseTable table;
    readonly SyntaxTree tree;
    SqlScanner scanner;
    (int State, int Node)[] stack;
    int depth;
    bool hasInput;

    ParseDriver(SqlLanguage language, SyntaxTree tree, NonTerminal root)
    {
        this.language = language;
        this.tree = tree;
        table = language.Table;
        scanner = new(language.Grammar, table, tree.Text);
        stack = spareStack ?? new (int, int)[64];
        stack[depth++] = (table.StartOf(root), -1);
    }

    int State => stack[depth - 1].State;

    /// <summary>Fills a tree with the nodes of its text.</summary>
    /// <exception cref="SqlException">The text is not of the grammar.</exception>
    public static void Parse(SqlLanguage language, SyntaxTree tree, NonTerminal root) => new ParseDriver(language, tree, root).Run(root);

    void Run(NonTerminal root)
    {
        while (true)
        {
            short action = table.Default(State);
            if (action == ParseTable.Error)
            {
                action = Look();
            }

            switch (action)
            {
                case ParseTable.Error:
                    throw SyntaxErrorReporter.Report(language, tree, root);
                case ParseTable.Accept:
                    tree.Root = new(tree, stack[depth - 1].Node);
                    spareStack = stack.Length <= 4_096 ? stack : null;
                    return;
                case > ParseTable.Error:
                    Push(action - 1, Token(tree.Lexemes[^1]));
                    hasInput = false;
                    break;
                default:
                    Reduce(-action - 1);
                    break;
            }
        }
    }

    /// <summary>What to do with the next token. A word that may be a keyword is one where the state has a use for it, and stays one.</summary>
    short Look()
    {
        if (!hasInput)
        {
            Lexeme next = scanner.Next(State, tree.Lexemes is [.., var last] ? last : default);
            tree.Add(next);
            hasInput = true;
        }

        ref Lexeme input = ref tree.Lexemes[^1];
        if (input.Keyword is { Number: >= 0 } keyword && table.Cell(State, keyword.Number) is var action and not ParseTable.Error)
        {
            input.Terminal = keyword;
            return action;
        }

        int term = input.Terminal switch
        {
            Keyword known => known.Number,
            SqlTerminal known => known.Number,
            null => -1,
            { } word => language.Table.Terms.NumberOf(word),
        };
        return term < 0 ? ParseTable.Error : table.Cell(State, term);
    }

    readonly int Token(in Lexeme lexeme)
    {
        object? value = lexeme.Terminal is Keyword ? lexeme.Spelling : lexeme.Value;
        if (lexeme.Terminal == language.Grammar.Word)
        {
            value ??= tree.Text.Substring(lexeme.Start, lexeme.Length);
        }

        return tree.Add(lexeme.Terminal!, lexeme.Start, lexeme.End, value);
    }

    void Reduce(int number)
    {
        ProductionShape production = table.Productions[number];
        ReadOnlySpan<(int State, int Node)> parts = stack.AsSpan(depth - production.Length, production.Length);
        int node = production.Reduction switch
        {
            Reduction.Append => Appended(parts),
            Reduction.Part => OnlyPart(production, parts),
            Reduction.Members => Members(production, parts),
            _ => Whole(production, parts),
        };
        depth -= production.Length;
        Push(table.Cell(State, production.Left) - 1, node);
    }

    readonly int Whole(in ProductionShape production, ReadOnlySpan<(int State, int Node)> parts)
    {
        int node = Empty(production, parts);
        if (parts.Length > 0)
        {
            tree.Reserve(ref tree[node], parts.Length);
            foreach ((_, int part) in parts)
            {
                if (!tree[part].IsDropped)
                {
                    tree.AddPart(node, part);
                }
            }
        }

        return node;
    }

    readonly int OnlyPart(in ProductionShape production, ReadOnlySpan<(int State, int Node)> parts)
    {
        for (int i = parts.Length - 1; i >= 0; i--)
        {
            if (!tree[parts[i].Node].IsDropped)
            {
                return parts[i].Node;
            }
        }

        return Empty(production, parts);
    }

    readonly int Appended(ReadOnlySpan<(int State, int Node)> parts)
    {
        int list = parts[0].Node;
        int member = parts[^1].Node;
        tree[list].End = tree[member].End;
        if (!tree[member].IsDropped)
        {
            tree.AddPart(list, member);
        }

        return list;
    }

    readonly int Members(in ProductionShape production, ReadOnlySpan<(int State, int Node)> parts)
    {
        int node = Empty(production, parts);
        if (parts.Length > 0)
        {
            // The list is of no more use, so the container takes over its parts.
            ref SyntaxTree.Node list = ref tree[parts[0].Node];
            ref SyntaxTree.Node container = ref tree[node];
            (container.FirstPart, container.Parts, container.Room) = (list.FirstPart, list.Parts, list.Room);
        }

        return node;
    }

    /// <summary>A node over its parts; one of nothing stands where the next token does.</summary>
    readonly int Empty(in ProductionShape production, ReadOnlySpan<(int State, int Node)> parts)
    {
        int next = tree.Lexemes[^1].Start;
        return parts.Length == 0
            ? tree.Add(production.Term, next, next)
            : tree.Add(production.Term, tree[parts[0].Node].Start, tree[parts[^1].Node].End);
    }

    void Push(int state, int node)
    {
        if (depth == stack.Length)
        {
            Array.Resize(ref stack, depth * 2);
        }

        stack[depth++] = (state, node);
    }
}
