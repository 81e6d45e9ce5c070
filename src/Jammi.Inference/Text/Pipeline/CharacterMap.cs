using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Jammi.Inference.Text.Pipeline;

/// <summary>
/// SentencePiece's precompiled normalisation: a double-array trie (darts-clone) over UTF-8 that leads to replacements. The bytes are the trie's length, the
/// trie's 32-bit units, and the replacements, each ended by a zero byte.
/// </summary>
internal sealed class CharacterMap
{
    const uint LeafFlag = 1u << 8;
    const uint LabelMask = (1u << 31) | 0xFF;
    const uint ValueMask = 0x7FFF_FFFF;

    /// <summary>Only a cluster shorter than this is looked up as a whole, as the tokenizers library does.</summary>
    const int LongestCluster = 6;

    readonly uint[] units;
    readonly byte[] replacements;

    CharacterMap(uint[] units, byte[] replacements)
    {
        this.units = units;
        this.replacements = replacements;
    }

    public static CharacterMap Parse(JsonSetting setting)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(setting.Text());
        }
        catch (FormatException)
        {
            throw setting.Invalid("it is not base 64");
        }

        uint length = bytes.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : uint.MaxValue;
        if (length % 4 != 0 || length > bytes.Length - 4 || length == 0)
        {
            throw setting.Invalid("its trie does not fit into it");
        }

        uint[] units = new uint[length / 4];
        for (int i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 + (4 * i)));
        }

        return new(units, bytes[(4 + (int)length)..]);
    }

    /// <summary>Replaces clusters of characters, or else their characters, by what the map has for them.</summary>
    public string Apply(string text)
    {
        var result = new StringBuilder(text.Length);
        TextElementEnumerator clusters = StringInfo.GetTextElementEnumerator(text);
        while (clusters.MoveNext())
        {
            string cluster = clusters.GetTextElement();
            if (Encoding.UTF8.GetByteCount(cluster) < LongestCluster && Find(cluster) is { } whole)
            {
                result.Append(whole);
                continue;
            }

            foreach (Rune rune in cluster.EnumerateRunes())
            {
                string one = rune.ToString();
                result.Append(Find(one) ?? one);
            }
        }

        return result.ToString();
    }

    /// <summary>The replacement of the shortest prefix that has one.</summary>
    string? Find(string text)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        bytes = bytes[..Encoding.UTF8.GetBytes(text, bytes)];
        uint node = Offset(units[0]);
        foreach (byte label in bytes)
        {
            node ^= label;
            if (node >= units.Length || label == 0 || (units[node] & LabelMask) != label)
            {
                return null;
            }

            uint unit = units[node];
            node ^= Offset(unit);
            if ((unit & LeafFlag) != 0 && node < units.Length)
            {
                return Replacement(units[node] & ValueMask);
            }
        }

        return null;
    }

    string? Replacement(uint start)
    {
        if (start >= replacements.Length)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = replacements.AsSpan((int)start);
        int end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);
}
