namespace Jammi.Data;

/// <summary>What a value is given to, as messages name it: <c>Parameter '@x'</c> or <c>Column 'x'</c>.</summary>
readonly record struct ValuePlace(string Kind, string Name)
{
    public static ValuePlace Parameter(string name) => new("Parameter", name);

    public static ValuePlace Column(string name) => new("Column", name);

    public override string ToString() => $"{Kind} '{Name}'";
}
