using System.Buffers.Binary;
using System.Text;
using Irony.Parsing;

namespace Jammi.Sql.Syntax;

/// <summary>
/// The automaton of a grammar as bytes. Irony computes it from the rules, which takes longer than opening a database; so the finished one is kept as a resource,
/// together with a fingerprint of the rules it was computed from. Rules with another fingerprint are not read but computed; a test holds the resource to the rules.
/// </summary>
internal static class LanguageTables
{
    /// <summary>Raised when the layout of the bytes changes.</summary>
    private const byte Format = 2;

    /// <summary>The format and the fingerprint.</summary>
    private const int HeaderLength = 9;

    private const byte NoAction = 0;
    private const byte Shift = 1;
    private const byte Reduce = 2;
    private const byte Accept = 3;

    /// <summary>The automaton of a grammar, from <paramref name="stored"/> where it is that of these rules.</summary>
    public static ParseTable Load(SqlGrammar grammar, ReadOnlySpan<byte> stored)
    {
        var terms = GrammarTerms.Of(grammar);
        return IsOf(terms, stored) ? Read(terms, stored[HeaderLength..]) : Read(terms, Write(Compute(grammar)).AsSpan(HeaderLength));
    }

    /// <summary>The language of a grammar, computed from its rules.</summary>
    public static LanguageData Compute(SqlGrammar grammar)
    {
        var data = new LanguageData(grammar);
        if (data.Errors.Count > 0)
        {
            throw new InvalidOperationException("The SQL grammar is faulty:\n" + string.Join('\n', data.Errors.Select(error => $"{error.Level}: {error.Message} {error.State}")));
        }

        // What the automaton was built from is several times larger than the automaton.
        foreach (ParserState state in data.ParserData.States)
        {
            state.ClearData();
        }

        return data;
    }

    /// <summary>The bytes that <see cref="Load"/> takes.</summary>
    public static byte[] Write(LanguageData language)
    {
        var terms = GrammarTerms.Of((SqlGrammar)language.Grammar);
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Format);
        writer.Write(terms.Fingerprint);
        List<ParserState> states = language.ParserData.States;
        Dictionary<ParserState, int> numbers = states.Select((state, number) => (state, number)).ToDictionary(s => s.state, s => s.number);
        writer.Write7BitEncodedInt(states.Count);
        foreach (NonTerminal root in terms.Roots)
        {
            writer.Write7BitEncodedInt(numbers[language.ParserData.InitialStates[root]]);
        }

        foreach (ParserState state in states)
        {
            WriteAction(state.DefaultAction, term: null);
            writer.Write7BitEncodedInt(state.Actions.Count);
            foreach ((BnfTerm term, ParserAction action) in state.Actions.OrderBy(a => terms.NumberOf(a.Key)))
            {
                writer.Write7BitEncodedInt(terms.NumberOf(term));
                WriteAction(action, term);
            }
        }

        writer.Flush();
        return stream.ToArray();

        void WriteAction(ParserAction? action, BnfTerm? term)
        {
            switch (action)
            {
                case null:
                    writer.Write(NoAction);
                    break;
                case ShiftParserAction shift:
                    writer.Write(Shift);
                    writer.Write7BitEncodedInt(numbers[shift.NewState]);
                    break;
                case ReduceParserAction reduce when reduce.GetType() == ReduceParserAction.Create(reduce.Production).GetType():
                    writer.Write(Reduce);
                    writer.Write7BitEncodedInt(terms.NumberOf(reduce.Production));
                    break;
                case PrecedenceBasedParserAction { DefaultAction: ShiftParserAction shift, ConditionalEntries: [{ Action: ReduceParserAction reduce }] }:
                    WriteAction(terms.BindsTighter(reduce.Production, term!) ? reduce : shift, term);
                    break;
                case AcceptParserAction:
                    writer.Write(Accept);
                    break;
                default:
                    throw new NotSupportedException($"The automaton has an action of a kind that is not stored: {action.GetType().Name}.");
            }
        }
    }

    private static bool IsOf(GrammarTerms terms, ReadOnlySpan<byte> stored) =>
        stored.Length > HeaderLength && stored[0] == Format && BinaryPrimitives.ReadUInt64LittleEndian(stored[1..]) == terms.Fingerprint;

    private static ParseTable Read(GrammarTerms terms, ReadOnlySpan<byte> stored)
    {
        var reader = new Reader(stored);
        var table = new ParseTable(terms, states: reader.Next());
        for (int root = 0; root < terms.Roots.Count; root++)
        {
            table.Start(root) = checked((short)reader.Next());
        }

        for (int state = 0; state < table.States; state++)
        {
            table.Default(state) = ReadAction(ref reader);
            for (int actions = reader.Next(); actions > 0; actions--)
            {
                int term = reader.Next();
                table.Cell(state, term) = ReadAction(ref reader);
            }
        }

        return table;

        static short ReadAction(ref Reader reader) => (byte)reader.Next() switch
        {
            NoAction => ParseTable.Error,
            Shift => ParseTable.Shift(reader.Next()),
            Reduce => ParseTable.Reduce(reader.Next()),
            _ => ParseTable.Accept,
        };
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _position;

        /// <summary>A whole number as <see cref="BinaryWriter.Write7BitEncodedInt"/> writes it.</summary>
        public int Next()
        {
            int value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte part = _bytes[_position++];
                value |= (part & 0x7F) << shift;
                if (part < 0x80)
                {
                    return value;
                }
            }
        }
    }
}
