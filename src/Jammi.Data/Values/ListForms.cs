using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Jammi.Sql.Types;

namespace Jammi.Data;

/// <summary>
/// The .NET types that a list can be read as: an array of its items, or a <see cref="List{T}"/> or read-only list of them. Every type of item is named here, so that a
/// program compiled ahead of time has them.
/// </summary>
static class ListForms
{
    /// <summary>What a field's type must keep when a program is trimmed: as <see cref="System.Data.Common.DbDataReader.GetFieldType"/> says.</summary>
    const DynamicallyAccessedMemberTypes Members = DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties;

    static readonly FrozenDictionary<Type, ItemForm> Items = Forms().ToFrozenDictionary(form => form.Item);

    /// <summary>The type of the array of a list's items; of their nullable type where some are NULL.</summary>
    [return: DynamicallyAccessedMembers(Members)]
    public static Type ArrayOf(SqlType element, bool withNulls)
    {
        if (element.Kind == SqlTypeKind.List)
        {
            return ArrayOfReferences(ArrayOf(element.Element!, withNulls));
        }

        ItemForm form = Items[ClrTypes.Of(element)];
        return withNulls ? form.NullableArray : form.Array;
    }

    /// <summary>The list as that type, or null where it has no form in it.</summary>
    /// <param name="type">Of the list.</param>
    /// <param name="items">An array whose items have the exact type, or its nullable form when some are NULL.</param>
    public static object? Convert(SqlType type, Array items, Type wanted)
    {
        if (wanted.IsInstanceOfType(items))
        {
            return items;
        }

        Type? element = wanted.IsArray ? wanted.GetElementType() : wanted.IsGenericType && wanted.GetGenericArguments() is [var argument] ? argument : null;
        if (element is null)
        {
            return null;
        }

        Type bare = Nullable.GetUnderlyingType(element) ?? element;
        if (!Items.TryGetValue(bare, out ItemForm? form))
        {
            return element.IsInstanceOfType(items.Length == 0 ? null : items.GetValue(0)) ? ListOfReferences(items, wanted) : null;
        }

        bool nullable = bare != element || !bare.IsValueType;
        if (Converter(type.Element!, bare) is not { } convert || (!nullable && ((IList)items).Contains(null)))
        {
            return null;
        }

        var array = Array.CreateInstanceFromArrayType(bare == element ? form.Array : form.NullableArray, items.Length);
        for (int i = 0; i < items.Length; i++)
        {
            array.SetValue(items.GetValue(i) is { } item ? convert(item) : null, i);
        }

        if (wanted.IsInstanceOfType(array))
        {
            return array;
        }

        object list = (bare == element ? form.ToList : form.ToNullableList)(array);
        return wanted.IsInstanceOfType(list) ? list : null;
    }

    /// <summary>Items are given as what they are; dates and times also without their other half.</summary>
    static Func<object, object>? Converter(SqlType item, Type wanted) => item.Kind switch
    {
        SqlTypeKind.Date when wanted == typeof(DateOnly) => static day => DateOnly.FromDateTime((DateTime)day),
        SqlTypeKind.Time when wanted == typeof(TimeOnly) => static time => TimeOnly.FromTimeSpan((TimeSpan)time),
        _ => ClrTypes.Of(item) == wanted ? static item => item : null,
    };

    [UnconditionalSuppressMessage("Trimming", "IL2067:UnrecognizedReflectionPattern", Justification = "Lists made of arrays are used above: their constructor is kept.")]
    static object? ListOfReferences(Array items, Type wanted) =>
        wanted.IsGenericType && wanted.GetGenericTypeDefinition() == typeof(List<>) ? Activator.CreateInstance(wanted, items) : null;

    [UnconditionalSuppressMessage("AOT", "IL3050:RequiresDynamicCode", Justification = "All arrays of references share their code.")]
    [UnconditionalSuppressMessage("Trimming", "IL2073:UnrecognizedReflectionPattern", Justification = "An array has no fields and no properties but those of System.Array.")]
    [return: DynamicallyAccessedMembers(Members)]
    static Type ArrayOfReferences(Type item) => item.MakeArrayType();

    static IEnumerable<ItemForm> Forms() =>
    [
        OfValues<bool>(), OfValues<sbyte>(), OfValues<short>(), OfValues<int>(), OfValues<long>(), OfValues<byte>(), OfValues<ushort>(), OfValues<uint>(), OfValues<ulong>(),
        OfValues<float>(), OfValues<double>(), OfValues<decimal>(), OfValues<DateTime>(), OfValues<DateTimeOffset>(), OfValues<TimeSpan>(), OfValues<Guid>(), OfValues<DateOnly>(), OfValues<TimeOnly>(),
        OfReferences<string>(), OfReferences<byte[]>(), OfReferences<float[]>(), OfReferences<Half[]>(), OfReferences<object>(),
    ];

    static ItemForm OfValues<T>()
        where T : struct => new(typeof(T), typeof(T[]), typeof(T?[]), static items => new List<T>((T[])items), static items => new List<T?>((T?[])items));

    static ItemForm OfReferences<T>()
        where T : class => new(typeof(T), typeof(T[]), typeof(T[]), static items => new List<T>((T[])items), static items => new List<T>((T[])items));

    sealed record ItemForm(
        Type Item,
        [param: DynamicallyAccessedMembers(Members)][property: DynamicallyAccessedMembers(Members)] Type Array,
        [param: DynamicallyAccessedMembers(Members)][property: DynamicallyAccessedMembers(Members)] Type NullableArray,
        Func<Array, object> ToList,
        Func<Array, object> ToNullableList);
}
