using System.Globalization;
using Jammi.Sql.Expressions;
using Jammi.Sql.Types;

namespace Jammi.Sql.Binding;

/// <summary>A parameter as the caller gives it: a name (without prefix) or null, and the type of its value, <see cref="SqlType.Null"/> when that is not known.</summary>
internal sealed record GivenParameter(string? Name, SqlType Type);

/// <summary>A slot that a plan reads: which given parameter (by its place in the caller's list) as which type.</summary>
internal sealed record ParameterSlot(int Given, string Name, SqlType Type);

/// <summary>
/// The parameters of a statement. Names compare ignoring case; <c>$1</c> and <c>?</c> count the given parameters from one. A parameter whose type is not
/// known takes the type its context wants, so it may get several slots.
/// </summary>
internal sealed class ParameterCatalog(IReadOnlyList<GivenParameter> given)
{
    readonly List<ParameterSlot> slots = [];

    public static ParameterCatalog None { get; } = new([]);

    /// <summary>The slots used so far: value i of a run is given parameter Slots[i].Given converted to Slots[i].Type.</summary>
    public IReadOnlyList<ParameterSlot> Slots => slots;

    /// <summary>The parameter of that name, or of that one-based position; throws MissingParameter.</summary>
    public ParameterExpression Find(string? name, int index, SourcePosition position)
    {
        int place = name is null ? index - 1 : PlaceOf(name);
        if (place < 0 || place >= given.Count)
        {
            throw Missing(name is null ? $"${index.ToString(CultureInfo.InvariantCulture)}" : "@" + name, position);
        }

        return Use(place, given[place].Type);
    }

    /// <summary>The same parameter, read as <paramref name="type"/>: for one whose own type is not known.</summary>
    public ParameterExpression Retype(ParameterExpression parameter, SqlType type) => Use(slots[parameter.Slot].Given, type);

    ParameterExpression Use(int place, SqlType type)
    {
        string name = given[place].Name is { Length: > 0 } written ? written : (place + 1).ToString(CultureInfo.InvariantCulture);
        int slot = slots.FindIndex(s => s.Given == place && s.Type == type);
        if (slot < 0)
        {
            slot = slots.Count;
            slots.Add(new(place, name, type));
        }

        return new(slot, name, type);
    }

    int PlaceOf(string name)
    {
        for (int i = 0; i < given.Count; i++)
        {
            if (string.Equals(given[i].Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    SqlException Missing(string wanted, SourcePosition position)
    {
        string have = given.Count == 0
            ? "No parameters were given."
            : $"Given: {string.Join(", ", given.Select((p, i) => p.Name is { Length: > 0 } name ? "@" + name : $"${(i + 1).ToString(CultureInfo.InvariantCulture)}"))}.";
        return new(SqlErrorCode.MissingParameter, $"parameter {wanted} was not given. {have}", position);
    }
}
