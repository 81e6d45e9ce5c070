using System.Globalization;
using Jammi.Sql.Binding;
using Jammi.Sql.Types;

namespace Jammi.Sql.Execution.Copying;

/// <summary>An option of COPY as given.</summary>
internal sealed record CopyOption(string Name, ScalarValue Value, SourcePosition Position);

/// <summary>Options of COPY ... TO while they are read: each is taken once, and none may be left over.</summary>
internal sealed class CopyOptions(string format, IReadOnlyList<CopyOption> given)
{
    readonly List<CopyOption> left = [.. given];
    readonly List<string> known = ["format"];

    public bool Boolean(string name, bool otherwise) => Take(name) switch
    {
        null => otherwise,
        { Value: var value } option => value.ToObject() switch
        {
            bool truth => truth,
            string text when text.ToUpperInvariant() is "TRUE" or "ON" or "1" => true,
            string text when text.ToUpperInvariant() is "FALSE" or "OFF" or "0" => false,
            1 => true,
            0 => false,
            _ => throw Invalid(option, "is true or false"),
        },
    };

    public string Text(string name, string otherwise) => Take(name) switch
    {
        null => otherwise,
        { Value: var value } option => value.ToObject() as string ?? throw Invalid(option, "is a text"),
    };

    /// <summary>One ASCII character.</summary>
    public char Character(string name, char otherwise) => Take(name) switch
    {
        null => otherwise,
        { Value: var value } option => value.ToObject() switch
        {
            string { Length: 1 } text when char.IsAscii(text[0]) && text[0] is not ('\r' or '\n') => text[0],
            "\\t" => '\t',
            _ => throw Invalid(option, "is one ASCII character"),
        },
    };

    public int? Integer(string name, int least, int most) => Take(name) switch
    {
        null => null,
        { Value: var value } option => value.Type.IsInteger && Convert.ToInt64(value.ToObject(), CultureInfo.InvariantCulture) is var number && number >= least && number <= most
            ? (int)number
            : throw Invalid(option, string.Create(CultureInfo.InvariantCulture, $"is a whole number from {least} to {most}")),
    };

    /// <summary>One of some words.</summary>
    public string Choice(string name, string otherwise, params string[] choices) => Take(name) switch
    {
        null => otherwise,
        { Value: var value } option => (value.ToObject() as string)?.ToLowerInvariant() is { } word && choices.Contains(word)
            ? word
            : throw Invalid(option, $"is one of {string.Join(", ", choices)}"),
    };

    /// <summary>Call it when every option has been asked for.</summary>
    /// <exception cref="SqlException">InvalidParameter: an option was given that nobody asked for.</exception>
    public void RefuseOthers()
    {
        if (left.Count > 0)
        {
            throw new SqlException(
                SqlErrorCode.InvalidParameter,
                $"COPY to {format} has no option {left[0].Name.ToUpperInvariant()}.{NameSuggestions.DidYouMean(left[0].Name, known)} Its options are {string.Join(", ", known.Select(k => k.ToUpperInvariant()))}.",
                left[0].Position);
        }
    }

    CopyOption? Take(string name)
    {
        known.Add(name);
        CopyOption? found = null;
        foreach (CopyOption option in left.FindAll(o => o.Name == name))
        {
            found = found is null ? option : throw new SqlException(SqlErrorCode.InvalidParameter, $"the option {name.ToUpperInvariant()} is given twice.", option.Position);
            left.Remove(option);
        }

        return found;
    }

    static SqlException Invalid(CopyOption option, string expected) =>
        new(SqlErrorCode.InvalidParameter, $"the option {option.Name.ToUpperInvariant()} {expected}, not {option.Value.ToObject() ?? "NULL"}.", option.Position);
}
