namespace Jammi.Benchmarks.TextSearch;

/// <summary>Made-up documents whose words are as frequent as those of a language: the n-th word about 1/n as often as the first. The same every time.</summary>
sealed class Corpus
{
    /// <summary>Words of a document.</summary>
    public const int Words = 20;

    const int Vocabulary = 30_000;
    const int Seed = 6;

    readonly string[] words = new string[Vocabulary];

    public Corpus(int documents)
    {
        var random = new Random(Seed);
        for (int i = 0; i < Vocabulary; i++)
        {
            words[i] = Word(i);
        }

        double[] cumulative = new double[Vocabulary];
        double sum = 0;
        for (int i = 0; i < Vocabulary; i++)
        {
            cumulative[i] = sum += 1.0 / (i + 1);
        }

        Documents = new string[documents];
        for (int d = 0; d < documents; d++)
        {
            Documents[d] = string.Join(' ', Enumerable.Range(0, Words).Select(_ =>
            {
                int found = Array.BinarySearch(cumulative, random.NextDouble() * sum);
                return words[Math.Min(Vocabulary - 1, found < 0 ? ~found : found)];
            }));
        }
    }

    public string[] Documents { get; }

    /// <summary>What is asked.</summary>
    public IEnumerable<QueryKind> Kinds(int count)
    {
        var random = new Random(Seed + 1);
        yield return Kind("a rare word", filter: false, count, _ => words[random.Next(5_000, 20_000)] is var w ? (w, w) : default);
        yield return Kind("a frequent word", filter: false, count, _ => words[random.Next(0, 20)] is var w ? (w, w) : default);
        yield return Kind("any of 2 words", filter: false, count, _ => (words[random.Next(20, 200)], words[random.Next(200, 2_000)]) is var (a, b) ? ($"{a} {b}", $"{a} OR {b}") : default);
        yield return Kind("any of 4 words", filter: false, count, _ => Enumerable.Range(0, 4).Select(_ => words[random.Next(10, 2_000)]).ToArray() is var all ? (string.Join(' ', all), string.Join(" OR ", all)) : default);
        yield return Kind("all of 2 words", filter: false, count, _ => (words[random.Next(0, 50)], words[random.Next(20, 200)]) is var (a, b) ? ($"{a} AND {b}", $"{a} AND {b}") : default);
        yield return Kind("a phrase of 2 words", filter: false, count, _ => Documents[random.Next(Documents.Length)].Split(' ') is var d && random.Next(Words - 1) is var at ? ($"\"{d[at]} {d[at + 1]}\"", $"\"{d[at]} {d[at + 1]}\"") : default);
        yield return Kind("a beginning of 3 letters", filter: false, count, _ => words[random.Next(0, 5_000)][..3] is var p ? ($"{p}*", $"{p}*") : default);
        yield return Kind("any of 2 words, one document in 10 may be found", filter: true, count, _ => (words[random.Next(20, 200)], words[random.Next(200, 2_000)]) is var (a, b) ? ($"{a} {b}", $"{a} OR {b}") : default);
    }

    static QueryKind Kind(string name, bool filter, int count, Func<int, (string, string)> make) => new(name, filter, [.. Enumerable.Range(0, count).Select(make)]);

    /// <summary>A word that can be spoken, a different one for every number.</summary>
    static string Word(int number)
    {
        const string Consonants = "bcdfghklmnprstvz";
        const string Vowels = "aeiou";
        Span<char> word = stackalloc char[12];
        int length = 0;
        int rest = number;
        do
        {
            word[length++] = Consonants[rest % Consonants.Length];
            rest /= Consonants.Length;
            word[length++] = Vowels[rest % Vowels.Length];
            rest /= Vowels.Length;
        }
        while (rest > 0 || length < 4);
        return word[..length].ToString();
    }
}
