package io.earwitness.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.Closings;
import io.earwitness.archive.catalog.Restrictions.Restriction;
import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.call.CallState;
import io.earwitness.call.MaskedSpan;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.recorder.client.CallParty;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.G711;
import io.earwitness.recorder.client.SiprecClient;
import io.earwitness.recorder.client.Speech;
import io.earwitness.recorder.sip.Transport;
import io.earwitness.recorder.sipp.SippCalls;
import io.earwitness.retention.ClosingInventory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One server, real calls, and what people and outsiders get of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@WithOwnServer
class EndToEndTest {
  private static final TenantSlug ACME = DemoTenants.ACME;

  private Path folder = Path.of("");
  private TestServer server;
  private PortalClient officer;
  private ClientResult.Call call;
  private RecordingId id;

  @BeforeAll
  void placeACall(@TempDir Path temporary) throws Exception {
    folder = temporary;
    server =
        TestServer.start(
            folder.resolve("data"),
            Map.of("EARWITNESS_DELIVERY_FOLDER", folder.resolve("customers").toString()));
    officer = server.officer(ACME);
    call = place(acmeCall());
    id = check(ACME, call);
  }

  @AfterAll
  void stop() {
    officer.close();
    server.close();
  }

  private ClientOptions acmeCall() {
    return ClientOptions.to(server.sipUri())
        .withParties(
            CallParty.parse("Carol Customer <+14155550123>"),
            CallParty.parse("Emma Berg <" + DemoTenants.ACME_NUMBER + ">"));
  }

