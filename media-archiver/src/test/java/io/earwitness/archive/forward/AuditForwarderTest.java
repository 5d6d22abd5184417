package io.earwitness.archive.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.catalog.AuditForwarding.Destination;
import io.earwitness.archive.catalog.AuditForwarding.Status;
import io.earwitness.archive.catalog.AuditOrigin;
import io.earwitness.archive.catalog.AuditSequencer;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.CanonicalEntry;
import io.earwitness.audit.tree.LogSigner;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.notify.TestKeyStore;
import io.earwitness.outbound.Outbound;
import io.earwitness.outbound.TrustFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an act that is entered to a syslog server by TLS, over a real database. */
class AuditForwarderTest {
  private static final TenantSlug ACME = new TenantSlug("acme");
  private static final TenantSlug GLOBEX = new TenantSlug("globex");
  private static final AuditOrigin ORIGIN = new AuditOrigin("test.example/audit");
  private static final Pattern PARAMETER = Pattern.compile(" ([A-Za-z]+)=\"([^\"]*)\"");

  @TempDir private static Path folder;
  private static TestKeyStore keys;

  private final DatabaseConfig.External server = TestServer.bundled().newDatabase();
  private Instant now = Instant.parse("2026-11-21T10:00:00Z");
  private CatalogDatabase database;
  private AuditSequencer sequencer;
  private AuditForwarder forwarder;
  private SyslogListener listener;

  @BeforeAll
  static void certificate() throws Exception {
    keys = new TestKeyStore(folder, "127.0.0.1");
  }

