package io.earwitness.portal.docs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.text.TextContentRenderer;

/**
 * Pages of {@code docs/operations}, {@code formats} and {@code compliance} as plain HTML: no
 * script, one style sheet in the page, which {@link #POLICY} names by its hash. Their links to one
 * another lead to one another. Thread-safe.
 */
public final class DocumentPages {
  private static final Pattern FOLDER = Pattern.compile("operations|formats|compliance");
  private static final Pattern PAGE = Pattern.compile("[a-z0-9-]{1,60}\\.md");
  private static final String STYLE =
      """
      body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
      table{border-collapse:collapse;display:block;overflow-x:auto}
      th,td{border:1px solid #8886;padding:.25rem .5rem;text-align:left;vertical-align:top}
      pre,code{font-family:ui-monospace,monospace;font-size:.9em;background:#8882}
      pre{padding:.5rem;overflow-x:auto}pre code{background:none}
      :target{background:#fd38}:root{color-scheme:light dark}
      """;

  /** What a browser may do with such a page. */
  public static final String POLICY =
      "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
          .formatted(sha256(STYLE));

  private final Parser parser;
  private final HtmlRenderer renderer;
  private final TextContentRenderer text = TextContentRenderer.builder().build();

  public DocumentPages() {
    List<Extension> extensions = List.of(TablesExtension.create(), HeadingAnchorExtension.create());
    this.parser = Parser.builder().extensions(extensions).build();
    this.renderer =
        HtmlRenderer.builder().extensions(extensions).escapeHtml(true).sanitizeUrls(true).build();
  }

  /**
   * A page; empty if there is none of this name.
   *
   * @param folder {@code operations}, {@code formats} or {@code compliance}
   * @param page such as {@code alarms.md}
   */
  public Optional<String> html(String folder, String page) {
    if (!FOLDER.matcher(folder).matches() || !PAGE.matcher(page).matches()) {
      return Optional.empty();
    }
    try (InputStream in =
        DocumentPages.class.getResourceAsStream("/docs/%s/%s".formatted(folder, page))) {
      return in == null
          ? Optional.empty()
          : Optional.of(html(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new IllegalStateException("the page %s/%s can't be read".formatted(folder, page), e);
    }
  }

  private String html(String markdown) {
    Node document = parser.parse(markdown);
    String title =
        document.getFirstChild() instanceof Heading heading ? text.render(heading) : "Earwitness";
    return """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>%s · Earwitness</title><style>%s</style></head>
        <body>
        %s</body>
        </html>
        """
        .formatted(escaped(title), STYLE, renderer.render(document));
  }

  private static String escaped(String title) {
    return title.replace("&", "&amp;").replace("<", "&lt;");
  }

  private static String sha256(String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
