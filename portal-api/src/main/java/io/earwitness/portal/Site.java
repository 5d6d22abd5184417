package io.earwitness.portal;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The portal's page, from the class path. Every address that is no file shows the page, which has
 * its own routes. The page carries a nonce that is fresh in each response and named in its content
 * security policy; files below {@code assets/} have a hash in their names and never change.
 */
final class Site {
  private static final String ROOT = "/web/";
  private static final String NONCE = "__CSP_NONCE__";
  private static final Pattern FILE =
      Pattern.compile("(?:assets/)?[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)+");
  private static final Map<String, String> TYPES =
      Map.of(
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "woff2", "font/woff2");

  /** A file with its compressed form. */
  private record Asset(String type, byte[] plain, byte[] gzip) {}

  private final Map<String, Asset> assets = new ConcurrentHashMap<>();
  private final String page;
  private final @Nullable TeamsTab teams;

  /**
   * @param teams null where no page may be in a frame
   */
  Site(@Nullable TeamsTab teams) {
    this.teams = teams;
    this.page =
        read("index.html").map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("");
  }

  void handle(Context http) {
    String path = http.path().substring(1);
    if (path.startsWith("api/") || path.startsWith("scim/")) {
      throw ProblemException.notFound("There is nothing at this address.");
    }
    if (FILE.matcher(path).matches() && !path.equals("index.html")) {
      asset(http, path);
      return;
    }
    if (page.isEmpty()) {
      throw ProblemException.notFound("This build has no portal page; the API is at /api/v1.");
    }
    String nonce = SessionTokens.draw();
    if (teams != null && TeamsTab.isPage(http.path())) {
      http.header("Content-Security-Policy", policy(nonce, String.join(" ", teams.origins())));
      // The window in which somebody signs in tells the frame that opened it
      http.header("Cross-Origin-Opener-Policy", "unsafe-none");
      // It knows no list of hosts, and would forbid what the policy allows
      http.res().setHeader("X-Frame-Options", null);
    } else {
      http.header("Content-Security-Policy", policy(nonce, "'none'"));
    }
    http.header("Cache-Control", "no-store");
    http.contentType("text/html; charset=utf-8").result(page.replace(NONCE, nonce));
  }

  private void asset(Context http, String path) {
    Asset asset = assets.get(path);
    if (asset == null) {
      // Only what exists is kept: names are the asker's to invent
      asset = load(path).orElseThrow(() -> ProblemException.notFound("There is no such file."));
      assets.put(path, asset);
    }
    http.header(
        "Cache-Control",
        path.startsWith("assets/")
            ? "public, max-age=31536000, immutable"
            : "public, max-age=3600");
    http.header("Vary", "Accept-Encoding");
    http.contentType(asset.type());
    String encodings = http.header("Accept-Encoding");
    if (encodings != null && encodings.contains("gzip")) {
      http.header("Content-Encoding", "gzip");
      http.result(asset.gzip());
    } else {
      http.result(asset.plain());
    }
  }

  private static Optional<Asset> load(String path) {
    String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    return type == null
        ? Optional.empty()
        : read(path).map(plain -> new Asset(type, plain, gzip(plain)));
  }

  private static Optional<byte[]> read(String path) {
    try (InputStream in = Site.class.getResourceAsStream(ROOT + path)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("the portal's file " + path + " can't be read", e);
    }
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new IllegalStateException(e); // memory does not fail to be written
    }
    return bytes.toByteArray();
  }

  private static String policy(String nonce, String frameAncestors) {
    return "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-"
        + nonce
        + "'; img-src 'self' data:; connect-src 'self'; media-src 'self'; font-src 'self';"
        + " worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
        + frameAncestors;
  }
}
