package io.earwitness.archive.witness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.earwitness.audit.verify.Proofs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A witness of one log, written from C2SP tlog-witness and tlog-cosignature: it cosigns what is the
 * continuation of what it cosigned before.
 */
public final class TestWitness implements AutoCloseable {
  private static final String NAME = "witness.example/test";

  private final HttpServer server;
  private final KeyPair keys;

  /** How large the tree was that it cosigned last, and its root. */
  public volatile long size;

  private volatile byte @Nullable [] root;

  /** Answers with this status, if it is not 0. */
  public volatile int broken;

  /** Signs something else than it was asked to. */
  public volatile boolean lying;

  /** What it answered, in order. */
  public final List<Integer> answers = new ArrayList<>();

  public TestWitness() {
    try {
      keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    server.createContext("/w/add-checkpoint", this::add);
    server.start();
  }

  /** As the configuration names it. */
  public Witness witness() {
    return Witness.parse(
        "http://127.0.0.1:%d/w/ %s".formatted(server.getAddress().getPort(), key()));
  }

  /** {@code name+id+key}. */
  public String key() {
    return "%s+%s+%s"
        .formatted(
            NAME, HexFormat.of().formatHex(id()), Base64.getEncoder().encodeToString(typedKey()));
  }

  private byte[] typedKey() {
    byte[] encoded = keys.getPublic().getEncoded();
    byte[] typed = new byte[33];
    typed[0] = 4;
    System.arraycopy(encoded, encoded.length - 32, typed, 1, 32);
    return typed;
  }

  private byte[] id() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update((NAME + "\n").getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(sha256.digest(typedKey()), 4);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private synchronized void add(HttpExchange http) throws IOException {
    String body = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    int end = body.indexOf("\n\n");
    List<String> head = body.substring(0, end).lines().toList();
    String note = body.substring(end + 2);
    String text = note.substring(0, note.lastIndexOf("\n\n") + 1);
    List<String> lines = text.lines().toList();
    long newSize = Long.parseLong(lines.get(1));
    byte[] newRoot = Base64.getDecoder().decode(lines.get(2));
    long old = Long.parseLong(head.getFirst().substring("old ".length()));
    if (broken != 0) {
      answer(http, broken, "");
      return;
    }
    if (old != size) {
      answer(http, 409, size + "\n");
      return;
    }
    List<byte[]> proof =
        head.stream().skip(1).map(line -> Base64.getDecoder().decode(line)).toList();
    byte[] before = root;
    boolean grew =
        before == null
            ? old == 0 && proof.isEmpty()
            : Proofs.consistent(old, before, newSize, newRoot, proof);
    if (!grew) {
      answer(http, 422, "");
      return;
    }
    size = newSize;
    root = newRoot;
    answer(http, 200, cosignature(lying ? text.replace("a", "b") : text));
  }

  private String cosignature(String text) {
    long time = 1_700_000_000L;
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initSign(keys.getPrivate());
      ed25519.update(
          "cosignature/v1\ntime %d\n%s".formatted(time, text).getBytes(StandardCharsets.UTF_8));
      byte[] line = ByteBuffer.allocate(76).put(id()).putLong(time).put(ed25519.sign()).array();
      return "\u2014 %s %s\n".formatted(NAME, Base64.getEncoder().encodeToString(line));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(HttpExchange http, int status, String text) throws IOException {
    answers.add(status);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    http.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (var out = http.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
