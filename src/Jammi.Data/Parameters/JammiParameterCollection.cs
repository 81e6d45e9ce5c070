using System.Collections;
using System.Data;
using System.Data.Common;
using Jammi.Sql;

namespace Jammi.Data;

/// <summary>The parameters of a command, found by position or by name (ignoring case and prefix).</summary>
public sealed class JammiParameterCollection : DbParameterCollection
{
    readonly List<JammiParameter> items = [];

    internal JammiParameterCollection()
    {
    }

    /// <inheritdoc/>
    public override int Count => items.Count;

    /// <inheritdoc/>
    public override object SyncRoot => ((ICollection)items).SyncRoot;

    /// <summary>The parameter at a position.</summary>
    public new JammiParameter this[int index]
    {
        get => items[Checked(index)];
        set => items[Checked(index)] = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>The parameter of a name.</summary>
    public new JammiParameter this[string parameterName]
    {
        get => items[Found(parameterName)];
        set => items[Found(parameterName)] = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Adds a parameter.</summary>
    public JammiParameter Add(JammiParameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        items.Add(parameter);
        return parameter;
    }

    /// <summary>Adds a parameter of a declared type.</summary>
    public JammiParameter Add(string parameterName, DbType type, int size = 0, string? sourceColumn = null) => Add(new JammiParameter(parameterName, type, size, sourceColumn));

    /// <summary>Adds a parameter of a name and value.</summary>
    public JammiParameter AddWithValue(string parameterName, object? value) => Add(new JammiParameter(parameterName, value));

    /// <inheritdoc/>
    public override int Add(object value)
    {
        items.Add(Cast(value));
        return items.Count - 1;
    }

    /// <inheritdoc/>
    public override void AddRange(Array values)
    {
        ArgumentNullException.ThrowIfNull(values);
        JammiParameter[] added = [.. values.Cast<object>().Select(Cast)];
        items.AddRange(added);
    }

    /// <inheritdoc/>
    public override void Clear() => items.Clear();

    /// <inheritdoc/>
    public override bool Contains(object value) => value is JammiParameter parameter && items.Contains(parameter);

    /// <inheritdoc/>
    public override bool Contains(string value) => IndexOf(value) >= 0;

    /// <inheritdoc/>
    public override void CopyTo(Array array, int index) => ((ICollection)items).CopyTo(array, index);

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => items.GetEnumerator();

    /// <inheritdoc/>
    public override int IndexOf(object value) => value is JammiParameter parameter ? items.IndexOf(parameter) : -1;

    /// <inheritdoc/>
    public override int IndexOf(string parameterName)
    {
        if (parameterName is null)
        {
            return -1;
        }

        string bare = JammiParameter.Bare(parameterName);
        return items.FindIndex(p => string.Equals(p.BareName, bare, StringComparison.OrdinalIgnoreCase));
    }

    /// <inheritdoc/>
    public override void Insert(int index, object value) => items.Insert(index, Cast(value));

    /// <inheritdoc/>
    public override void Remove(object value)
    {
        int index = IndexOf(Cast(value));
        items.RemoveAt(index < 0 ? throw new ArgumentException("The parameter is not in this collection.", nameof(value)) : index);
    }

    /// <inheritdoc/>
    public override void RemoveAt(int index) => items.RemoveAt(Checked(index));

    /// <inheritdoc/>
    public override void RemoveAt(string parameterName) => items.RemoveAt(Found(parameterName));

    /// <inheritdoc/>
    protected override DbParameter GetParameter(int index) => this[index];

    /// <inheritdoc/>
    protected override DbParameter GetParameter(string parameterName) => this[parameterName];

    /// <inheritdoc/>
    protected override void SetParameter(int index, DbParameter value) => this[index] = Cast(value);

    /// <inheritdoc/>
    protected override void SetParameter(string parameterName, DbParameter value) => this[parameterName] = Cast(value);

    /// <summary>The values as the engine takes them, in order.</summary>
    /// <exception cref="InvalidOperationException">A parameter has no value, and <paramref name="allowUnset"/> is false.</exception>
    internal ParameterValue[] ToValues(bool allowUnset)
    {
        if (items.Count == 0)
        {
            return [];
        }

        var values = new ParameterValue[items.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = new(items[i].BareName, items[i].ToScalar(allowUnset));
        }

        return values;
    }

    /// <summary>Copies of the parameters, with the same values.</summary>
    internal JammiParameterCollection Clone()
    {
        var copy = new JammiParameterCollection();
        foreach (JammiParameter parameter in items)
        {
            copy.items.Add(parameter.Clone());
        }

        return copy;
    }

    static JammiParameter Cast(object value) => value switch
    {
        null => throw new ArgumentNullException(nameof(value)),
        JammiParameter parameter => parameter,
        _ => throw new InvalidCastException($"A JammiParameter is expected, not {value.GetType().Name}."),
    };

    int Checked(int index) => (uint)index < (uint)items.Count ? index
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {items.Count} parameters.");

    int Found(string parameterName) => IndexOf(parameterName) is >= 0 and var index ? index
        : throw new ArgumentOutOfRangeException(nameof(parameterName), parameterName, $"There is no parameter of that name; there are {string.Join(", ", items.Select(p => p.ParameterName))}.");
}
