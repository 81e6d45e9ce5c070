using System.Collections;

namespace Jammi.Data;

/// <summary>The .NET types that a list can be read as: an array of its items, or a <see cref="List{T}"/> or read-only list of them.</summary>
static class ListForms
{
    /// <summary>The list as that type, or null where it has no form in it.</summary>
    /// <param name="items">An array whose items have the exact type, or its nullable form when some are NULL.</param>
    public static object? Convert(Array items, Type wanted)
    {
        if (wanted.IsInstanceOfType(items))
        {
            return items;
        }

        Type? element = wanted.IsArray ? wanted.GetElementType() : wanted.IsGenericType && wanted.GetGenericArguments() is [var argument] ? argument : null;
        if (element is null || !Fits(items, element))
        {
            return null;
        }

        var array = Array.CreateInstance(element, items.Length);
        for (int i = 0; i < items.Length; i++)
        {
            array.SetValue(items.GetValue(i), i);
        }

        if (wanted.IsInstanceOfType(array))
        {
            return array;
        }

        return wanted == typeof(List<>).MakeGenericType(element) ? Activator.CreateInstance(wanted, array) : null;
    }

    /// <summary>Whether every item is one of <paramref name="element"/>'s values: equal up to being nullable.</summary>
    static bool Fits(Array items, Type element)
    {
        Type own = items.GetType().GetElementType()!;
        Type bare = Nullable.GetUnderlyingType(own) ?? own;
        bool nullable = !element.IsValueType || Nullable.GetUnderlyingType(element) is not null;
        return (Nullable.GetUnderlyingType(element) ?? element) == bare && (nullable || own == bare || !((IList)items).Contains(null));
    }
}