  @Test
  void monitoringIsToldHowRecordingsDoAndHowOldAudioIsWhenItIsSafe() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      String metrics =
          client
              .send(
                  HttpRequest.newBuilder(URI.create(server.server().origin() + "/metrics")).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      assertThat(metrics)
          .contains("earwitness_recordings_active ")
          .contains("earwitness_recordings{health=\"good\"} ")
          .contains("earwitness_recordings{health=\"one-way\"} 0.0")
          .containsPattern(
              "earwitness_capture_synced_age_seconds\\{quantile=\"0.99\"} [0-9.]*[1-9]");
    }
  }

  private static ClientResult.Call place(ClientOptions options) throws Exception {
    ClientResult.Call placed =
        new SiprecClient(InstantSource.system()).run(options).results().getFirst();
    assertThat(placed.error()).isNull();
    return placed;
  }

  /** Found, archived, played back sample for sample, verified. */
  private RecordingId check(TenantSlug tenant, ClientResult.Call placed) throws Exception {
    try (PortalClient portal = server.officer(tenant)) {
      return new DemoCheck(
              server.server().store(), server.server().installation().platformKeys().authority())
          .check(portal, tenant, placed);
    }
  }

  /** The recording's folder in the directory store. */
  private Path objects(RecordingId recording) {
    return server.data().resolve("objects").resolve(ObjectKeys.recording(ACME, recording));
  }

  private Path mediaFile(Path recording) throws IOException {
    try (Stream<Path> files = Files.walk(recording)) {
      return files.filter(f -> f.endsWith("media.cms")).findFirst().orElseThrow();
    }
  }

  private Path authority() {
    return server.data().resolve("objects").resolve(ObjectKeys.CA_CERTIFICATE);
  }

  @Test
  void aCallOverTcpInALawIsKeptSampleForSample() throws Exception {
    ClientResult.Call alaw = place(acmeCall().withTransport(Transport.TCP).withCodec(G711.PCMA));
    check(ACME, alaw);
  }

  @Test
  void theDetailNamesThePartiesTheirSidesAndTheDirection() throws Exception {
    JsonNode detail = officer.json("/recordings/" + id);
    assertThat(detail.path("direction").asText()).isEqualTo("inbound");
    assertThat(detail.path("parties").findValuesAsText("name"))
        .containsExactly("Carol Customer", "Emma Berg");
    assertThat(detail.path("parties").findValuesAsText("side")).containsExactly("left", "right");
    assertThat(detail.path("parties").get(1).path("userId").asText()).isNotEmpty();
  }

  @Test
  void searchFindsItByNumberNamePrefixAndLastDigits() throws Exception {
    for (String query :
        List.of("number=%2B14155550123", "number=%2B1415*", "number=*0123", "q=carol", "q=berg")) {
      assertThat(officer.json("/recordings?" + query).path("items").findValuesAsText("id"))
          .as(query)
          .contains(id.toString());
    }
    assertThat(officer.json("/recordings?q=nobody").path("total").path("value").asInt()).isZero();
  }

  @Test
  void theOtherTenantNeitherFindsNorOpensIt() throws Exception {
    try (PortalClient other = server.officer(DemoTenants.GLOBEX)) {
      assertThat(other.json("/recordings?q=carol").path("items").findValuesAsText("id"))
          .doesNotContain(id.toString());
      for (String path : List.of("", "/media", "/object", "/manifest", "/waveform")) {
        assertThat(other.response("/recordings/" + id + path).statusCode()).as(path).isEqualTo(404);
      }
      RecordingId missing = RecordingId.draw(java.time.Instant.now());
      assertThat(other.response("/recordings/" + id).body().length)
          .isEqualTo(other.response("/recordings/" + missing).body().length);
    }
  }

  @Test
  void openSslOpensTheMediaWithTheRsaAndWithTheEcKeyAndGetsThePlayedFile() throws Exception {
    byte[] played = officer.get("/recordings/" + id + "/media");
    for (String key : List.of("acme-rsa.pem", "acme-ec.pem")) {
      Path plain = folder.resolve(key + ".flac");
      Programs.Outcome outcome =
          Programs.run(
              folder,
              "openssl",
              "cms",
              "-decrypt",
              "-binary",
              "-inform",
              "DER",
              "-in",
              mediaFile(objects(id)).toString(),
              "-inkey",
              server.data().resolve("demo-keys").resolve(key).toString(),
              "-out",
              plain.toString());
      assertThat(outcome.exitCode()).as(outcome.output()).isZero();
      assertThat(Files.readAllBytes(plain)).isEqualTo(played);
      assertThat(Programs.run(folder, "flac", "-t", plain.toString()).exitCode()).isZero();
      Files.delete(plain);
    }
  }

  @Test
  void theDecryptCommandGivesTheSameFile() throws Exception {
    Path plain = folder.resolve("decrypted.flac");
    Path recording = objects(id);
    int exit =
        Main.run(
            "decrypt",
            "--key",
            server.data().resolve("demo-keys/acme-ec.pem").toString(),
            "--manifest",
            recording.resolve("manifest-0.p7").toString(),
            "--ca",
            authority().toString(),
            "-o",
            plain.toString(),
            mediaFile(recording).toString());
    assertThat(exit).isZero();
    assertThat(Files.readAllBytes(plain)).isEqualTo(officer.get("/recordings/" + id + "/media"));
    Files.delete(plain);
    assertThat(
            Main.run(
                "decrypt",
                "--key",
                server.data().resolve("demo-keys/globex-ec.pem").toString(),
                "-o",
                plain.toString(),
                mediaFile(recording).toString()))
        .isEqualTo(ExitCode.FAILED);
    assertThat(plain).doesNotExist();
  }

  @Test
  void aMaskedDerivativeTakesTheOriginalsPlaceAndIsTheSameButForItsSilence() throws Exception {
    RecordingId masked = check(ACME, place(acmeCall()));
    String recording = "/recordings/" + masked;
    short[][] before = FlacDecoder.decode(officer.get(recording + "/media"));
    // A third of a second of whoever speaks
    int spoken = 0;
    while (before[0][spoken] == 0 && before[1][spoken] == 0) {
      spoken++;
    }
    int side = before[0][spoken] == 0 ? 1 : 0;
    int from = spoken / 8 + 1;
    int to = from + 333;
    server
        .server()
        .installation()
        .database()
        .restrictions()
        .restrict(
            ACME,
            masked,
            new Restriction(
                "the card's number",
                "PCI DSS",
                List.of(new MaskedSpan(from, to, Set.of(new Side(side))))),
            null,
            "user:olga@acme");
    TestServer.await(
        "the derivative to be made",
        () -> officer.json(recording + "/restriction").path("derivative").asText().equals("made"),
        () -> officer.json(recording + "/restriction").toString());
    Path file = folder.resolve("masked.flac");
    Files.write(file, officer.get(recording + "/media"));
    assertThat(Programs.run(folder, "flac", "-t", file.toString()).exitCode()).isZero();
    short[][] after = FlacDecoder.decode(Files.readAllBytes(file));
    Files.delete(file);
    assertThat(after[1 - side]).isEqualTo(before[1 - side]);
    boolean heard = false;
    for (int i = 0; i < before[side].length; i++) {
      boolean silent = i >= from * 8 && i < to * 8;
      heard |= silent && before[side][i] != 0;
      assertThat(after[side][i]).as("sample %d", i).isEqualTo(silent ? 0 : before[side][i]);
    }
    assertThat(heard).as("there was something to mask").isTrue();
    assertThat(officer.response(recording + "/media?original=true").statusCode()).isEqualTo(403);
    assertThat(officer.json(recording).path("archive").path("generation").asInt()).isEqualTo(4);
    assertThat(
            Main.run("verify", "recording", masked.toString(), "--data", server.data().toString()))
        .isZero();
  }

  /** By the command line, to a folder of its own; found there and opened by its key alone. */
  @Test
  void aDeliveredRecordingIsFoundAndDecryptedToWhatIsPlayed() throws Exception {
    Path config = folder.resolve("delivery.yaml");
    Files.writeString(
        config,
        "data: %s\ndelivery:\n  folder: %s\n"
            .formatted(server.data(), folder.resolve("customers")));
    String[] target = {
      "admin",
      "delivery",
      "target",
      "--config",
      config.toString(),
      "--tenant",
      ACME.value(),
      "--name",
      "vault",
      "--kind",
      "folder",
      "--to",
      "vault"
    };
    assertThat(Main.run(target)).isZero();
    String of = ObjectKeys.deliveredMarker(ACME, id, 0);
    Path place = folder.resolve("customers").resolve(ACME.value()).resolve("vault");
    TestServer.await("delivery", () -> Files.exists(place.resolve(of)), place::toString);
    Path out = folder.resolve("found");
    String[] find = {
      "find",
      "--key",
      server.data().resolve("demo-keys/acme-rsa.pem").toString(),
      "--ca",
      authority().toString(),
      "--number",
      "14155550123",
      "--decrypt",
      out.toString(),
      "--json",
      place.toString()
    };
    assertThat(Main.run(find)).isZero();
    Path plain = out.resolve(id + ".flac");
    assertThat(Files.readAllBytes(plain)).isEqualTo(officer.get("/recordings/" + id + "/media"));
    try (Stream<Path> files = Files.list(out)) {
      for (Path file : files.toList()) {
        Files.delete(file); // another test looks for plain audio
      }
    }
    find[2] = server.data().resolve("demo-keys/globex-rsa.pem").toString();
    assertThat(Main.run(find)).isEqualTo(ExitCode.FAILED);
    assertThat(out).isEmptyDirectory();
    verifiedByItsInventory(place);
    for (String act : List.of("pause", "resume", "status", "remove")) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "admin",
                  "delivery",
                  act,
                  "--config",
                  config.toString(),
                  "--tenant",
                  ACME.value()));
      if (!act.equals("status")) {
        arguments.addAll(List.of("--name", "vault"));
      }
      assertThat(Main.run(arguments.toArray(String[]::new))).as(act).isZero();
    }
  }

  /** As the customer of a closed tenant does. */
  private void verifiedByItsInventory(Path place) throws Exception {
    byte[] manifest = Files.readAllBytes(place.resolve(ObjectKeys.manifest(ACME, id, 0)));
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(manifest));
    ClosingInventory.Head head =
        new ClosingInventory.Head(
            "earwitness-closing-inventory-1",
            ACME,
            new UUID(0, 1),
            "vault",
            Instant.now(),
            Instant.now(),
            1);
    Closings.Item item =
        new Closings.Item(
            id,
            Instant.now(),
            null,
            CallState.ARCHIVED,
            Instant.now(),
            0,
            false,
            Instant.now(),
            sha256);
    Path inventory = folder.resolve("inventory.p7");
    Files.write(
        inventory,
        server
            .server()
            .installation()
            .platformKeys()
            .signer()
            .sign((Json.text(head) + "\n" + Json.text(item) + "\n").getBytes(UTF_8), "inventory"));
    Path receipt = folder.resolve("receipt.json");
    String[] verify = {
      "verify-delivery",
      "--inventory",
      inventory.toString(),
      "--key",
      server.data().resolve("demo-keys/acme-ec.pem").toString(),
      "--ca",
      authority().toString(),
      "--receipt",
      receipt.toString(),
      place.toString()
    };
    assertThat(Main.run(verify)).isZero();
    JsonNode found = Json.mapper().readTree(Files.readString(receipt));
    assertThat(found.path("found").asInt()).isEqualTo(1);
    assertThat(found.path("problems").asInt()).isZero();
    verify[4] = server.data().resolve("demo-keys/globex-ec.pem").toString();
    assertThat(Main.run(verify)).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void openSslAcceptsTheManifest() throws Exception {
    Programs.Outcome outcome =
        Programs.run(
            folder,
            "openssl",
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            objects(id).resolve("manifest-0.p7").toString(),
            "-CAfile",
            authority().toString(),
            "-purpose",
            "any",
            "-out",
            "manifest.json");
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(Files.readString(folder.resolve("manifest.json"))).contains(id.toString());
  }

  @Test
  void oneFlippedBitIsFoundWithoutAnyPrivateKey() throws Exception {
    Path copy = folder.resolve("copy");
    copy(objects(id), copy);
    assertThat(verify(copy)).isZero();
    Path media = mediaFile(copy);
    byte[] bytes = Files.readAllBytes(media);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(media);
    Files.write(media, bytes);
    assertThat(verify(copy)).isEqualTo(ExitCode.FAILED);
  }

  private int verify(Path recording) {
    return Main.run("verify", "recording", recording.toString(), "--ca", authority().toString());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.write(target, Files.readAllBytes(file));
        }
      }
    }
  }

  @Test
  void verifyFindsTheRecordingInTheStoreByItsId() {
    assertThat(Main.run("verify", "recording", id.toString(), "--data", server.data().toString()))
        .isZero();
    assertThat(
            Main.run(
                "verify",
                "recording",
                RecordingId.draw(java.time.Instant.now()).toString(),
                "--data",
                server.data().toString()))
        .isEqualTo(ExitCode.FAILED);
  }

  @Test
  void aCallFromSippHasBothVoicesOnTheirChannels() throws Exception {
    Path work = Files.createDirectory(folder.resolve("sipp"));
    Speech.Dialogue dialogue = SippCalls.shortened(Speech.dialogue(0), 100);
    SippCalls.Outcome outcome =
        SippCalls.place(work, server.sipAddress(), Transport.UDP, dialogue, 1);
    assertThat(outcome.exitCode()).as(outcome.log()).isZero();
    // SIPp's parties have Globex numbers.
    try (PortalClient globex = server.officer(DemoTenants.GLOBEX)) {
      JsonNode[] item = new JsonNode[1];
      TestServer.await(
          "SIPp's call to be archived",
          () -> {
            JsonNode items = globex.json("/recordings?q=Sid%20Caller&state=archived").path("items");
            item[0] = items.path(0);
            return !items.isEmpty();
          },
          () -> String.valueOf(item[0]));
      short[][] heard =
          FlacDecoder.decode(globex.get("/recordings/" + item[0].path("id").asText() + "/media"));
      assertThat(contains(heard[0], outcome.left())).isTrue();
      assertThat(contains(heard[1], outcome.right())).isTrue();
      assertThat(contains(heard[0], outcome.right())).isFalse();
    }
  }

  private static boolean contains(short[] channel, short[] sent) {
    for (int from = 0; from + sent.length <= channel.length; from++) {
      if (Arrays.equals(channel, from, from + sent.length, sent, 0, sent.length)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] muLaw(short[] samples) {
    byte[] codes = new byte[samples.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = G711.PCMU.encode(samples[i]);
    }
    return codes;
  }

  @Test
  void theOperatorSeesTheNodeWithItsSpoolAndTheFiguresToWatch() throws Exception {
    try (PortalClient operator =
            new PortalClient(
                server.server().origin(), server.login(TenantSlug.PLATFORM, "operator"));
        HttpClient http = HttpClient.newHttpClient()) {
      JsonNode nodes = operator.json("/nodes").path("items");
      assertThat(nodes).hasSize(1);
      assertThat(nodes.get(0).path("name").asText()).isEqualTo(server.config().node());
      assertThat(nodes.get(0).path("state").asText()).isEqualTo("present");
      HttpRequest metrics =
          HttpRequest.newBuilder(URI.create(server.server().origin() + "/metrics")).build();
      assertThat(http.send(metrics, BodyHandlers.ofString()).body())
          .contains(
              "earwitness_calls_lost 0.0",
              "earwitness_nodes_absent 0.0",
              "earwitness_rescue_leftovers 0.0",
              "earwitness_spool_free_bytes ",
              "earwitness_spool_full_in_hours ");
    }
  }

  /** An auditor proves who listened, here and far from the server. */
  @Test
  void theAuditTrailOfAPlayIsProvenByTheApiAndByAnExport() throws Exception {
    officer.get("/recordings/" + id + "/media");
    try (PortalClient auditor =
        new PortalClient(server.server().origin(), server.login(ACME, "auditor"))) {
      JsonNode played =
          auditor.json(
              "/audit?action=recording.play&object="
                  + PortalClient.encode("recording:" + id)
                  + "&limit=500");
      assertThat(played.path("items")).isNotEmpty();
      String entry = played.path("items").get(0).path("id").asText();
      TestServer.await(
          "the entry's proof",
          () -> auditor.response("/audit/entries/" + entry + "/proof").statusCode() == 200,
          () -> "" + auditor.response("/audit/entries/" + entry + "/proof").statusCode());
      JsonNode proof = auditor.json("/audit/entries/" + entry + "/proof");
      Path key =
          Files.writeString(
              folder.resolve("acme.vkey"), proof.path("head").path("verifierKey").asText() + "\n");
      Path export = Files.write(folder.resolve("audit.jsonl"), auditor.get("/audit/export"));
      assertThat(Files.readString(export)).contains(entry);
      assertThat(verifyAudit("--key", key.toString(), export.toString())).isZero();
      String changed = Files.readString(export).replaceFirst("recording\\.play", "recording.view");
      Path other = Files.writeString(folder.resolve("changed.jsonl"), changed);
      assertThat(verifyAudit("--key", key.toString(), other.toString())).isEqualTo(1);
      // Live, beside the running server, whose log has not been copied yet
      assertThat(verifyAudit("--tenant", "acme", "--key", key(key), "--data", "" + server.data()))
          .isZero();
    }
  }

  /** The key of the platform's log too, which speaks of the others. */
  private String key(Path acme) throws IOException {
    String platform =
        server.server().installation().auditSigner().verifierKey("earwitness.local/audit/platform");
    return Files.writeString(folder.resolve("all.vkey"), Files.readString(acme) + platform)
        .toString();
  }

  private static int verifyAudit(String... arguments) {
    return Main.commandLine()
        .execute(
            Stream.concat(Stream.of("verify", "audit"), Stream.of(arguments))
                .toArray(String[]::new));
  }

  @Test
  void noPlainAudioIsOnTheDiskDuringAndAfterCalls() throws Exception {
    PlainAudioSearch search = new PlainAudioSearch();
    for (int i = 0; i < Speech.dialogues(); i++) {
      search.add(Speech.dialogue(i).left().heard(G711.PCMU, 350), EndToEndTest::muLaw);
      search.add(Speech.dialogue(i).right().heard(G711.PCMU, 350), EndToEndTest::muLaw);
    }
    CompletableFuture<ClientResult.Call> running =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return place(acmeCall());
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    int rounds = 0;
    while (!running.isDone()) {
      assertThat(search.below(server.data())).isEmpty();
      rounds++;
    }
    assertThat(rounds).isPositive();
    check(ACME, running.get());
    assertThat(search.below(server.data())).isEmpty();

    Path control = Files.createDirectory(folder.resolve("control"));
    Files.write(control.resolve("raw"), muLaw(Speech.dialogue(0).left().heard(G711.PCMU, 350)));
    Files.write(control.resolve("flac"), officer.get("/recordings/" + id + "/media"));
    assertThat(search.below(control)).hasSize(2);
    Files.delete(control.resolve("raw"));
    Files.delete(control.resolve("flac"));
  }
}
