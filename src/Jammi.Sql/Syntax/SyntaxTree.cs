using System.Runtime.InteropServices;
using Irony.Parsing;

namespace Jammi.Sql.Syntax;

/// <summary>
/// A text's tokens and the nodes that the parser made of them, in a few arrays that serve one parse after the other. Nodes are numbered;
/// <see cref="SyntaxNode"/> is a number with its tree.
/// </summary>
internal sealed class SyntaxTree
{
    /// <summary>Trees of larger texts are left to the garbage collector.</summary>
    const int MostKept = 4_096;

    [ThreadStatic]
    static SyntaxTree? spare;

    Node[] nodes = new Node[256];
    Lexeme[] lexemes = new Lexeme[128];
    int[] parts = new int[512];
    int nodeCount;
    int lexemeCount;
    int partCount;

    public string Text { get; private set; } = string.Empty;

    /// <summary>The tokens without comments, as the parser took them.</summary>
    public Span<Lexeme> Lexemes => lexemes.AsSpan(0, lexemeCount);

    public SyntaxNode Root { get; set; }

    /// <summary>An empty tree. Nobody may have it when it is released.</summary>
    public static SyntaxTree Rent(string text)
    {
        SyntaxTree tree = spare ?? new SyntaxTree();
        spare = null;
        tree.Text = text;
        return tree;
    }

    public static void Release(SyntaxTree tree)
    {
        if (tree.nodes.Length <= MostKept && tree.lexemes.Length <= MostKept)
        {
            tree.Clear();
            spare = tree;
        }
    }

    /// <summary>A place for one more token.</summary>
    public void Add(in Lexeme lexeme)
    {
        if (lexemeCount == lexemes.Length)
        {
            Array.Resize(ref lexemes, lexemeCount * 2);
        }

        lexemes[lexemeCount++] = lexeme;
    }

    /// <summary>A node without parts.</summary>
    public int Add(BnfTerm term, int start, int end, object? value = null)
    {
        if (nodeCount == nodes.Length)
        {
            Array.Resize(ref nodes, nodeCount * 2);
        }

        nodes[nodeCount] = new() { Term = term, Value = value, Start = start, End = end };
        return nodeCount++;
    }

    public ref Node this[int node] => ref nodes[node];

    public int Part(in Node node, int index) => parts[node.FirstPart + index];

    /// <summary>Adds a part to a node; the parts of a node lie side by side and move to where there is room when they must.</summary>
    public void AddPart(int node, int part)
    {
        ref Node whole = ref nodes[node];
        if (whole.Parts == whole.Room)
        {
            if (whole.Room > 0 && whole.FirstPart + whole.Room == partCount)
            {
                Require(1);
                whole.Room++;
                partCount++;
            }
            else
            {
                Reserve(ref whole, Math.Max(4, whole.Parts * 2));
            }
        }

        parts[whole.FirstPart + whole.Parts++] = part;
    }

    /// <summary>Makes room for a number of parts.</summary>
    public void Reserve(ref Node node, int room)
    {
        Require(room);
        parts.AsSpan(node.FirstPart, node.Parts).CopyTo(parts.AsSpan(partCount));
        node.FirstPart = partCount;
        node.Room = room;
        partCount += room;
    }

    void Require(int room)
    {
        if (partCount + room > parts.Length)
        {
            Array.Resize(ref parts, Math.Max(parts.Length * 2, partCount + room));
        }
    }

    void Clear()
    {
        nodes.AsSpan(0, nodeCount).Clear();
        lexemes.AsSpan(0, lexemeCount).Clear();
        nodeCount = lexemeCount = partCount = 0;
        Text = string.Empty;
        Root = default;
    }

    /// <summary>A node; a token where it has no parts and its term is a terminal.</summary>
    [StructLayout(LayoutKind.Auto)]
    public struct Node
    {
        public BnfTerm Term;

        /// <summary>What a token means.</summary>
        public object? Value;
        public int Start;
        public int End;
        public int FirstPart;
        public int Parts;
        public int Room;

        /// <summary>Whether the parser leaves it out of the node that it is a part of.</summary>
        public readonly bool IsDropped => Term.Flags.HasFlag(TermFlags.IsPunctuation) || (Parts == 0 && Term.Flags.HasFlag(TermFlags.IsTransient));
    }
}
