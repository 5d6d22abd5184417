package io.earwitness.archive.witness;

import io.earwitness.archive.catalog.AuditCopier;
import io.earwitness.audit.verify.Cosignature;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks witnesses for cosignatures ({@code add-checkpoint}). What a witness knows is asked of it
 * anew after a start, so nothing need be kept here. For one thread.
 */
public final class WitnessClient implements AuditCopier.Witnesses, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WitnessClient.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CONFLICT = 409;

  private final List<Witness> witnesses;
  private final HttpClient http;

  /** How large the tree was that each cosigned last. */
  private final Map<Witness, Long> known = new HashMap<>();

  private final Set<Witness> failing = new HashSet<>();

  /**
   * @param tls whom to trust
   */
  public WitnessClient(List<Witness> witnesses, SSLContext tls) {
    this.witnesses = List.copyOf(witnesses);
    this.http =
        HttpClient.newBuilder()
            .sslContext(tls)
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  @Override
  public String cosigned(String note, long treeSize, LongFunction<List<byte[]>> proof) {
    StringBuilder cosigned = new StringBuilder(note);
    for (Witness witness : witnesses) {
      try {
        cosigned.append(ask(witness, note, treeSize, proof)).append('\n');
        known.put(witness, treeSize);
        if (failing.remove(witness)) {
          LOG.info("The witness {} cosigns again", witness.key().name());
        }
      } catch (IOException e) {
        if (failing.add(witness)) {
          LOG.warn(
              "Checkpoints go without the cosignature of {}: {}",
              witness.key().name(),
              e.getMessage());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return cosigned.toString();
      }
    }
    return cosigned.toString();
  }

  /** The cosignature's line. */
  private String ask(Witness witness, String note, long treeSize, LongFunction<List<byte[]>> proof)
      throws IOException, InterruptedException {
    long from = Math.min(known.getOrDefault(witness, 0L), treeSize);
    HttpResponse<String> answer = post(witness, body(note, from, proof));
    if (answer.statusCode() == CONFLICT) {
      from = size(answer.body(), treeSize);
      answer = post(witness, body(note, from, proof));
    }
    if (answer.statusCode() != 200) {
      throw new IOException("it answered " + answer.statusCode());
    }
    String text = note.substring(0, note.lastIndexOf("\n\n") + 1);
    try {
      return Cosignature.find(text, answer.body(), witness.key())
          .map(Cosignature::line)
          .orElseThrow(() -> new IOException("its answer holds no cosignature by its key"));
    } catch (Cosignature.ForgedException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** {@code text/x.tlog.size}: what it knows of the log. */
  private static long size(String body, long treeSize) throws IOException {
    String text = body.strip();
    if (!text.matches("0|[1-9][0-9]{0,17}") || Long.parseLong(text) > treeSize) {
      throw new IOException(
          "it knows another tree than ours, or says no size: '%s'"
              .formatted(text.substring(0, Math.min(text.length(), 60))));
    }
    return Long.parseLong(text);
  }

  private static String body(String note, long from, LongFunction<List<byte[]>> proof) {
    StringBuilder body = new StringBuilder("old ").append(from).append('\n');
    if (from > 0) {
      proof
          .apply(from)
          .forEach(hash -> body.append(Base64.getEncoder().encodeToString(hash)).append('\n'));
    }
    return body.append('\n').append(note).toString();
  }

  private HttpResponse<String> post(Witness witness, String body)
      throws IOException, InterruptedException {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create(witness.address() + "/add-checkpoint"))
              .timeout(PATIENCE)
              .header("User-Agent", "Earwitness")
              .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
              .build(),
          HttpResponse.BodyHandlers.limiting(
              HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8), 64 << 10));
    } catch (IOException e) {
      throw new IOException(witness.address() + ": " + e, e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
