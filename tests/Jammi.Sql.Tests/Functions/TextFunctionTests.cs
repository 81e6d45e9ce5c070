using CsCheck;
using Jammi.Sql.Types;
using static Jammi.Sql.Tests.Functions.FunctionHarness;

namespace Jammi.Sql.Tests.Functions;

public class TextFunctionTests
{
    [Theory]
    [InlineData("regexp_replace('foobarbaz', 'b..', 'X')", "fooXbaz")]
    [InlineData("regexp_replace('foobarbaz', 'b..', 'X', 'g')", "fooXX")]
    [InlineData("regexp_replace('foobarbaz', 'b(..)', 'X\\1Y', 'g')", "fooXarYXazY")]
    [InlineData("regexp_replace('Foo', 'f', '[\\&]', 'i')", "[F]oo")]
    [InlineData("regexp_replace('a.b', '.', '-', 'gl')", "a-b")]
    [InlineData("regexp_replace('abc', 'x*', '-', 'g')", "-a-b-c-")]
    [InlineData("regexp_extract('hello_world', '([a-z]+)_?', 1)", "hello")]
    [InlineData("regexp_extract('hello', '[0-9]')", "")]
    [InlineData("regexp_substr('hello', '[0-9]')", "NULL")]
    [InlineData("regexp_extract_all('a1 b22 c', '([a-z])([0-9]+)', 2)", "[1, 22]")]
    [InlineData("regexp_match('foobarbequebaz', '(bar)(beque)')", "[bar, beque]")]
    [InlineData("regexp_match('foobarbequebaz', 'barbeque')", "[barbeque]")]
    [InlineData("regexp_match('foo', 'x')", "NULL")]
    [InlineData("regexp_split_to_array('hello world', '\\s+')", "[hello, world]")]
    [InlineData("regexp_split_to_array('the quick', '\\s*')", "[t, h, e, q, u, i, c, k]")]
    [InlineData("regexp_split_to_array('', ',')", "[\"\"]")]
    [InlineData("regexp_count('ABCABCAXYaxy', 'A.')", "3")]
    [InlineData("regexp_count('ABCABCAXYaxy', 'A.', 2, 'i')", "3")]
    [InlineData("regexp_instr('number of 😀 5', '[0-9]')", "13")]
    [InlineData("regexp_matches('abc', 'B', 'i')", "true")]
    [InlineData("regexp_full_match('abc', 'b')", "false")]
    [InlineData("substring('Thomas' FROM '...$')", "mas")]
    [InlineData("substring('foobar' FROM 'o(.)b')", "o")]
    [InlineData("substring('Thomas' FROM 2 FOR 3)", "hom")]
    [InlineData("substring('Thomas' FOR 2)", "Th")]
    [InlineData("substring('Thomas' FROM -1 FOR 4)", "Th")]
    [InlineData("trim(BOTH 'xyz' FROM 'yxTomxx')", "Tom")]
    [InlineData("trim(LEADING FROM '  a ')", "a ")]
    [InlineData("position('om' IN 'Thomas')", "3")]
    [InlineData("overlay('Txxxxas' PLACING 'hom' FROM 2 FOR 4)", "Thomas")]
    [InlineData("'abc' SIMILAR TO '%(b|d)%'", "true")]
    public void Texts_are_searched_and_cut(string expression, string expected) => Assert.Equal(expected, SqlText.Value(expression));

    [Theory]
    [InlineData("to_base64('hello'::BLOB)", "aGVsbG8=")]
    [InlineData("from_base64('aGVsbG8=')::TEXT", "\\x68656c6c6f")]
    [InlineData("decode(from_base64('aGVsbG8='))", "hello")]
    [InlineData("encode('\\x1234'::BLOB, 'hex')", "1234")]
    [InlineData("decode('1234', 'hex')", "\\x1234")]
    [InlineData("encode('\\x00ff5c61'::BLOB, 'escape')", "\\000\\377\\\\a")]
    [InlineData("decode('\\000\\377\\\\a', 'escape')", "\\x00ff5c61")]
    [InlineData("hex(255)", "FF")]
    [InlineData("to_hex(-1)", "ffffffff")]
    [InlineData("to_hex(-1::BIGINT)", "ffffffffffffffff")]
    [InlineData("bin(5)", "101")]
    [InlineData("to_oct(64)", "100")]
    [InlineData("unhex('C3A9')", "\\xc3a9")]
    [InlineData("url_encode('https://x.y/?a=b&c=ü')", "https%3A%2F%2Fx.y%2F%3Fa%3Db%26c%3D%C3%BC")]
    [InlineData("url_decode('a%2Bb')", "a+b")]
    [InlineData("md5('')", "d41d8cd98f00b204e9800998ecf8427e")]
    public void Bytes_are_written_as_text(string expression, string expected) => Assert.Equal(expected, SqlText.Value(expression));

