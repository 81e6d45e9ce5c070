using System.Globalization;
using System.Net;
using System.Text;

namespace Jammi.Cli.Demo;

/// <summary>One HTML file with every query, its SQL, and the pictures found with their scores; needs nothing beside it.</summary>
static class GalleryPage
{
    const string Style = """
        body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1d2430; background: #f7f8fa; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .25rem; }
        pre { background: #fff; border: 1px solid #dfe3ea; border-radius: 6px; padding: .75rem 1rem; overflow-x: auto; font-size: .85rem; }
        .hits { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: 1rem; }
        figure { margin: 0; background: #fff; border: 1px solid #dfe3ea; border-radius: 6px; padding: .75rem; }
        img { width: 100%; height: auto; image-rendering: auto; border-radius: 3px; }
        figcaption { font-size: .85rem; } .score { color: #0b6b3a; font-weight: 600; } .source, .time { color: #667085; font-size: .8rem; }
        @media (prefers-color-scheme: dark) { body { background: #14171d; color: #e6e9ef; } pre, figure { background: #1d222b; border-color: #323945; } .score { color: #5fd39a; } .source, .time { color: #98a2b3; } }
        """;

    public static Task WriteAsync(string path, IReadOnlyList<DemoResult> results, CancellationToken cancellation)
    {
        var html = new StringBuilder()
            .Append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Jammi demo</title><style>")
            .Append(Style).Append("</style><h1>Pictures found by text, in SQL</h1>");
        foreach (DemoResult result in results)
        {
            html.Append(CultureInfo.InvariantCulture, $"<h2>“{Encode(result.Query.Text)}”</h2><p class=\"time\">{result.Hits.Count} pictures in {result.Milliseconds:0.0} ms</p>")
                .Append(CultureInfo.InvariantCulture, $"<pre>{Encode(result.Query.Sql)}</pre><div class=\"hits\">");
            foreach (DemoHit hit in result.Hits)
            {
                html.Append(CultureInfo.InvariantCulture, $"<figure><img alt=\"{Encode(hit.Title)}\" src=\"data:{MediaType(hit.Image)};base64,{Convert.ToBase64String(hit.Image)}\">")
                    .Append(CultureInfo.InvariantCulture, $"<figcaption>{Encode(hit.Title)}<br><span class=\"score\">{hit.Similarity:0.000}</span> <span class=\"source\">{Encode(hit.Source)}</span></figcaption></figure>");
            }

            html.Append("</div>");
        }

        return File.WriteAllTextAsync(path, html.Append("</html>\n").ToString(), cancellation);
    }

    static string Encode(string text) => WebUtility.HtmlEncode(text);

    static string MediaType(byte[] image) => image.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) ? "image/jpeg" : "image/png";
}
