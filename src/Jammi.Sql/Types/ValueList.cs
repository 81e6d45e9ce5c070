using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Jammi.Sql.Types;

/// <summary>An immutable list that is equal to another when its members are, so that records of plans and expressions compare by content.</summary>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
internal readonly struct ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    readonly ImmutableArray<T> items;

    public ValueList(ImmutableArray<T> items) => this.items = items;

    ImmutableArray<T> Items => items.IsDefault ? ImmutableArray<T>.Empty : items;

    public int Count => items.IsDefault ? 0 : items.Length;

    public T this[int index] => Items[index];

    public ReadOnlySpan<T> AsSpan() => Items.AsSpan();

    public ValueList<TResult> Select<TResult>(Func<T, TResult> convert)
    {
        var builder = ImmutableArray.CreateBuilder<TResult>(Count);
        foreach (T item in Items)
        {
            builder.Add(convert(item));
        }

        return new(builder.MoveToImmutable());
    }

    /// <summary>The list with every item replaced; itself, when each is replaced by itself.</summary>
    public ValueList<T> Select(Func<T, T> convert)
    {
        ImmutableArray<T> all = Items;
        for (int i = 0; i < all.Length; i++)
        {
            T converted = convert(all[i]);
            if (IsOther(converted, all[i]))
            {
                return new(ConvertedFrom(all, i, converted, convert));
            }
        }

        return this;
    }

    public ImmutableArray<T>.Enumerator GetEnumerator() => Items.GetEnumerator();

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)Items).GetEnumerator();

    public bool Equals(ValueList<T> other) => Items.AsSpan().SequenceEqual(other.Items.AsSpan(), EqualityComparer<T>.Default);

    public override bool Equals(object? obj) => obj is ValueList<T> other && Equals(other);

    /// <summary>Whether it is the other list itself, not only one of equal items.</summary>
    public bool IsSame(ValueList<T> other) => items == other.items;

    static bool IsOther(T a, T b) => typeof(T).IsValueType ? !EqualityComparer<T>.Default.Equals(a, b) : !ReferenceEquals(a, b);

    static ImmutableArray<T> ConvertedFrom(ImmutableArray<T> all, int changed, T converted, Func<T, T> convert)
    {
        var result = new T[all.Length];
        all.AsSpan(0, changed).CopyTo(result);
        result[changed] = converted;
        for (int i = changed + 1; i < result.Length; i++)
        {
            result[i] = convert(all[i]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(result);
    }

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (T item in Items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }
}

/// <summary>Makes <see cref="ValueList{T}"/>s.</summary>
internal static class ValueList
{
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items) => new(ImmutableArray.Create(items));

    public static ValueList<T> ToValueList<T>(this IEnumerable<T> items) => new(items.ToImmutableArray());
}
