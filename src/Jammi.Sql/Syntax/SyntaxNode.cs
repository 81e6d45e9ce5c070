using Irony.Parsing;

namespace Jammi.Sql.Syntax;

/// <summary>A node of a <see cref="SyntaxTree"/>: a production without its punctuation, or a token.</summary>
internal readonly struct SyntaxNode(SyntaxTree tree, int number)
{
    public BnfTerm Term => tree[number].Term;

    /// <summary>What a token means: the name without quotes, the number, the keyword's canonical spelling.</summary>
    public object? Value => tree[number].Value;

    public int Start => tree[number].Start;

    public int End => tree[number].End;

    /// <summary>A token as it was written.</summary>
    public ReadOnlySpan<char> Text => tree.Text.AsSpan(Start, End - Start);

    public int Count => tree is null ? 0 : tree[number].Parts;

    public SyntaxNode this[int index] => new(tree, tree.Part(tree[number], index));

    public SyntaxNodes Parts => new(this);
}

/// <summary>The parts of a node, in the order of the text.</summary>
internal readonly struct SyntaxNodes(SyntaxNode node)
{
    public int Count => node.Count;

    public SyntaxNode this[int index] => node[index];

    public Enumerator GetEnumerator() => new(node);

    public T[] Select<T>(Func<SyntaxNode, T> selector)
    {
        var result = new T[Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = selector(node[i]);
        }

        return result;
    }

    /// <summary>The parts for queries where speed does not matter.</summary>
    public IEnumerable<SyntaxNode> AsEnumerable()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    public struct Enumerator(SyntaxNode node)
    {
        int index = -1;

        public readonly SyntaxNode Current => node[index];

        public bool MoveNext() => ++index < node.Count;
    }
}
