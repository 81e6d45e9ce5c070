using System.Text.Json;
using Jammi.Sql.Functions.Casts;
using Jammi.Sql.Types;

namespace Jammi.Sql.Functions.Tables.Json;

/// <summary>What kinds of values stand at one place of the objects of a file, and so the narrowest SQL type that holds them all.</summary>
internal sealed class JsonShape
{
    [Flags]
    enum Kinds
    {
        None = 0,
        Boolean = 1,
        BigInt = 2,
        Negative = 4,
        UBigInt = 8,
        HugeInt = 16,
        Double = 32,
        Text = 64,
        List = 128,
        Object = 256,
    }

    const Kinds Integers = Kinds.BigInt | Kinds.Negative | Kinds.UBigInt | Kinds.HugeInt;

    static readonly SqlType HugeInt = SqlType.Decimal(SqlType.MaxPrecision, 0);

    Kinds kinds;
    bool isDate = true;
    bool isTime = true;
    bool isTimestamp = true;
    JsonShape? items;

    /// <summary>Takes the value at the reader, which is then at its end.</summary>
    public void Add(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.True or JsonTokenType.False:
                kinds |= Kinds.Boolean;
                break;
            case JsonTokenType.Number:
                kinds |= KindOf(reader.ValueSpan);
                break;
            case JsonTokenType.String:
                kinds |= Kinds.Text;
                AddText(reader.ValueSpan);
                break;
            case JsonTokenType.StartArray:
                kinds |= Kinds.List;
                items ??= new JsonShape();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ref reader);
                }

                break;
            case JsonTokenType.StartObject:
                kinds |= Kinds.Object;
                reader.Skip();
                break;
        }
    }

    /// <summary>The type; TEXT, with the JSON of what is no string, where nothing narrower fits.</summary>
    public SqlType Resolve() => kinds switch
    {
        Kinds.Boolean => SqlType.Boolean,
        Kinds.List => SqlType.List(items!.Resolve()),
        Kinds.Text when isDate => SqlType.Date,
        Kinds.Text when isTimestamp => SqlType.Timestamp,
        Kinds.Text when isTime => SqlType.Time,
        Kinds.None => SqlType.Text,
        _ when (kinds & ~(Integers | Kinds.Double)) != 0 => SqlType.Text,
        _ when kinds.HasFlag(Kinds.Double) => SqlType.Double,
        _ when kinds.HasFlag(Kinds.HugeInt) => HugeInt,
        _ when kinds.HasFlag(Kinds.UBigInt) => kinds.HasFlag(Kinds.Negative) ? HugeInt : SqlType.UBigInt,
        _ => SqlType.BigInt,
    };

    void AddText(ReadOnlySpan<byte> text)
    {
        isDate = isDate && default(DateParser).TryParse(text, out _);
        isTime = isTime && default(TimeParser).TryParse(text, out _);
        isTimestamp = isTimestamp && default(TimestampParser).TryParse(text, out _);
    }

    static Kinds KindOf(ReadOnlySpan<byte> number)
    {
        if (number.IndexOfAny(".eE"u8) >= 0)
        {
            return Kinds.Double;
        }

        Kinds sign = number[0] == '-' ? Kinds.Negative : Kinds.None;
        return default(IntegerParser<long>).TryParse(number, out _) ? Kinds.BigInt | sign
            : default(IntegerParser<ulong>).TryParse(number, out _) ? Kinds.UBigInt
            : number.Length <= SqlType.MaxPrecision ? Kinds.HugeInt
            : Kinds.Double;
    }
}
