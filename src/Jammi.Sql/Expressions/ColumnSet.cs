using System.Collections;
using System.Numerics;

namespace Jammi.Sql.Expressions;

/// <summary>Indexes of columns, each once and in order, as the bits of words.</summary>
internal sealed class ColumnSet : IEnumerable<int>
{
    const int WordBits = 64;

    ulong[] words = [];

    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong word in words)
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    public void Add(int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        int word = column / WordBits;
        if (word >= words.Length)
        {
            Array.Resize(ref words, Math.Max(word + 1, words.Length * 2));
        }

        words[word] |= 1UL << (column % WordBits);
    }

    public bool Contains(int column) => column >= 0 && column / WordBits < words.Length && (words[column / WordBits] >> (column % WordBits) & 1) != 0;

    public void UnionWith(IEnumerable<int> columns)
    {
        foreach (int column in columns)
        {
            Add(column);
        }
    }

    public Enumerator GetEnumerator() => new(words);

    IEnumerator<int> IEnumerable<int>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public struct Enumerator(ulong[] words) : IEnumerator<int>
    {
        int word = -1;
        ulong rest;

        public int Current { get; private set; }

        readonly object IEnumerator.Current => Current;

        public bool MoveNext()
        {
            while (rest == 0)
            {
                if (++word >= words.Length)
                {
                    return false;
                }

                rest = words[word];
            }

            Current = (word * WordBits) + BitOperations.TrailingZeroCount(rest);
            rest &= rest - 1;
            return true;
        }

        public void Reset() => (word, rest) = (-1, 0);

        public readonly void Dispose()
        {
        }
    }
}
