package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.RecordingVerifier;
import io.earwitness.archive.VerificationReport;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.s3.S3Config;
import io.earwitness.archive.store.s3.S3TestServer;
import io.earwitness.call.Generation;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.client.CallParty;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.G711;
import io.earwitness.recorder.client.SiprecClient;
import io.earwitness.recorder.client.Speech;
import io.earwitness.recorder.sip.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers, each a process with a spool of its own, over one PostgreSQL and one S3-compatible
 * store: one of them goes for good, or only seems to.
 */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoServersTest {
  private static final int SAMPLES_PER_SECOND = 8_000;

  /** Bytes of the two streams of one second in a spool, as few as they can be. */
  private static final int SPOOLED_PER_SECOND = 2 * 50 * 172;

  private Path folder = Path.of("");
  private PostgresServer postgres;
  private ObjectStore store;
  private Installation beside;
  private List<DemoTenants.Login> logins = List.of();
  private Node a;
  private Node b;

  /** A node, whose process can be started again. */
  private final class Node implements AutoCloseable {
    final String name;
    final Path data;
    final Map<String, String> settings;
    final int sip = TestServer.freePort();
    final int http = TestServer.freePort();
    private int starts;
    private @Nullable ServerProcess process;

    Node(String name, Map<String, String> shared) throws Exception {
      this.name = name;
      data = Files.createDirectories(folder.resolve(name));
      settings = new HashMap<>(shared);
      settings.put("EARWITNESS_NODE", name);
      settings.put("EARWITNESS_SIP_PORT", Integer.toString(sip));
      settings.put("EARWITNESS_HTTP_PORT", Integer.toString(http));
      settings.put("EARWITNESS_NODES_API_PORT", "0");
      settings.put("EARWITNESS_NODES_ABSENT_AFTER_SECONDS", "15");
      settings.put("EARWITNESS_NODES_RESCUE_SECONDS", "1");
    }

    void start() throws Exception {
      starts++;
      process = ServerProcess.start(data, settings, folder.resolve(name + "-" + starts + ".log"));
    }

    ServerProcess process() {
      return Objects.requireNonNull(process);
    }

    PortalClient officer() throws Exception {
      return portal(DemoTenants.ACME, "compliance-officer");
    }

    PortalClient portal(TenantSlug tenant, String role) throws Exception {
      DemoTenants.Login login =
          logins.stream()
              .filter(l -> l.tenant().equals(tenant.value()) && l.roles().contains(role))
              .findFirst()
              .orElseThrow();
      return new PortalClient("http://127.0.0.1:" + http, login);
    }

    /** Our client calls this node. */
    CompletableFuture<ClientResult> call(String caller, Duration length) {
      ClientOptions options =
          ClientOptions.to("sip:recorder@127.0.0.1:" + sip)
              .withTransport(Transport.TCP)
              .withLength(length)
              .withParties(
                  CallParty.parse(caller + " Customer <+14155550123>"),
                  CallParty.parse("Emma Berg <" + DemoTenants.ACME_NUMBER + ">"));
      return CompletableFuture.supplyAsync(
          () -> {
            try {
              return new SiprecClient(InstantSource.system()).run(options);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    }

    @Override
    public void close() throws Exception {
      if (process != null) {
        process.close();
      }
    }
  }

  @BeforeAll
  void startBoth(@TempDir Path temporary) throws Exception {
    folder = temporary;
    CompletableFuture<S3TestServer> s3 = CompletableFuture.supplyAsync(S3TestServer::get);
    postgres = new PostgresServer(folder.resolve("postgres"));
    S3Config objects = s3.get().freshBuckets();
    Map<String, String> shared = new HashMap<>(postgres.settings());
    shared.put("EARWITNESS_OBJECTS_ENDPOINT", objects.endpoint().toString());
    shared.put("EARWITNESS_OBJECTS_BUCKET", objects.bucket());
    shared.put("EARWITNESS_OBJECTS_REGION", objects.region());
    shared.put("EARWITNESS_OBJECTS_ACCESS_KEY", objects.accessKey());
    shared.put("EARWITNESS_OBJECTS_SECRET_KEY", objects.secretKey());
    a = new Node("a", shared);
    b = new Node("b", shared);
    // Tenants and keys come of a first run, which ends in order
    try (TestServer first = TestServer.start(a.data, a.settings)) {
      logins = first.logins();
    }
    copyKeys();
    store = Stores.open(TestServer.config(a.data, a.settings));
    beside = Installation.join(TestServer.config(a.data, a.settings));
    a.start();
    b.start();
    a.process().awaitReady();
    b.process().awaitReady();
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable part : new AutoCloseable[] {a, b, beside, store, postgres}) {
      if (part != null) {
        part.close();
      }
    }
  }

  /** All nodes need the same keys. */
  private void copyKeys() throws IOException {
    Path to = Files.createDirectory(b.data.resolve("keys"));
    try (Stream<Path> files = Files.list(a.data.resolve("keys"))) {
      for (Path file : files.toList()) {
        Files.copy(
            file,
            to.resolve(file.getFileName().toString()),
            java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private List<ObjectStore.Version> copies(Node node) {
    return store.list(Bucket.WORK, ObjectKeys.rescues(node.name));
  }

  /** Waits until so many seconds of what a node receives have been copied. */
  private void awaitCopied(Node node, int seconds) throws Exception {
    long before = copies(node).stream().mapToLong(ObjectStore.Version::size).sum();
    TestServer.await(
        seconds + " s of audio to be copied",
        () ->
            copies(node).stream().mapToLong(ObjectStore.Version::size).sum() - before
                > (long) (seconds + 1) * SPOOLED_PER_SECOND,
        () -> copies(node).toString());
  }

  /** The call of this caller, as B's portal finds it. */
  private static JsonNode await(PortalClient portal, String caller, String state) throws Exception {
    JsonNode[] last = new JsonNode[1];
    TestServer.await(
        "the call of " + caller + " to be " + state,
        () -> {
          last[0] = portal.json("/recordings?q=" + caller).path("items").path(0);
          return last[0].path("state").asText().equals(state);
        },
        () -> String.valueOf(last[0]));
    return last[0];
  }

  private static short[][] heard(PortalClient portal, JsonNode item) throws Exception {
    return FlacDecoder.decode(portal.get("/recordings/" + item.path("id").asText() + "/media"));
  }

  /** What both said, as long as may be. */
  private static short[][] said() {
    Speech.Dialogue dialogue = Speech.dialogue(0);
    return new short[][] {
      dialogue.left().heard(G711.PCMU, 3_000), dialogue.right().heard(G711.PCMU, 3_000)
    };
  }

  /** Where in a channel the speech begins; the first second of speech must stand there whole. */
  private static int beginning(short[] channel, short[] said) {
    for (int from = 0; from + SAMPLES_PER_SECOND < channel.length; from++) {
      if (Arrays.equals(channel, from, from + SAMPLES_PER_SECOND, said, 0, SAMPLES_PER_SECOND)) {
        return from;
      }
    }
    throw new AssertionError("the speech does not begin in this channel");
  }

  private void assertVerified(JsonNode item, int generations) throws Exception {
    VerificationReport report =
        new RecordingVerifier(new ManifestVerifier(beside.platformKeys().authority()))
            .verify(store, DemoTenants.ACME, TestServer.id(item));
    assertThat(report.findings()).isEmpty();
    assertThat(report.manifests()).isEqualTo(generations);
  }

  private CallEntry entry(JsonNode item) {
    return beside.calls().load(List.of(TestServer.id(item))).getFirst();
  }

  @Test
  void theCallOfANodeThatIsKilledAndWhoseDiskIsGoneIsArchivedByTheOther() throws Exception {
    CompletableFuture<ClientResult> onB = b.call("Bertha", Duration.ofSeconds(4));
    CompletableFuture<ClientResult> onA = a.call("Abigail", Duration.ofSeconds(60));
    awaitCopied(a, 4);
    a.process().kill();
    delete(a.data.resolve("spool"));
    try (PortalClient officer = b.officer();
        PortalClient operator = b.portal(TenantSlug.PLATFORM, "operator")) {
      assertThat(onB.get().results().getFirst().error()).isNull();
      JsonNode ours = await(officer, "Bertha", "archived");
      assertThat(ours.path("flags")).isEmpty();

      JsonNode rescued = await(officer, "Abigail", "archived-partial");
      assertThat(rescued.path("flags").toString())
          .contains("rescued", "recorder-interrupted")
          .doesNotContain("capture-damaged");
      assertThat(Objects.requireNonNull(entry(rescued).archive()).generation())
          .isEqualTo(Generation.RESCUED);
      assertThat(entry(rescued).summary().node()).isEqualTo("a");
      assertVerified(rescued, 1);
      short[][] channels = heard(officer, rescued);
      short[][] said = said();
      for (int side = 0; side < 2; side++) {
        int from = beginning(channels[side], said[side]);
        int kept = channels[side].length - from;
        assertThat(kept).isGreaterThan(2 * SAMPLES_PER_SECOND);
        // To the last packet of either side
        int both = kept - SAMPLES_PER_SECOND;
        assertThat(Arrays.copyOfRange(channels[side], from, from + both))
            .isEqualTo(Arrays.copyOf(said[side], both));
      }
      JsonNode nodes = operator.json("/nodes").path("items");
      assertThat(nodes.findValuesAsText("name")).containsExactlyInAnyOrder("a", "b");
      for (JsonNode node : nodes) {
        assertThat(node.path("state").asText())
            .isEqualTo(node.path("name").asText().equals("a") ? "absent" : "present");
      }
      TestServer.await("the copies to go", () -> copies(a).isEmpty(), () -> copies(a) + "");
    }
    onA.cancel(true);
    // With a new disk, under its old name
    a.start();
    a.process().awaitReady();
  }

  @Test
  void theWholeCallOfANodeThatOnlySeemedGoneSupersedesItsRescue() throws Exception {
    CompletableFuture<ClientResult> running = a.call("Carlotta", Duration.ofSeconds(50));
    awaitCopied(a, 4);
    a.process().signal("STOP");
    try (PortalClient officer = b.officer()) {
      JsonNode rescued;
      try {
        rescued = await(officer, "Carlotta", "archived-partial");
      } finally {
        a.process().signal("CONT");
      }
      assertThat(rescued.path("flags").toString()).contains("rescued");
      assertThat(Objects.requireNonNull(entry(rescued).archive()).generation())
          .isEqualTo(Generation.RESCUED);
      short[] part = heard(officer, rescued)[0];

      ClientResult.Call call = running.get().results().getFirst();
      assertThat(call.error()).isNull();
      TestServer.await(
          "generation 2",
          () ->
              Objects.requireNonNull(entry(rescued).archive()).generation() == Generation.RETURNED,
          () -> entry(rescued).toString());
      JsonNode[] whole = new JsonNode[1];
      TestServer.await(
          "the portal to know",
          () -> {
            whole[0] = officer.json("/recordings?q=Carlotta").path("items").path(0);
            return !whole[0].path("flags").toString().contains("rescued");
          },
          () -> whole[0].toString());
      assertThat(whole[0].path("id")).isEqualTo(rescued.path("id"));
      assertThat(whole[0].path("flags").toString())
          .doesNotContain("rescued", "recorder-interrupted", "capture-damaged");
      assertVerified(whole[0], 2);
      short[][] channels = heard(officer, whole[0]);
      short[][] said = said();
      for (int side = 0; side < 2; side++) {
        int from = beginning(channels[side], said[side]);
        int all = Math.toIntExact(call.streams().get(side).samples());
        assertThat(channels[side].length).isGreaterThanOrEqualTo(from + all);
        // To where the rescue came, and the last five seconds, when it was back for long
        int rescuedTo = Math.max(3 * SAMPLES_PER_SECOND, part.length - 2 * SAMPLES_PER_SECOND);
        assertThat(Arrays.copyOfRange(channels[side], from, from + rescuedTo))
            .isEqualTo(Arrays.copyOf(said[side], rescuedTo));
        int last = all - 5 * SAMPLES_PER_SECOND;
        assertThat(Arrays.copyOfRange(channels[side], from + last, from + all))
            .isEqualTo(Arrays.copyOfRange(said[side], last, all));
      }
      TestServer.await("the copies to go", () -> copies(a).isEmpty(), () -> copies(a) + "");
    }
  }
}