    [Theory]
    [InlineData("format('Hello %s, %1$s', 'World')", "Hello World, World")]
    [InlineData("format('|%10s|%-10s|', 'foo', 'bar')", "|       foo|bar       |")]
    [InlineData("format('INSERT INTO %I VALUES(%L, %L)', 'Foo bar', 'O''Reilly', NULL)", "INSERT INTO \"Foo bar\" VALUES('O''Reilly', NULL)")]
    [InlineData("format('%3$s %2$s %s 100%%', 'a', 'b', 'c')", "c b c 100%")]
    [InlineData("format('%s', NULL)", "")]
    [InlineData("printf('%5d|%-5d|%05d|%+d|%x|%X|%o', 42, 42, -42, 42, 255, 255, 8)", "   42|42   |-0042|+42|ff|FF|10")]
    [InlineData("printf('%.2f|%8.3f|%e|%g|%G', 3.14159, 2.5, 12345.678, 0.0001, 1e20)", "3.14|   2.500|1.234568e+04|0.0001|1E+20")]
    [InlineData("printf('%s %.2s %c %,d %%', 1.5, 'abc', 65, 1234567)", "1.5 ab A 1,234,567 %")]
    [InlineData("printf('%d', NULL)", "NULL")]
    [InlineData("quote_ident('plain')", "plain")]
    [InlineData("quote_ident('select')", "\"select\"")]
    [InlineData("quote_ident('a\"b')", "\"a\"\"b\"")]
    [InlineData("quote_literal(42)", "'42'")]
    [InlineData("quote_nullable('x')", "'x'")]
    [InlineData("strip_accents('Čeština naïve')", "Cestina naive")]
    [InlineData("parse_filename('plain.png')", "plain.png")]
    [InlineData("parse_dirpath('plain.png')", "")]
    [InlineData("parse_extension('a/b')", "")]
    [InlineData("levenshtein('GUMBO', 'GAMBOL')", "2")]
    [InlineData("levenshtein('', 'héé')", "3")]
    [InlineData("damerau_levenshtein('CA', 'ABC')", "2")]
    [InlineData("round(jaro_winkler_similarity('DIXON', 'DICKSONX'), 4)", "0.8133")]
    [InlineData("jaro_similarity('', 'a')", "0")]
    public void Texts_are_formatted_and_compared(string expression, string expected) => Assert.Equal(expected, SqlText.Value(expression));

    [Theory]
    [InlineData("regexp_replace('a', '(', 'b')", "is not a regular expression")]
    [InlineData("regexp_replace('a', 'a', 'b', 'q')", "'q' is not a flag")]
    [InlineData("regexp_extract('a', 'a', 1)", "has no group 1")]
    [InlineData("decode('abc', 'hex')", "is not hexadecimal digits")]
    [InlineData("from_base64('?')", "is not base 64")]
    [InlineData("encode('a'::BLOB, 'rot13')", "use 'hex', 'base64' or 'escape'")]
    [InlineData("decode('\\xff'::BLOB)", "is not text in UTF-8")]
    [InlineData("format('%d', 1)", "ends in none of %s %I %L")]
    [InlineData("format('%s %s', 1)", "asks for argument 2")]
    [InlineData("printf('%d', 'x')", "takes an integer, not 'x'")]
    [InlineData("hamming('a', 'ab')", "1 and 2 characters")]
    public void Errors_say_what_is_wrong(string expression, string message) =>
        Assert.Contains(message, SqlText.Error(expression).Message, StringComparison.Ordinal);

    [Fact]
    public void A_null_gives_null()
    {
        foreach (string call in (string[])["regexp_replace(NULL, 'a', 'b')", "regexp_match('a', NULL)", "regexp_count(NULL, 'a')", "to_base64(NULL)", "url_encode(NULL)", "levenshtein('a', NULL)", "format(NULL, 1)", "unhex(NULL)"])
        {
            Assert.Equal("NULL", SqlText.Value(call));
        }
    }

    [Fact]
    public void Patterns_may_change_from_row_to_row() =>
        Assert.Equal(["-bc", "a-c", null], Run("regexp_replace", Constant(SqlType.Text, "abc"), Column(SqlType.Text, "a", "b", null), Constant(SqlType.Text, "-")));

    [Fact]
    public void Encodings_are_undone() => Gen.Byte.Array[0, 40].Sample(bytes =>
    {
        Assert.Equal(bytes, Call("from_base64", Call("to_base64", bytes)));
        Assert.Equal(bytes, Call("unhex", Call("hex", bytes)));
        foreach (string format in (string[])["hex", "base64", "escape"])
        {
            Assert.Equal(bytes, Call("decode", Call("encode", bytes, format), format));
        }
    });

    [Fact]
    public void Texts_survive_a_url() => Gen.String[Gen.Char["ab /?&=%+é€"], 0, 20].Sample(text =>
        Assert.Equal(text, Call("url_decode", Call("url_encode", text))));

    [Fact]
    public void A_distance_is_a_metric() => Gen.Select(Gen.String[Gen.Char["abé"], 0, 8], Gen.String[Gen.Char["abé"], 0, 8], Gen.String[Gen.Char["abé"], 0, 8]).Sample((a, b, c) =>
    {
        long Distance(string x, string y) => (long)Call("levenshtein", x, y)!;
        Assert.Equal(Distance(a, b), Distance(b, a));
        Assert.Equal(a == b, Distance(a, b) == 0);
        Assert.True(Distance(a, c) <= Distance(a, b) + Distance(b, c));
        Assert.InRange((double)Call("jaro_winkler_similarity", a, b)!, 0, 1);
    });

    [Fact]
    public void Uuids_are_different_in_every_row()
    {
        Assert.Equal("1000", SqlText.Value("count(DISTINCT u) FROM (SELECT gen_random_uuid() AS u FROM range(1000)) t"));
        Assert.Equal("4", SqlText.Value("substring(gen_random_uuid()::TEXT, 15, 1)"));
        Assert.Equal("7", SqlText.Value("substring(uuidv7()::TEXT, 15, 1)"));
    }
}
