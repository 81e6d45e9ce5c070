using System.Collections.Frozen;
using System.Text;

namespace Jammi.Inference.Text;

/// <summary>Characters that stand for others, and the plain text that replaces each.</summary>
internal static class CharacterSubstitutes
{
    private static readonly FrozenDictionary<char, string> Table = CreateTable();

    /// <returns>The replacement, or null where the character stays.</returns>
    public static string? Find(char c) => c < 0x80 ? null : Table.GetValueOrDefault(c);

    private static FrozenDictionary<char, string> CreateTable()
    {
        var table = new Dictionary<char, string>
        {
            ['Ĳ'] = "IJ",
            ['ĳ'] = "ij",
            ['ŉ'] = "'n",
            ['Ǆ'] = "DŽ",
            ['ǅ'] = "Dž",
            ['ǆ'] = "dž",
            ['Ǉ'] = "LJ",
            ['ǈ'] = "Lj",
            ['ǉ'] = "lj",
            ['Ǌ'] = "NJ",
            ['ǋ'] = "Nj",
            ['ǌ'] = "nj",
            ['Ǳ'] = "DZ",
            ['ǲ'] = "Dz",
            ['ǳ'] = "dz",
            ['ﬀ'] = "ff",
            ['ﬁ'] = "fi",
            ['ﬂ'] = "fl",
            ['ﬃ'] = "ffi",
            ['ﬄ'] = "ffl",
            ['ﬅ'] = "ſt",
            ['ﬆ'] = "st",
            ['\u2028'] = "\n",
            ['\u2029'] = "\n",
            ['\u3000'] = " ",
        };

        foreach (var quote in "ʼ‘’‚‛")
        {
            table[quote] = "'";
        }

        foreach (var quote in "“”„‟")
        {
            table[quote] = "\"";
        }

        // Controls of the C1 range are Windows-1252 read as Latin-1. What that page leaves open stays a control.
        for (var control = '\x80'; control <= '\x9F'; control++)
        {
            var meant = SingleByteEncoding.Windows1252.ToChar((byte)control);
            if (meant != control)
            {
                table[control] = table.GetValueOrDefault(meant) ?? meant.ToString();
            }
        }

        for (var wide = '\uFF01'; wide < '\uFFF0'; wide++)
        {
            var plain = wide.ToString().Normalize(NormalizationForm.FormKC);
            if (plain[0] != wide)
            {
                table[wide] = plain;
            }
        }

        return table.ToFrozenDictionary();
    }
}
