namespace Jammi.Tpch;

/// <summary>Random numbers of one row (SplitMix64): the same for the same table and row, however many rows are made and in whatever order.</summary>
struct RowRandom
{
    const ulong Step = 0x9E3779B97F4A7C15;

    ulong state;

    public RowRandom(int table, long row)
    {
        state = ((ulong)table << 56) ^ ((ulong)row * 0xD1342543DE82EF95);
        Next();
    }

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>, both among them.</summary>
    public int Between(int least, int most) => least + (int)(((Next() >> 32) * (ulong)(most - least + 1)) >> 32);

    public string OneOf(string[] words) => words[Between(0, words.Length - 1)];

    ulong Next()
    {
        ulong z = state += Step;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