  @BeforeEach
  void open() throws Exception {
    listener = new SyslogListener(keys.server());
    start();
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(
              new Directory.Tenant(tenant, tenant.value(), ZoneId.of("UTC"), Set.of(), 1), "t");
    }
  }

  private void start() throws Exception {
    database = CatalogDatabase.open(server, Clock.systemUTC());
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    sequencer = database.sequenceAudit(new LogSigner(pair.getPrivate(), pair.getPublic()), ORIGIN);
    forwarder = forwarder(Duration.ofSeconds(5));
  }

  private AuditForwarder forwarder(Duration patience) throws Exception {
    return new AuditForwarder(
        database.auditForwarding(),
        new Outbound(true, TrustFile.load(keys.pem()), patience),
        ORIGIN,
        "rec-1",
        () -> now);
  }

  @AfterEach
  void stop() throws IOException {
    forwarder.close();
    sequencer.close();
    database.close();
    listener.close();
  }

  private void enter(TenantSlug tenant, int count) {
    for (int i = 0; i < count; i++) {
      database
          .audit()
          .append(
              new AuditEntry(
                  UUID.randomUUID(),
                  Instant.now(),
                  tenant,
                  "user:ana@" + tenant,
                  "recording.play",
                  "recording:" + i,
                  null,
                  i % 2 == 0 ? null : "refused: no grant",
                  Map.of("reason", "a complaint of " + tenant)));
    }
    sequencer.catchUp();
  }

  private Destination destination(TenantSlug tenant, boolean masked) {
    return new Destination(tenant, "siem", "tls://127.0.0.1:" + listener.port(), masked);
  }

  private Status status() {
    return database.auditForwarding().list(ACME).getFirst();
  }

  private static Map<String, String> data(String message) {
    Map<String, String> data = new HashMap<>();
    Matcher matcher =
        PARAMETER.matcher(message.substring(message.indexOf('['), message.indexOf(']')));
    while (matcher.find()) {
      data.put(matcher.group(1), matcher.group(2));
    }
    return data;
  }

  private static JsonNode json(String message) throws IOException {
    return Json.mapper().readTree(message.substring(message.indexOf('\ufeff') + 1));
  }

  private List<Long> leaves() {
    return listener.messages().stream().map(each -> Long.valueOf(data(each).get("leaf"))).toList();
  }

  @Test
  void entriesOfTheTenantAloneGoInTheOrderOfTheirLeavesAndVerify() throws Exception {
    enter(GLOBEX, 2);
    enter(ACME, 3);
    database.auditForwarding().set(destination(ACME, false), OptionalLong.of(0), "t");
    assertThat(forwarder.round()).isEqualTo(3);
    assertThat(forwarder.round()).as("nothing is left").isZero();

    assertThat(leaves()).containsExactly(0L, 1L, 2L);
    assertThat(String.join("", listener.messages())).doesNotContain("globex");
    String first = listener.messages().getFirst();
    assertThat(first).startsWith("<110>1 ").contains(" rec-1 earwitness - recording.play [audit@");
    assertThat(data(first))
        .containsEntry("log", "test.example/audit/acme")
        .containsEntry("actor", "user:ana@acme")
        .containsEntry("action", "recording.play")
        .containsEntry("object", "recording:0")
        .doesNotContainKey("outcome");
    assertThat(json(first).at("/entry/details/reason").asText()).isEqualTo("a complaint of acme");
    String second = listener.messages().get(1);
    assertThat(second).as("a refusal is a warning").startsWith("<108>1 ");
    assertThat(data(second)).containsEntry("outcome", "refused: no grant");
    for (String message : listener.messages()) {
      byte[] canonical = json(message).get("canonical").asText().getBytes(StandardCharsets.UTF_8);
      assertThat(data(message).get("leafHash"))
          .isEqualTo(HexFormat.of().formatHex(CanonicalEntry.leafHash(canonical)));
    }
    assertThat(status().next()).isEqualTo(3);
    assertThat(status().waiting()).isZero();
    assertThat(status().oldest()).isNull();
    assertThat(status().sentAt()).isNotNull();
  }

  @Test
  void aMaskedReceiverLearnsCommitmentsAndNoValues() throws Exception {
    enter(ACME, 1);
    database.auditForwarding().set(destination(ACME, true), OptionalLong.of(0), "t");
    forwarder.round();
    String message = listener.messages().getFirst();
    assertThat(message).doesNotContain("ana", "recording:0", "complaint", "salt");
    JsonNode canonical = Json.mapper().readTree(json(message).get("canonical").asText());
    assertThat(data(message))
        .containsEntry("actor", canonical.get("actor").asText())
        .containsEntry("object", canonical.get("object").asText())
        .containsEntry("action", "recording.play");
  }

  @Test
  void whatAReceiverBreaksOffIsSentAgainAlsoAfterARestart() throws Exception {
    database.auditForwarding().set(destination(ACME, false), OptionalLong.empty(), "t");
    enter(ACME, 4);
    listener.now(SyslogListener.Manner.BREAKS);
    assertThat(forwarder.round()).isZero();
    assertThat(status().next()).isZero();
    assertThat(status().waiting()).isEqualTo(4);
    assertThat(status().problem()).isNotNull();
    assertThat(forwarder.round()).as("not again at once").isZero();
    stopServer();
    start();
    listener.now(SyslogListener.Manner.TAKES);
    assertThat(forwarder.round()).isEqualTo(4);
    assertThat(leaves()).containsExactly(0L, 1L, 2L, 3L);
    assertThat(status().problem()).isNull();
    assertThat(status().failingSince()).isNull();
  }

  private void stopServer() {
    forwarder.close();
    sequencer.close();
    database.close();
  }

  @Test
  void aReceiverThatIsAwayIsTriedAgainEverMoreSeldom() throws Exception {
    enter(ACME, 1);
    database.auditForwarding().set(destination(ACME, false), OptionalLong.of(0), "t");
    listener.close();
    forwarder.round();
    Instant since = status().failingSince();
    assertThat(since).isNotNull();
    now = now.plusSeconds(5);
    forwarder.round();
    assertThat(status().failingSince()).as("since the first time").isEqualTo(since);
    try (SyslogListener back = new SyslogListener(keys.server())) {
      database
          .auditForwarding()
          .set(
              new Destination(ACME, "siem", "tls://127.0.0.1:" + back.port(), false),
              OptionalLong.empty(),
              "t");
      assertThat(status().problem()).as("of the former address").isNull();
      assertThat(forwarder.round()).as("another address is tried at once").isEqualTo(1);
      assertThat(back.messages()).hasSize(1);
    }
  }

  @Test
  void oneThatDoesNotSayItTookThemGetsThemAgainAndDelaysNoOther() throws Exception {
    enter(ACME, 2);
    enter(GLOBEX, 1);
    database.auditForwarding().set(destination(ACME, false), OptionalLong.of(0), "t");
    listener.now(SyslogListener.Manner.HANGS);
    try (AuditForwarder impatient = forwarder(Duration.ofMillis(300));
        SyslogListener other = new SyslogListener(keys.server())) {
      database
          .auditForwarding()
          .set(
              new Destination(GLOBEX, "siem", "tls://127.0.0.1:" + other.port(), false),
              OptionalLong.of(0),
              "t");
      impatient.round();
      assertThat(other.messages()).hasSize(1);
      assertThat(status().next()).isZero();
      assertThat(status().problem()).contains("did not end the connection");
    }
  }

  @Test
  void aLongBacklogGoesInBatchesWithoutALossOrARepetition() throws Exception {
    enter(ACME, 2 * AuditForwarder.BATCH + 7);
    database.auditForwarding().set(destination(ACME, true), OptionalLong.of(0), "t");
    assertThat(forwarder.round()).isEqualTo(AuditForwarder.BATCH);
    assertThat(forwarder.waiting()).isEqualTo(2 * AuditForwarder.BATCH + 7);
    assertThat(forwarder.round()).isEqualTo(AuditForwarder.BATCH);
    assertThat(forwarder.round()).isEqualTo(7);
    assertThat(leaves())
        .containsExactlyElementsOf(
            IntStream.range(0, 2 * AuditForwarder.BATCH + 7).mapToObj(i -> (long) i).toList());
  }

  @Test
  void aNewReceiverGetsWhatIsEnteredFromNowOnUnlessALeafIsNamed() throws Exception {
    enter(ACME, 3);
    assertThat(database.auditForwarding().set(destination(ACME, false), OptionalLong.empty(), "t"))
        .isTrue();
    assertThat(status().next()).isEqualTo(3);
    assertThat(database.auditForwarding().set(destination(ACME, false), OptionalLong.empty(), "t"))
        .as("the same again")
        .isFalse();
    assertThat(database.auditForwarding().set(destination(ACME, false), OptionalLong.of(1), "t"))
        .isTrue();
    assertThat(status().waiting()).isEqualTo(2);
    assertThatThrownBy(
            () -> database.auditForwarding().set(destination(ACME, true), OptionalLong.of(4), "t"))
        .hasMessageContaining("has 3 entries");
    assertThat(database.auditForwarding().remove(ACME, "siem", "t")).isTrue();
    assertThat(database.auditForwarding().remove(ACME, "siem", "t")).isFalse();
    forwarder.round();
    assertThat(listener.messages()).isEmpty();
  }
}
