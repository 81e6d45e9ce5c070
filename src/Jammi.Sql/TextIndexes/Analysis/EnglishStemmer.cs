namespace Jammi.Sql.TextIndexes.Analysis;

/// <summary>
/// The English stemmer of Snowball, known as Porter2 (https://snowballstem.org/algorithms/english/stemmer.html), whose steps the methods are named after. It works in
/// the word's own buffer. R1 and R2 are the parts of a word that may be cut; Y stands for a y that is a consonant.
/// </summary>
internal ref struct EnglishStemmer
{
    static readonly (string Word, string Stem)[] Irregular =
    [
        ("skis", "ski"), ("skies", "sky"), ("dying", "die"), ("lying", "lie"), ("tying", "tie"), ("idly", "idl"), ("gently", "gentl"), ("ugly", "ugli"),
        ("early", "earli"), ("only", "onli"), ("singly", "singl"), ("sky", "sky"), ("news", "news"), ("howe", "howe"), ("atlas", "atlas"), ("cosmos", "cosmos"),
        ("bias", "bias"), ("andes", "andes"),
    ];

    /// <summary>Words that are whole after step 1a.</summary>
    static readonly string[] Whole = ["inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"];

    /// <summary>Beginnings after which R1 starts, whatever the rule says.</summary>
    static readonly string[] Beginnings = ["gener", "commun", "arsen"];

    /// <summary>Suffixes of step 2, longer ones before those that they end in.</summary>
    static readonly (string Suffix, string With)[] Second =
    [
        ("ational", "ate"), ("fulness", "ful"), ("iveness", "ive"), ("ization", "ize"), ("ousness", "ous"), ("biliti", "ble"), ("lessli", "less"), ("tional", "tion"),
        ("alism", "al"), ("aliti", "al"), ("ation", "ate"), ("entli", "ent"), ("fulli", "ful"), ("iviti", "ive"), ("ousli", "ous"), ("abli", "able"), ("alli", "al"),
        ("anci", "ance"), ("ator", "ate"), ("enci", "ence"), ("izer", "ize"), ("bli", "ble"), ("ogi", "og"), ("li", ""),
    ];

    static readonly (string Suffix, string With)[] Third =
    [
        ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("ative", ""), ("icate", "ic"), ("iciti", "ic"), ("ical", "ic"), ("ness", ""), ("ful", ""),
    ];

    static readonly string[] Fourth =
        ["ement", "able", "ance", "ence", "ible", "ment", "ant", "ate", "ent", "ion", "ism", "iti", "ive", "ize", "ous", "al", "er", "ic"];

    readonly Span<char> word;
    int length;
    int r1;
    int r2;

    EnglishStemmer(Span<char> word, int length)
    {
        this.word = word;
        this.length = length;
    }

    /// <summary>Replaces a word in small letters by its stem.</summary>
    /// <param name="buffer">Begins with the word; one character more must be there.</param>
    /// <returns>The length of the stem.</returns>
    public static int Stem(Span<char> buffer, int length)
    {
        if (length <= 2)
        {
            return length;
        }

        foreach ((string irregular, string stem) in Irregular)
        {
            if (buffer[..length].SequenceEqual(irregular))
            {
                stem.CopyTo(buffer);
                return stem.Length;
            }
        }

        var stemmer = new EnglishStemmer(buffer, length);
        stemmer.Run();
        return stemmer.length;
    }

    void Run()
    {
        if (word[0] == '\'')
        {
            word[1..length].CopyTo(word);
            length--;
        }

        bool marked = MarkConsonants();
        FindRegions();
        Step0();
        Step1A();
        if (!IsWhole())
        {
            Step1B();
            Step1C();
            Step2();
            Step3();
            Step4();
            Step5();
        }

        if (marked)
        {
            word[..length].Replace('Y', 'y');
        }
    }

    readonly bool MarkConsonants()
    {
        bool marked = false;
        for (int i = 0; i < length; i++)
        {
            if (word[i] == 'y' && (i == 0 || IsVowel(word[i - 1])))
            {
                word[i] = 'Y';
                marked = true;
            }
        }

        return marked;
    }

    void FindRegions()
    {
        r1 = -1;
        foreach (string beginning in Beginnings)
        {
            if (word[..length].StartsWith(beginning))
            {
                r1 = beginning.Length;
            }
        }

        r1 = r1 < 0 ? AfterVowelAndConsonant(0) : r1;
        r2 = AfterVowelAndConsonant(r1);
    }

    readonly int AfterVowelAndConsonant(int from)
    {
        for (int i = from + 1; i < length; i++)
        {
            if (IsVowel(word[i - 1]) && !IsVowel(word[i]))
            {
                return i + 1;
            }
        }

        return length;
    }

    void Step0() => Cut(EndsWith("'s'") ? 3 : EndsWith("'s") ? 2 : EndsWith("'") ? 1 : 0);

    void Step1A()
    {
        if (EndsWith("sses"))
        {
            Cut(2);
        }
        else if (EndsWith("ied") || EndsWith("ies"))
        {
            Cut(length > 4 ? 2 : 1);
        }
        else if (EndsWith("s") && !EndsWith("us") && !EndsWith("ss") && HasVowel(length - 2))
        {
            Cut(1);
        }
    }

    readonly bool IsWhole()
    {
        foreach (string whole in Whole)
        {
            if (word[..length].SequenceEqual(whole))
            {
                return true;
            }
        }

        return false;
    }

    void Step1B()
    {
        int suffix = EndsWith("eedly") ? 5 : EndsWith("eed") ? 3 : 0;
        if (suffix > 0)
        {
            if (length - suffix >= r1)
            {
                Cut(suffix - 2);
            }

            return;
        }

        suffix = EndsWith("ingly") ? 5 : EndsWith("edly") ? 4 : EndsWith("ing") ? 3 : EndsWith("ed") ? 2 : 0;
        if (suffix == 0 || !HasVowel(length - suffix))
        {
            return;
        }

        Cut(suffix);
        if (EndsWith("at") || EndsWith("bl") || EndsWith("iz"))
        {
            word[length++] = 'e';
        }
        else if (EndsInDouble())
        {
            Cut(1);
        }
        else if (r1 >= length && EndsInShortSyllable(length))
        {
            word[length++] = 'e';
        }
    }

    readonly void Step1C()
    {
        if (length > 2 && word[length - 1] is 'y' or 'Y' && !IsVowel(word[length - 2]))
        {
            word[length - 1] = 'i';
        }
    }

    void Step2()
    {
        foreach ((string suffix, string with) in Second)
        {
            if (!EndsWith(suffix))
            {
                continue;
            }

            int start = length - suffix.Length;
            bool applies = suffix switch
            {
                "ogi" => start > 0 && word[start - 1] == 'l',
                "li" => start > 0 && word[start - 1] is 'c' or 'd' or 'e' or 'g' or 'h' or 'k' or 'm' or 'n' or 'r' or 't',
                _ => true,
            };
            if (start >= r1 && applies)
            {
                Replace(suffix, with);
            }

            return;
        }
    }

    void Step3()
    {
        foreach ((string suffix, string with) in Third)
        {
            if (EndsWith(suffix))
            {
                if (length - suffix.Length >= (suffix == "ative" ? Math.Max(r1, r2) : r1))
                {
                    Replace(suffix, with);
                }

                return;
            }
        }
    }

    void Step4()
    {
        foreach (string suffix in Fourth)
        {
            if (EndsWith(suffix))
            {
                int start = length - suffix.Length;
                if (start >= r2 && (suffix != "ion" || (start > 0 && word[start - 1] is 's' or 't')))
                {
                    Cut(suffix.Length);
                }

                return;
            }
        }
    }

    void Step5()
    {
        int last = length - 1;
        if (EndsWith("e") ? last >= r2 || (last >= r1 && !EndsInShortSyllable(last)) : EndsWith("l") && last >= r2 && last > 0 && word[last - 1] == 'l')
        {
            Cut(1);
        }
    }

    readonly bool EndsWith(string suffix) => word[..length].EndsWith(suffix);

    readonly bool HasVowel(int end)
    {
        for (int i = 0; i < end; i++)
        {
            if (IsVowel(word[i]))
            {
                return true;
            }
        }

        return false;
    }

    readonly bool EndsInDouble() =>
        length >= 2 && word[length - 1] == word[length - 2] && word[length - 1] is 'b' or 'd' or 'f' or 'g' or 'm' or 'n' or 'p' or 'r' or 't';

    /// <summary>Whether the first <paramref name="end"/> characters end in a vowel and a consonant that make a short syllable.</summary>
    readonly bool EndsInShortSyllable(int end) => end switch
    {
        < 2 => false,
        2 => IsVowel(word[0]) && !IsVowel(word[1]),
        _ => !IsVowel(word[end - 3]) && IsVowel(word[end - 2]) && !IsVowel(word[end - 1]) && word[end - 1] is not ('w' or 'x' or 'Y'),
    };

    void Cut(int characters) => length -= characters;

    void Replace(string suffix, string with)
    {
        length -= suffix.Length;
        with.CopyTo(word[length..]);
        length += with.Length;
    }

    static bool IsVowel(char c) => c is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
}
