using System.Text;

namespace Jammi.Tpch;

/// <summary>The value lists of the specification (4.2.2.13), and the running text that comments are cut from.</summary>
static class Words
{
    const int PoolLength = 1 << 20;
    const int PoolTable = 99;

    static readonly string[] Adjectives = "special pending unusual express furious sly careful blithe quick fluffy slow quiet ruthless thin close dogged daring brave stealthy permanent enticing idle busy regular final ironic even bold silent".Split(' ');
    static readonly string[] Nouns = "packages requests accounts deposits foxes ideas theodolites instructions dependencies excuses platelets asymptotes courts dolphins multipliers sauternes warthogs frets dinos attainments somas patterns forges braids frays warhorses dugouts notornis epitaphs pearls tithes waters orbits gifts sheaves depths sentiments decoys realms pains grouches escapades".Split(' ');
    static readonly string[] Verbs = "sleep wake are cajole haggle nag use boost affix detect integrate maintain nod was lose sublate solve thrash promise engage hinder print breach eat grow impress mold poach serve run dazzle snooze doze unwind kindle play hang believe doubt".Split(' ');
    static readonly string[] Adverbs = "sometimes always never furiously slyly carefully blithely quickly fluffily slowly quietly ruthlessly thinly closely doggedly daringly bravely stealthily permanently enticingly idly busily regularly finally ironically evenly boldly silently".Split(' ');
    static readonly string[] Prepositions = "about above according across after against along among around at atop before behind beneath beside besides between beyond by despite during except for from inside into near of on outside over past since through throughout to toward under until upon without with within".Split(' ');
    static readonly string Pool = WritePool();

    public static string[] Colors { get; } = "almond antique aquamarine azure beige bisque black blanched blue blush brown burlywood burnished chartreuse chiffon chocolate coral cornflower cornsilk cream cyan dark deep dim dodger drab firebrick floral forest frosted gainsboro ghost goldenrod green grey honeydew hot indian ivory khaki lace lavender lawn lemon light lime linen magenta maroon medium metallic midnight mint misty moccasin navajo navy olive orange orchid pale papaya peach peru pink plum powder puff purple red rose rosy royal saddle salmon sandy seashell sienna sky slate smoke snow spring steel tan thistle tomato turquoise violet wheat white yellow".Split(' ');

    public static string[] TypeSizes { get; } = ["STANDARD", "SMALL", "MEDIUM", "LARGE", "ECONOMY", "PROMO"];

    public static string[] TypeFinishes { get; } = ["ANODIZED", "BURNISHED", "PLATED", "POLISHED", "BRUSHED"];

    public static string[] TypeMetals { get; } = ["TIN", "NICKEL", "BRASS", "STEEL", "COPPER"];

    public static string[] ContainerSizes { get; } = ["SM", "LG", "MED", "JUMBO", "WRAP"];

    public static string[] ContainerKinds { get; } = ["CASE", "BOX", "BAG", "JAR", "PKG", "PACK", "CAN", "DRUM"];

    public static string[] Segments { get; } = ["AUTOMOBILE", "BUILDING", "FURNITURE", "MACHINERY", "HOUSEHOLD"];

    public static string[] Priorities { get; } = ["1-URGENT", "2-HIGH", "3-MEDIUM", "4-NOT SPECIFIED", "5-LOW"];

    public static string[] Instructions { get; } = ["DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"];

    public static string[] Modes { get; } = ["REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"];

    public static string[] Regions { get; } = ["AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST"];

    public static (string Name, int Region)[] Nations { get; } =
    [
        ("ALGERIA", 0), ("ARGENTINA", 1), ("BRAZIL", 1), ("CANADA", 1), ("EGYPT", 4), ("ETHIOPIA", 0), ("FRANCE", 3), ("GERMANY", 3), ("INDIA", 2),
        ("INDONESIA", 2), ("IRAN", 4), ("IRAQ", 4), ("JAPAN", 2), ("JORDAN", 4), ("KENYA", 0), ("MOROCCO", 0), ("MOZAMBIQUE", 0), ("PERU", 1),
        ("CHINA", 2), ("ROMANIA", 3), ("SAUDI ARABIA", 4), ("VIETNAM", 2), ("RUSSIA", 3), ("UNITED KINGDOM", 3), ("UNITED STATES", 1),
    ];

    /// <summary>A piece of the text, of a random length.</summary>
    public static string Comment(ref RowRandom random, int least, int most)
    {
        int length = random.Between(least, most);
        return Pool.Substring(random.Between(0, PoolLength - length), length);
    }

    /// <summary>Letters and digits, as in addresses.</summary>
    public static string Address(ref RowRandom random)
    {
        const string Symbols = "0123456789 abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ,";
        Span<char> text = stackalloc char[random.Between(10, 40)];
        foreach (ref char c in text)
        {
            c = Symbols[random.Between(0, Symbols.Length - 1)];
        }

        return new string(text);
    }

    static string WritePool()
    {
        var random = new RowRandom(PoolTable, 0);
        var text = new StringBuilder(PoolLength + 256);
        while (text.Length < PoolLength)
        {
            text.Append(random.OneOf(Adverbs)).Append(' ').Append(random.OneOf(Adjectives)).Append(' ').Append(random.OneOf(Nouns)).Append(' ').Append(random.OneOf(Verbs));
            if (random.Between(0, 1) == 0)
            {
                text.Append(' ').Append(random.OneOf(Prepositions)).Append(" the ").Append(random.OneOf(Adjectives)).Append(' ').Append(random.OneOf(Nouns));
            }

            text.Append(random.Between(0, 2) == 0 ? ". " : " ");
        }

        return text.ToString(0, PoolLength);
    }
}
