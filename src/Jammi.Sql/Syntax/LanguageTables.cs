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
    private const byte Format = 1;

    private const byte NoAction = 0;
    private const byte Shift = 1;
    private const byte Reduce = 2;
    private const byte ShiftOrReduce = 3;
    private const byte Accept = 4;

    /// <summary>The language of a grammar, with the automaton from <paramref name="stored"/> where it is that of these rules.</summary>
    public static LanguageData Load(SqlGrammar grammar, ReadOnlySpan<byte> stored)
    {
        if (!GrammarTerms.CanRead)
        {
            return Compute(grammar);
        }

        var terms = GrammarTerms.Of(grammar);
        return stored.Length > 9 && stored[0] == Format && BinaryPrimitives.ReadUInt64LittleEndian(stored[1..]) == terms.Fingerprint
            ? Read(grammar, terms, stored[9..])
            : Compute(grammar);
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
            WriteAction(state.DefaultAction);
            writer.Write7BitEncodedInt(state.Actions.Count);
            foreach ((BnfTerm term, ParserAction action) in state.Actions.OrderBy(a => terms.NumberOf(a.Key)))
            {
                writer.Write7BitEncodedInt(terms.NumberOf(term));
                WriteAction(action);
            }
        }

        writer.Flush();
        return stream.ToArray();

        void WriteAction(ParserAction? action)
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
                    writer.Write(ShiftOrReduce);
                    writer.Write7BitEncodedInt(numbers[shift.NewState]);
                    writer.Write7BitEncodedInt(terms.NumberOf(reduce.Production));
                    break;
                case AcceptParserAction:
                    writer.Write(Accept);
                    break;
                default:
                    throw new NotSupportedException($"The automaton has an action of a kind that is not stored: {action.GetType().Name}.");
            }
        }
    }

    private static LanguageData Read(SqlGrammar grammar, GrammarTerms terms, ReadOnlySpan<byte> stored)
    {
        LanguageData language = terms.WithoutAutomaton(grammar);
        var reader = new Reader(stored);
        ParserData data = language.ParserData;
        data.States.Clear();
        data.InitialStates.Clear();
        int count = reader.Next();
        var states = new ParserState[count];
        for (int i = 0; i < count; i++)
        {
            states[i] = new ParserState("S" + i);
        }

        data.States.AddRange(states);
        foreach (NonTerminal root in terms.Roots)
        {
            data.InitialStates[root] = states[reader.Next()];
        }

        data.InitialState = data.InitialStates[grammar.Root];
        var reductions = new ReduceParserAction?[terms.Productions.Count];
        var accept = new AcceptParserAction();
        foreach (ParserState state in states)
        {
            state.DefaultAction = ReadAction(ref reader, term: null);
            int actions = reader.Next();
            state.Actions.EnsureCapacity(actions);
            for (int i = 0; i < actions; i++)
            {
                BnfTerm term = terms.All[reader.Next()];
                state.Actions.Add(term, ReadAction(ref reader, term));
            }
        }

        return language;

        ParserAction? ReadAction(ref Reader reader, BnfTerm? term) => (byte)reader.Next() switch
        {
            NoAction => null,
            Shift => new ShiftParserAction(term, states[reader.Next()]),
            Reduce when reader.Next() is var number => reductions[number] ??= ReduceParserAction.Create(terms.Productions[number]),
            ShiftOrReduce => new PrecedenceBasedParserAction(term, states[reader.Next()], terms.Productions[reader.Next()]),
            _ => accept,
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
