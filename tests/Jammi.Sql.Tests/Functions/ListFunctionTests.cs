using CsCheck;
using Jammi.Sql.Types;
using static Jammi.Sql.Tests.Functions.FunctionHarness;

namespace Jammi.Sql.Tests.Functions;

public class ListFunctionTests
{
    static readonly SqlType Integers = SqlType.List(SqlType.Integer);
    static readonly SqlType Texts = SqlType.List(SqlType.Text);

    static object?[] List(params object?[] items) => items;

    [Fact]
    public void Lists_are_made_of_columns_and_constants()
    {
        object?[] rows = Run("list_value", Column(SqlType.Integer, 1, null, 3), Constant(SqlType.Integer, 9));
        Assert.Equal([List(1, 9), List(null, 9), List(3, 9)], rows);
        Assert.Equal(SqlType.List(SqlType.Double), TypeOf("list_value", SqlType.Integer, SqlType.Double));
        Assert.Equal(List(), Call("list_value"));
    }

    [Fact]
    public void Items_are_found_by_place_from_either_end()
    {
        Argument lists = Column(Texts, List("a", "b", "c"), null, List(), List("x", null));
        Assert.Equal(["b", null, null, null], Run("list_extract", lists, Constant(SqlType.Integer, 2)));
        Assert.Equal(["c", null, null, null], Run("list_extract", lists, Constant(SqlType.Integer, -1)));
        Assert.Equal([null, null, null, null], Run("list_extract", lists, Constant(SqlType.Integer, 0)));
        Assert.Equal(["a", null, null, "x"], Run("list_extract", lists, Column(SqlType.BigInt, 1L, 1L, long.MinValue, 1L)));
        Assert.Equal(2f, Call("list_extract", new float[] { 1, 2 }, 2));
    }

    [Fact]
    public void A_slice_agrees_with_skip_and_take() => Gen.Select(Gen.Int.Array[0, 6], Gen.Int[-8, 8], Gen.Int[-8, 8]).Sample((items, first, last) =>
    {
        int from = first < 0 ? first + items.Length + 1 : first;
        int to = last < 0 ? last + items.Length + 1 : last;
        object?[] expected = [.. items.Where((_, i) => i + 1 >= from && i + 1 <= to).Cast<object?>()];
        object?[] actual = Run("list_slice", Column(Integers, List([.. items.Cast<object?>()]), null), Constant(SqlType.Integer, first), Constant(SqlType.Integer, last));
        Assert.Equal([expected, null], actual);
    });

    [Fact]
    public void A_slice_may_leave_out_its_bounds()
    {
        Argument list = Constant(Integers, List(1, 2, 3));
        Argument open = Constant(SqlType.BigInt, null);
        Assert.Equal([List(2, 3)], Run("list_slice", list, Constant(SqlType.Integer, 2), open));
        Assert.Equal([List(1, 2)], Run("list_slice", list, open, Constant(SqlType.Integer, 2)));
        Assert.Equal([List(1, 2, 3)], Run("list_slice", list, open, open));
    }

    [Fact]
    public void Lengths_count_items_and_nulls_among_them()
    {
        Argument lists = Column(Integers, List(1, null), null, List());
        foreach (string name in (string[])["array_length", "cardinality", "len", "length", "list_length"])
        {
            Assert.Equal([2L, null, 0L], Run(name, lists));
        }

        Assert.Equal([2L, null, 0L], Run("array_length", lists, Constant(SqlType.Integer, 1)));
        Assert.Contains("dimension 2", Throws(() => Run("array_length", lists, Constant(SqlType.Integer, 2))).Message, StringComparison.Ordinal);
        Assert.Equal(5L, Call("length", "héron"));
    }

    [Fact]
    public void A_null_list_counts_as_empty_where_something_is_joined_to_it()
    {
        Argument lists = Column(Integers, List(1), null);
        Assert.Equal([List(1, 7), List(7)], Run("list_append", lists, Constant(SqlType.Integer, 7)));
        Assert.Equal([List(7, 1), List(7)], Run("list_prepend", Constant(SqlType.Integer, 7), lists));
        Assert.Equal([List(1, 5), List(6)], Run("list_concat", lists, Column(Integers, List(5), List(6))));
        Assert.Equal([List(1), null], Run("list_concat", lists, Constant(Integers, null)));
        Assert.Equal([List(1, 5), List(5)], Run("||", lists, Constant(SqlType.Integer, 5)));
        Assert.Equal([List(5, 1), List(5)], Run("||", Constant(SqlType.Integer, 5), lists));
        Assert.Equal([List(1, 2), List(2)], Run("||", lists, Constant(Integers, List(2))));
    }

    [Fact]
    public void Membership_is_three_valued_like_in()
    {
        Argument lists = Column(Integers, List(1, 2), List(1, null), List(), null);
        Assert.Equal([true, null, false, null], Run("list_contains", lists, Constant(SqlType.Integer, 2)));
        Assert.Equal([null, null, false, null], Run("list_contains", lists, Constant(SqlType.Integer, null)));
        Assert.Equal([true, false, null], Run("list_contains", Constant(Integers, List(1, 2)), Column(SqlType.Integer, 1, 3, null)));
        Assert.Equal([true, null], Run("list_contains", Constant(Integers, List(1, null)), Column(SqlType.Integer, 1, 3)));
    }

