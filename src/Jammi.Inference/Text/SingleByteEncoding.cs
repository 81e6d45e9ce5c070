using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Jammi.Inference.Text;

/// <summary>
/// A single-byte encoding as text meets it in the wild: total, since bytes that the standard leaves open stand for the
/// Latin-1 character of the same number (the way browsers read them).
/// </summary>
internal sealed class SingleByteEncoding
{
    private const char Substitute = '\x1A';

    private readonly char[] _high = new char[128];
    private readonly FrozenDictionary<char, byte> _bytes;
    private readonly SearchValues<char> _repertoire;

    private SingleByteEncoding(int codePage, bool isWindows)
    {
        IsWindows = isWindows;
        var encoding = codePage == 28591 ? Encoding.Latin1
            : CodePagesEncodingProvider.Instance.GetEncoding(codePage)
            ?? throw new InferenceException(InferenceError.Internal, $"The runtime lacks code page {codePage}.");
        var bytes = new Dictionary<char, byte>(128);
        for (var value = 0x80; value <= 0xFF; value++)
        {
            var c = encoding.GetString([(byte)value])[0];

            // The runtime maps open bytes of the Windows pages into the private use area, and Mac Roman's omega to the ohm sign.
            c = isWindows && c is >= '\uE000' and <= '\uF8FF' ? (char)value : c == '\u2126' && !isWindows && codePage == 10000 ? 'Ω' : c;
            _high[value - 0x80] = c;
            bytes.Add(c, (byte)value);
        }

        _bytes = bytes.ToFrozenDictionary();
        var ascii = Enumerable.Range(0, 0x80).Select(c => (char)c).Where(c => c != Substitute);
        _repertoire = SearchValues.Create([.. ascii, .. _high, isWindows ? '\uFFFD' : Substitute]);
    }

    public static SingleByteEncoding Latin1 { get; } = new(28591, isWindows: false);

    public static SingleByteEncoding Windows1252 { get; } = new(1252, isWindows: true);

    public static SingleByteEncoding MacRoman { get; } = new(10000, isWindows: false);

    /// <summary>The encodings that UTF-8 is most often taken for, the likeliest first.</summary>
    public static IReadOnlyList<SingleByteEncoding> Candidates { get; } =
    [
        Latin1,
        Windows1252,
        new(1251, isWindows: true),
        new(1250, isWindows: true),
        new(1253, isWindows: true),
        new(1254, isWindows: true),
        new(1257, isWindows: true),
        new(28592, isWindows: false),
        MacRoman,
        new(437, isWindows: false),
    ];

    public static IReadOnlyList<SingleByteEncoding> Windows { get; } = [.. Candidates.Where(encoding => encoding.IsWindows)];

    /// <summary>Windows pages also encode U+FFFD, the trace of a lost byte, as the substitute byte 1A.</summary>
    public bool IsWindows { get; }

    public char ToChar(byte value) => value < 0x80 ? (char)value : _high[value - 0x80];

    public bool CanEncode(string text) => !text.AsSpan().ContainsAnyExcept(_repertoire);

    /// <summary>Encodes text that <see cref="CanEncode"/>.</summary>
    public byte[] Encode(string text)
    {
        var bytes = new byte[text.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = text[i] == '\uFFFD' ? (byte)Substitute : text[i] < 0x80 ? (byte)text[i] : _bytes[text[i]];
        }

        return bytes;
    }
}
