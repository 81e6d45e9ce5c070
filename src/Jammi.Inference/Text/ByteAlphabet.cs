namespace Jammi.Inference.Text;

/// <summary>
/// The alphabet of byte-level BPE: one printable character for each byte. Printable Latin-1 bytes stand for themselves,
/// the other 68 take the characters from U+0100 on.
/// </summary>
internal static class ByteAlphabet
{
    /// <summary>The 256 characters in vocabulary order: bytes that stand for themselves first, then the rest.</summary>
    public static ReadOnlySpan<char> VocabularyOrder => Order;

    private static readonly char[] Order = CreateOrder();

    private static char[] CreateOrder()
    {
        var order = new char[256];
        var count = 0;
        var substitutes = 0;
        for (var value = 0; value < 256; value++)
        {
            if (StandsForItself(value))
            {
                order[count++] = (char)value;
            }
            else
            {
                substitutes++;
            }
        }

        for (var i = 0; i < substitutes; i++)
        {
            order[count++] = (char)(0x100 + i);
        }

        return order;
    }

    private static bool StandsForItself(int value) =>
        value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
}
