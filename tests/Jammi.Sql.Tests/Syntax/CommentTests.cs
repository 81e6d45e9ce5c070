using Jammi.Sql.Syntax;

namespace Jammi.Sql.Tests.Syntax;

/// <summary>Comments stand wherever white space may.</summary>
public class CommentTests
{
    [Theory]
    [InlineData("SELECT 1 -- to the end of the text")]
    [InlineData("SELECT 1 -- to the end of the line\n")]
    [InlineData("-- before\r\nSELECT 1")]
    [InlineData("/* before */ SELECT 1")]
    [InlineData("SELECT /* within */ 1")]
    [InlineData("SELECT 1 /* after */")]
    [InlineData("SELECT 1; -- after the semicolon")]
    [InlineData("SELECT/* instead of a blank */1")]
    [InlineData("SELECT /* nested /* twice */ */ 1 --")]
    [InlineData("SELECT 1 /* a 'quote' and -- a line */")]
    [InlineData("SELECT 1 --/* not a block")]
    public void Comments_are_white_space(string sql) => Assert.Single(SqlParser.Parse(sql));

    [Theory]
    [InlineData("")]
    [InlineData("-- nothing else")]
    [InlineData("/* nothing */ -- else\n\n")]
    public void A_text_of_comments_holds_no_statement(string sql) => Assert.Empty(SqlParser.Parse(sql));

    [Fact]
    public void Comment_signs_within_quotes_are_text() => Assert.Single(SqlParser.Parse("SELECT '-- text', \"/* name\" FROM t"));

    [Fact]
    public void An_open_comment_is_named_where_it_starts()
    {
        var error = Assert.Throws<SqlException>(() => SqlParser.Parse("SELECT 1\n  /* open"));
        Assert.Contains("never closed", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 2, column 3", error.Message, StringComparison.Ordinal);
    }
}