    [Fact]
    public void Membership_in_one_list_and_in_a_list_a_row_agree() => Gen.Select(Gen.Int[0, 5].Array[0, 5], Gen.Int[0, 7].Array[1, 9]).Sample((items, sought) =>
    {
        object?[] list = [.. items.Cast<object?>()];
        object?[] needles = [.. sought.Cast<object?>()];
        object?[] expected = [.. sought.Select(s => (object?)items.Contains(s))];
        Assert.Equal(expected, Run("list_contains", Constant(Integers, list), Column(SqlType.Integer, needles)));
        Assert.Equal(expected, Run("list_contains", Column(Integers, [.. sought.Select(_ => list)]), Column(SqlType.Integer, needles)));
    });

    [Fact]
    public void Equality_of_items_is_that_of_the_type()
    {
        Assert.Equal(true, Call("list_contains", List(double.NaN), double.NaN));
        Assert.Equal(true, Call("list_contains", List(0.0), -0.0));
        Assert.Equal(true, Call("list_contains", List(1, 2), 2.0));
        Assert.Equal(1L, Call("list_position", List("é", "e"), "é"));
    }

    [Fact]
    public void A_position_is_null_where_nothing_is_found()
    {
        Argument lists = Column(Texts, List("a", "b", "b"), List(), null, List(null, "b"));
        Assert.Equal([2L, null, null, 2L], Run("list_position", lists, Constant(SqlType.Text, "b")));
        Assert.Equal([null, null, null, 1L], Run("list_position", lists, Constant(SqlType.Text, null)));
        Assert.Equal([2L, null, null, 2L], Run("array_position", lists, Column(SqlType.Text, "b", "b", "b", "b")));
    }

    [Fact]
    public void Lists_have_items_in_common()
    {
        Argument lists = Column(Integers, List(1, 2), List(3, null), List(), null);
        Assert.Equal([true, false, false, null], Run("list_has_any", lists, Constant(Integers, List(2, null, 9))));
        Assert.Equal([true, false, false, null], Run("list_has_all", lists, Constant(Integers, List(2, null))));
        Assert.Equal([true, true, true, null], Run("list_has_all", lists, Constant(Integers, List())));
    }

    [Fact]
    public void Items_are_removed_and_made_distinct()
    {
        Argument lists = Column(Integers, List(2, 1, 2, null), null, List());
        Assert.Equal([List(1, null), null, List()], Run("array_remove", lists, Constant(SqlType.Integer, 2)));
        Assert.Equal([List(2, 1, 2), null, List()], Run("array_remove", lists, Constant(SqlType.Integer, null)));
        Assert.Equal([List(2, 1, 2, null), null, List()], Run("array_remove", lists, Constant(SqlType.Integer, 8)));
        Assert.Equal([List(2, 1), null, List()], Run("list_distinct", lists));
    }

    [Fact]
    public void Sorting_agrees_with_linq() => Gen.Int[-9, 9].Array[0, 12].Sample(items =>
    {
        object?[] list = [.. items.Cast<object?>()];
        object?[] sorted = [.. items.Order().Cast<object?>()];
        Assert.Equal([sorted, null], Run("list_sort", Column(Integers, list, null)));
        Assert.Equal([sorted.Reverse().ToArray(), null], Run("list_sort", Column(Integers, list, null), Constant(SqlType.Text, "desc")));
        Assert.Equal([list.Reverse().ToArray(), null], Run("list_reverse", Column(Integers, list, null)));
    });

    [Fact]
    public void Sorting_puts_nulls_where_it_is_told()
    {
        Assert.Equal([List(1, 2, null)], Run("list_sort", Constant(Integers, List(2, null, 1))));
        Assert.Equal([List(null, 2, 1)], Run("list_sort", Constant(Integers, List(2, null, 1)), Constant(SqlType.Text, "DESC")));
        Assert.Equal([List(null, 1, 2)], Run("list_sort", Constant(Integers, List(2, null, 1)), Constant(SqlType.Text, "ASC"), Constant(SqlType.Text, "NULLS FIRST")));
        Assert.Contains("'UP'", Throws(() => Call("list_sort", List(1), "up")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_become_text_and_text_lists()
    {
        Argument lists = Column(Integers, List(1, null, 3), null, List());
        Assert.Equal(["1-3", null, ""], Run("array_to_string", lists, Constant(SqlType.Text, "-")));
        Assert.Equal(["1-?-3", null, ""], Run("array_to_string", lists, Constant(SqlType.Text, "-"), Constant(SqlType.Text, "?")));
        Assert.Equal([List("a", "", "b"), null, List()], Run("string_to_array", Column(SqlType.Text, "a,,b", null, ""), Constant(SqlType.Text, ",")));
        Assert.Equal([List("a", null, "b")], Run("string_to_array", Constant(SqlType.Text, "a,,b"), Constant(SqlType.Text, ","), Constant(SqlType.Text, "")));
        Assert.Equal([List("h", "é")], Run("string_to_array", Constant(SqlType.Text, "hé"), Constant(SqlType.Text, null)));
        Assert.Equal([List("a", "b"), null, List("")], Run("string_split", Column(SqlType.Text, "a, b", null, ""), Constant(SqlType.Text, ", ")));
        Assert.Equal(List("a", "😀"), Call("string_split", "a😀", ""));
    }

    [Fact]
    public void Joining_undoes_splitting() => Gen.String[Gen.Char["ab,é"], 0, 12].Sample(text =>
        Assert.Equal(text, Call("array_to_string", Call("string_split", text, ","), ",")));
}
